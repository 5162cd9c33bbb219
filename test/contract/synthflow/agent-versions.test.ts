/** Draft and live: what a write reaches, what a GET shows, and which of the two a simulation follows. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { FIXES, fixed } from '../../sandbox/engine/fixes.ts';
import { stepsInMemory } from '../../support/write-steps.ts';
import { idOf, type Rig, startRig } from './harness.ts';

const shipped = readFileSync(SHIPPED_PLAYBOOK, 'utf8');
const better = fixed(
  shipped,
  FIXES.map(({ cause }) => cause),
);

let folder = '';
let playbook = '';
let rig: Rig;
let id = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'synthflow-agents-'));
  playbook = join(folder, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  rig = await startRig({ playbook });
  id = rig.engine.agents[0]?.id ?? '';
});
afterEach(async () => {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => readFileSync(playbook, 'utf8');
const open = () => rig.agents.open([id], rig.call);
const shownPrompt = async () => (await open()).agent.parts.find((part) => part.id === 'prompt')?.text;
async function write(prompt: string) {
  const parts = new Map([['prompt', prompt]]);
  const change = { target: 'live', object: 'assistant', parts, mark: 'agent-sim-c-test-1', message: 'x' } as const;
  return (await open()).write(change, stepsInMemory(), rig.call);
}
/** Runs of a suite of this agent that fail. */
async function failing(): Promise<number> {
  const { items } = await rig.tests.list({ kind: 'suite', search: 'bookings', limit: 5 }, rig.call);
  const [{ session = [] } = {}] = await rig.startAll({ test: { kind: 'suite', ids: [idOf(items[0]?.ref)] } });
  rig.pass(3600);
  return (await rig.allRuns(session)).filter(({ verdict }) => verdict === 'failed').length;
}

describe('a write that goes to the draft', () => {
  it('leaves what is live, is shown, and is what a simulation follows', async () => {
    const before = await failing();
    await write(better);
    expect(file()).toBe(shipped);
    expect(await shownPrompt()).toBe(better);
    expect(await failing()).toBeLessThan(before);
  });

  it('changes no simulation where those follow what is live, until a person publishes', async () => {
    rig.switches.sim_version = 'live';
    const before = await failing();
    await write(better);
    expect(await failing()).toBe(before);
    rig.workspace.publish(id);
    expect(file()).toBe(better);
    expect(await failing()).toBeLessThan(before);
  });

  it('is not told by a GET that shows what is live', async () => {
    rig.switches.agents_get_returns = 'live';
    await write(better);
    expect(await shownPrompt()).toBe(shipped);
    rig.workspace.publish(id);
    expect(await shownPrompt()).toBe(better);
  });

  it('is no draft any more once the old text is written again: the live file counts', async () => {
    await write(better);
    await write(shipped);
    expect(await shownPrompt()).toBe(shipped);
    rig.engine.texts.setLive({ id, name: '' }, better);
    expect(await shownPrompt()).toBe(better);
  });
});

describe('a write that is live at once', () => {
  it('writes the live text, there and back byte for byte, and leaves the other agent its own', async () => {
    Object.assign(rig.switches, { agents_write_mode: 'live', agents_get_returns: 'live', sim_version: 'live' });
    const before = await failing();
    await write(better);
    expect(file()).toBe(better);
    expect(await failing()).toBeLessThan(before);
    expect(rig.workspace.simulated(rig.engine.agents[1]?.id ?? '')).toBe(shipped);
    await write(shipped);
    expect(file()).toBe(shipped);
    expect(await failing()).toBe(before);
  });
});

describe('another process of the home', () => {
  it('sees drafts and agents that were made', async () => {
    const lines: unknown[] = [];
    const records = () => {
      let seen = 0;
      return {
        create: (first: (number: number) => unknown) =>
          void lines.push({ number: lines.length, line: first(lines.length) }),
        append: (number: number, line: unknown) => void lines.push({ number, line }),
        news: () => {
          const fresh = lines.slice(seen) as { number: number; line: unknown }[];
          seen = lines.length;
          return fresh;
        },
      };
    };
    const one = await startRig({ playbook, documents: records() });
    const other = await startRig({ playbook, documents: records() });
    try {
      one.workspace.put(id, { agent: { prompt: better } });
      const made = one.workspace.create({ type: 'inbound', name: 'Mine', agent: { prompt: 'Be brief.' } });
      other.engine.refresh();
      expect(other.workspace.simulated(id)).toBe(better);
      expect(other.workspace.simulated(made)).toBe('Be brief.');
      one.workspace.remove(made);
      other.engine.refresh();
      expect(other.workspace.knows(made)).toBe(false);
    } finally {
      await one.close();
      await other.close();
    }
  });
});

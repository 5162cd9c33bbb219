/** The loop over Coval: propose, try on a copy, start on it, apply, take back; and an agent that Coval only calls. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeAnswer, ChangeQuestion } from '../../../src/changing/changer.ts';
import { createChanger } from '../../../src/changing/create-changer.ts';
import type { ChangeTarget } from '../../../src/model/agents.ts';
import { CANARIES } from '../../../src/sandbox/dialects/coval/agent-secrets.ts';
import { type AgentWorld, bareIdOf, openAgents, textOf } from './agent-world.ts';
import { launch, readRuns } from './harness.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-coval-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const EDIT = {
  part: 'prompt',
  old: "A first name is enough to open a patient's file; start helping right away.",
  new: 'Verify the full name and the date of birth of every caller before you open a file.',
};

function changing(world: AgentWorld) {
  const changer = createChanger({
    home,
    confirm: 'off',
    liveChanges: true,
    redact: (text) => text,
    sleep: async () => {},
    now: () => world.clock.now,
  });
  const answered = (answer: ChangeAnswer | ChangeQuestion): ChangeAnswer => {
    if ('needs' in answer) throw new Error('asked');
    return answer;
  };
  const nobody = { canAsk: false };
  return {
    changer,
    propose: (agent: string, edits = [EDIT]) => changer.propose(world.provider, [agent], { edits }, world.call),
    apply: async (change: string, target: ChangeTarget) =>
      answered(await changer.apply(async () => world.provider, { change, target }, world.call, nobody)),
    revert: async (change: string, target?: ChangeTarget) =>
      answered(await changer.revert(async () => world.provider, { change, target }, world.call, nobody)),
  };
}

/** How many runs of the first suite pass on an agent. */
async function passing(world: AgentWorld, agent: string | undefined): Promise<number> {
  const session = await launch(world, { agent });
  const [started] = world.engine.sessions();
  world.clock.now = Math.max(...(started?.runs ?? []).map(({ scored_at }) => scored_at)) + 1000;
  return (await readRuns(world, session)).filter(({ verdict }) => verdict === 'passed').length;
}

/** Everything that Coval keeps of an agent, but for when it was written. */
async function content(world: AgentWorld, id: string): Promise<unknown> {
  const { update_time, ...rest } = await world.record(id);
  return rest;
}

describe('an agent that Coval runs', () => {
  it('is fixed on a copy, then itself, proved by runs, and is byte for byte what it was after both are taken back', async () => {
    const world = await openAgents();
    const { propose, apply, revert, changer } = changing(world);
    const origin = `coval/agent/${world.receptionist}`;
    const before = await content(world, world.receptionist);
    const first = await passing(world, undefined);
    const { change, targets } = await propose(world.receptionist);
    expect(targets.map(({ target }) => target)).toEqual(['copy', 'live']);

    const tried = await apply(change, 'copy');
    expect(tried).toMatchObject({ outcome: 'saved', verified: true, exposure: 'draft' });
    expect(await changer.originOf(tried.agent ?? '')).toBe(origin);
    expect(await content(world, world.receptionist)).toEqual(before);
    expect(await passing(world, tried.agent)).toBeGreaterThan(first);
    // Who names no agent means the origin still.
    expect(await passing(world, undefined)).toBe(first);

    expect(await apply(change, 'live')).toMatchObject({ outcome: 'saved', verified: true, exposure: 'live' });
    expect(await passing(world, undefined)).toBeGreaterThan(first);

    expect(await revert(change, 'live')).toMatchObject({ outcome: 'saved', verified: true });
    expect(await revert(change, 'copy')).toMatchObject({ outcome: 'saved', verified: true });
    expect(await content(world, world.receptionist)).toEqual(before);
    expect(readFileSync(world.playbook, 'utf8')).toBe(textOf(await world.open(world.receptionist), 'prompt'));
    const { items } = await world.agents.list({ limit: 9 }, world.call);
    expect(items.map(({ ref }) => bareIdOf(ref))).toEqual([world.receptionist, world.urgent]);
    // Forward only: each save is a version.
    expect((await world.open(world.receptionist)).agent.versions?.map(({ version }) => version)).toEqual([
      'v3',
      'v2',
      'v1',
    ]);
  });

  it('keeps its credentials over a change beside them, and nothing of the home has one', async () => {
    const world = await openAgents();
    const { propose, apply, revert } = changing(world);
    const before = await content(world, world.receptionist);
    const edit = { part: 'voice.id', old: 'alloy', new: 'verse' };
    const { change } = await propose(world.receptionist, [edit]);
    const answers = [await apply(change, 'copy'), await apply(change, 'live')];
    const raw = JSON.stringify(await world.record(world.receptionist));
    answers.push(await revert(change, 'live'), await revert(change, 'copy'));
    expect(answers).toMatchObject(Array(4).fill({ outcome: 'saved', verified: true }));
    expect(await content(world, world.receptionist)).toEqual(before);
    const kept = readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))
      .join('\n');
    expect(kept).toContain(change);
    for (const canary of CANARIES) {
      expect(raw).toContain(canary);
      expect(kept + JSON.stringify(answers)).not.toContain(canary);
    }
  });

  it('is not written over where somebody edited it, before and after', async () => {
    const world = await openAgents();
    const { propose, apply, revert } = changing(world);
    const { change } = await propose(world.receptionist);
    world.switches.agents_meddles = 'after_read';
    // The first look of the apply is the one that somebody else follows.
    expect(await apply(change, 'live')).toMatchObject({ outcome: 'conflict' });
    const again = await propose(world.receptionist);
    expect(await apply(again.change, 'live')).toMatchObject({ outcome: 'saved', verified: true });
    const prompt = `${(await world.record(world.receptionist)).prompt}`.replace(
      'Verify the full name',
      'Ask for the name',
    );
    await world.ask(`/agents/${world.receptionist}`, 'PATCH', { prompt });
    expect(await revert(again.change)).toMatchObject({ outcome: 'conflict' });
    expect((await world.record(world.receptionist)).prompt).toBe(prompt);
  });

  it('is said to be unchanged where a 200 ignored the change', async () => {
    const world = await openAgents({ agents_ignores: 'prompt' });
    const { propose, apply } = changing(world);
    const { change } = await propose(world.receptionist);
    expect(await apply(change, 'live')).toMatchObject({ outcome: 'unknown', verified: false, not_taken: ['prompt'] });
  });

  it('leaves no copy that cannot be discarded where its text is refused', async () => {
    const world = await openAgents();
    const { propose, apply, revert } = changing(world);
    const { change } = await propose(world.receptionist);
    world.sandbox.faults.add({ kind: 'slow', method: 'PATCH', path: '/agents', delay_ms: 0 });
    world.sandbox.faults.add({ kind: 'status', status: 400, method: 'PATCH', path: '/agents' });
    expect(await apply(change, 'copy')).toMatchObject({ outcome: 'refused' });
    expect((await world.agents.list({ limit: 9 }, world.call)).items).toHaveLength(3);
    expect(await revert(change, 'copy')).toMatchObject({ outcome: 'saved' });
    expect((await world.agents.list({ limit: 9 }, world.call)).items).toHaveLength(2);
  });
});

describe('an agent that Coval only calls', () => {
  it('is refused with where it lives, changes its record when asked to, and runs as it did', async () => {
    const world = await openAgents();
    const { propose, apply, revert } = changing(world);
    const before = await content(world, world.urgent);
    const edit = { part: 'prompt', old: 'outside of opening hours', new: 'at any time' };
    const { change } = await propose(world.urgent, [edit]);
    const refused = await apply(change, 'live');
    expect(refused).toMatchObject({ outcome: 'refused', verified: false });
    expect(refused.lives_at).toContain('phone number');
    expect(await content(world, world.urgent)).toEqual(before);
    const agent = `coval/agent/${world.urgent}`;
    const first = await passing(world, agent);
    expect(await apply(change, 'record')).toMatchObject({ outcome: 'saved', verified: true });
    expect((await world.record(world.urgent)).prompt).toContain('at any time');
    expect(await passing(world, agent)).toBe(first);
    expect(await revert(change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(await content(world, world.urgent)).toEqual(before);
  });
});

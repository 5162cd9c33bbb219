/**
 * What an agent is held against, and what is sent back, is what stands at the platform, character by character, also where a
 * credential stands in it that this process takes out of everything that it shows.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChanger } from '../../src/changing/create-changer.ts';
import { DIALECTS } from '../../src/commands/open-sandbox.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import { createRedactor } from '../../src/http/secrets/redact.ts';
import { parseRef } from '../../src/model/refs.ts';
import { createRegistry, type PlatformId } from '../../src/providers/registry.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { CANARIES } from '../support/canaries.ts';
import { VENDORS } from '../support/platforms.ts';

const call = { signal: new AbortController().signal };
const KEY = 'sk-live-4f9a8b7c6d5e4f3a2b1c';

async function opened(id: PlatformId) {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-verbatim-'));
  const sandbox = await startSandbox({
    engineOptions: { playbook: join(home, 'playbook.md'), speed: 1 },
    dialects: [DIALECTS[id]],
  });
  const redactor = createRedactor();
  const redact = (text: string) => redactor.redact(text);
  const registry = createRegistry({
    settings: async () => ({ env: {} }),
    sandbox: async () => sandbox.dialects,
    defaults: DEFAULTS,
    registerSecret: (value) => redactor.register(value),
    redact,
  });
  onTestFinished(async () => {
    await registry.close();
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  });
  const provider = await registry.provider(id);
  const changer = createChanger({
    home,
    confirm: 'off',
    liveChanges: true,
    redact,
    sleep: async () => {},
  });
  return { home, sandbox, redactor, provider, changer };
}

describe.each(VENDORS)('%s', (id) => {
  it('reads an agent again as the same, and changes it beside a credential, which stays and is not shown', async () => {
    const { home, sandbox, redactor, provider, changer } = await opened(id);
    const { agents } = provider;
    if (!agents) throw new Error('Its agents cannot be read.');
    const [first] = sandbox.engine.agents;
    if (!first) throw new Error('The sandbox has no agent.');
    const seed = `${sandbox.engine.texts.live(first)}\nThe gate opens with ${KEY}, always.\nBe brief.\n`;
    sandbox.engine.texts.setLive(first, seed);
    redactor.register(KEY);
    const { items } = await agents.list({ limit: 50 }, call);
    const read = await Promise.all(items.map(({ ref }) => agents.open(parseRef(ref)?.ids ?? [], call)));
    const agent = read
      .map((one) => one.agent)
      .find((one) => one.ownership === 'platform' && one.parts.some(({ text }) => text === seed));
    const part = agent?.parts.find(({ text }) => text === seed);
    if (!agent || !part) throw new Error('No part of an agent holds the live text.');
    const ids = parseRef(agent.ref)?.ids ?? [];
    for (let times = 0; times < 2; times += 1) {
      const again = (await agents.open(ids, call)).agent;
      expect(again.objects).toEqual(agent.objects);
      expect(again.parts).toEqual(agent.parts);
    }
    const edits = [{ part: part.id, old: 'Be brief.', new: 'Be brief and kind.' }];
    const { change, diff } = await changer.propose(provider, ids, { edits }, call);
    const said: unknown[] = [diff];
    for (const { target } of agent.targets) {
      const args = { change, target };
      const saved = await changer.apply(async () => provider, args, call, { canAsk: false });
      expect(saved).toMatchObject({ outcome: 'saved', verified: true });
      const written = 'needs' in saved ? '' : (saved.agent ?? '');
      const there = await agents.open(parseRef(written)?.ids ?? [], call);
      expect(there.agent.parts.find((one) => one.id === part.id)?.text).toBe(seed.replace('brief', 'brief and kind'));
      const back = await changer.revert(async () => provider, args, call, { canAsk: false });
      expect(back).toMatchObject({ outcome: 'saved', verified: true });
      expect(sandbox.engine.texts.live(first)).toBe(seed);
      said.push(saved, back);
    }
    const files = readdirSync(join(home, 'changes')).map((name) => readFileSync(join(home, 'changes', name), 'utf8'));
    for (const secret of [KEY, ...CANARIES])
      for (const text of [JSON.stringify(said), ...files, readFileSync(join(home, 'audit.jsonl'), 'utf8')])
        expect(text).not.toContain(secret);
  });
});

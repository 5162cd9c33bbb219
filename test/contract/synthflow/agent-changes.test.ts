/** Changes of an agent there and back on Synthflow: what is said where the platform does something else than it answers. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeAnswer, ChangeQuestion, Changer, Edit } from '../../../src/changing/changer.ts';
import { createChanger } from '../../../src/changing/create-changer.ts';
import { CANARIES } from '../../../src/sandbox/dialects/synthflow/agent-seeds.ts';
import { type Rig, startRig } from './harness.ts';

let rig: Rig;
let id = '';
let home = '';
let changer: Changer;
beforeEach(async () => {
  rig = await startRig();
  id = rig.engine.agents[0]?.id ?? '';
  home = mkdtempSync(join(tmpdir(), 'synthflow-changes-'));
  changer = createChanger({ home, confirm: 'off', liveChanges: true, redact: (text) => text, sleep: async () => {} });
});
afterEach(async () => {
  await rig.close();
  rmSync(home, { recursive: true, force: true });
});

const GREETING: Edit = { part: 'greeting', old: 'how can I help?', new: 'what can I do for you?' };
const KEYWORD: Edit = { part: 'hearing.keywords', old: '"Invisalign",', new: '' };

const propose = (...edits: Edit[]) => changer.propose(rig.provider, [id], { edits }, rig.call);
async function apply(change: string): Promise<ChangeAnswer> {
  return told(await changer.apply(async () => rig.provider, { change, target: 'live' }, rig.call, { canAsk: false }));
}
async function revert(change: string): Promise<ChangeAnswer> {
  return told(await changer.revert(async () => rig.provider, { change }, rig.call, { canAsk: false }));
}
function told(answer: ChangeAnswer | ChangeQuestion): ChangeAnswer {
  if ('needs' in answer) throw new Error('It asked.');
  return answer;
}
const atVendor = () => JSON.stringify(rig.workspace.get(id));
const puts = () => rig.sent.get('PUT /assistants/{model_id}') ?? 0;

describe('there and back', () => {
  it('is saved and never called live, and the agent is what it was, byte for byte', async () => {
    const before = atVendor();
    const { change, problems } = await propose(GREETING, KEYWORD);
    expect(problems).toEqual([]);
    const saved = await apply(change);
    expect(saved).toMatchObject({ outcome: 'saved', verified: true, exposure: 'unknown' });
    expect(saved.by_hand.join(' ')).toMatch(/Publish/);
    expect(saved.message).not.toMatch(/\b(live|fixed|published)\b/i);
    expect(atVendor()).not.toBe(before);
    expect(await revert(change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(atVendor()).toBe(before);
    expect(puts()).toBe(2);
  });

  it('finds a write whose answer was lost, and sends it once', async () => {
    const { change } = await propose(GREETING);
    rig.faults.add({ kind: 'reset', method: 'PUT', path: '/assistants/', after_handling: true });
    expect(await apply(change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(puts()).toBe(1);
  });

  it('leaves credentials where they are, and repeats them nowhere', async () => {
    const proposal = await propose(GREETING);
    const answers = [proposal, await apply(proposal.change), await revert(proposal.change)];
    for (const canary of CANARIES) {
      expect(JSON.stringify(answers)).not.toContain(canary);
      for (const text of filesBelow(home)) expect(text).not.toContain(canary);
    }
    expect(atVendor()).toContain(CANARIES[0]);
  });
});

describe('what is not as it was answered', () => {
  it('a member that is ignored: unknown, with the part that kept its text', async () => {
    rig.switches.agents_ignores = 'greeting_message';
    const { change } = await propose(GREETING);
    expect(await apply(change)).toMatchObject({ outcome: 'unknown', verified: false, not_taken: ['greeting'] });
  });

  it('a draft that a GET does not show: unknown, and said to be perhaps one', async () => {
    rig.switches.agents_get_returns = 'live';
    const { change } = await propose(GREETING);
    const answer = await apply(change);
    expect(answer).toMatchObject({ outcome: 'unknown', verified: false, not_taken: ['greeting'] });
    expect(answer.message).toMatch(/draft/);
  });

  it('a list that is merged: not verified', async () => {
    rig.switches.put_arrays = 'merge';
    const { change } = await propose(GREETING, KEYWORD);
    expect(await apply(change)).toMatchObject({ outcome: 'saved', verified: false, not_taken: ['hearing.keywords'] });
  });

  it('an edit of somebody else in the last moment: it stays, and is named', async () => {
    const { change } = await propose(GREETING);
    rig.switches.agents_meddles = 'before_write';
    expect(await apply(change)).toMatchObject({ outcome: 'saved', verified: false, also_moved: ['prompt'] });
    expect(atVendor()).toContain('Added by somebody else meanwhile');
  });
});

describe('what is refused', () => {
  it('a change of a text that somebody edited since', async () => {
    rig.switches.agents_meddles = 'after_read';
    const { change } = await propose(GREETING);
    expect(await apply(change)).toMatchObject({ outcome: 'conflict' });
    expect(puts()).toBe(0);
  });

  it('values that do not go together: named with the proposal, and not sent', async () => {
    const { change, problems } = await propose({ part: 'voicemail.enabled', old: 'false', new: 'true' });
    expect(problems.join(' ')).toMatch(/greeting mode human/);
    expect(await apply(change)).toMatchObject({ outcome: 'refused' });
    expect(puts()).toBe(0);
    const human = { part: 'greeting.mode', old: 'agent_static', new: 'human' };
    const both = await propose({ part: 'voicemail.enabled', old: 'false', new: 'true' }, human);
    expect(both.problems).toEqual([]);
    expect(await apply(both.change)).toMatchObject({ outcome: 'saved', verified: true });
  });

  it('a prompt that is too long for the platform, in its own words', async () => {
    rig.switches.put_max_prompt = 100;
    const { change } = await propose({ part: 'prompt', old: 'Always answer in English', new: 'Answer in English' });
    await expect(apply(change)).rejects.toMatchObject({
      kind: 'invalid_input',
      details: { vendor: { message: expect.stringContaining('100 characters') } },
    });
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));
}

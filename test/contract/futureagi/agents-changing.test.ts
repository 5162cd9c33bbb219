/** Changes of Future AGI's agents there and back, as the tools make them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeAnswer, ChangeQuestion, Changer } from '../../../src/changing/changer.ts';
import { createChanger } from '../../../src/changing/create-changer.ts';
import type { ChangeTarget } from '../../../src/model/agents.ts';
import { CANARIES } from '../../../src/sandbox/dialects/futureagi/canaries.ts';
import { definitionIdOf } from '../../../src/sandbox/dialects/futureagi/definition-store.ts';
import { TEMPLATE_ID } from '../../../src/sandbox/dialects/futureagi/prompt-store.ts';
import { type AgentBench, agentBench, NEW, OLD, PROMPT, send, versionsOf } from './agents-world.ts';

let one: AgentBench;
let home = '';
let changer: Changer;
beforeEach(async () => {
  one = await agentBench();
  home = mkdtempSync(join(tmpdir(), 'futureagi-changes-'));
  changer = createChanger({ home, confirm: 'off', liveChanges: true, redact: (text) => text, sleep: async () => {} });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const propose = (ids: readonly string[] = PROMPT, part = 'prompt') =>
  changer.propose(one.provider, ids, { edits: [{ part, old: OLD, new: NEW }] }, one.call);
const apply = async (change: string, target: ChangeTarget) =>
  told(await changer.apply(async () => one.provider, { change, target }, one.call, { canAsk: false }));
const revert = async (change: string, target?: ChangeTarget) =>
  told(await changer.revert(async () => one.provider, { change, target }, one.call, { canAsk: false }));
function told(answer: ChangeAnswer | ChangeQuestion): ChangeAnswer {
  if ('needs' in answer) throw new Error('It asked.');
  return answer;
}
const defaultName = async () => (await versionsOf(one)).find(({ is_default }) => is_default)?.template_version;

describe('a change of a prompt', () => {
  it('goes to a draft, then live, and back: what is live is what it was, byte for byte', async () => {
    const before = one.live();
    const { change, problems, targets } = await propose();
    expect(problems).toEqual([]);
    expect(targets.map(({ target }) => target)).toEqual(['draft', 'live']);
    const draft = await apply(change, 'draft');
    expect(draft).toMatchObject({ outcome: 'saved', verified: true, exposure: 'draft' });
    expect(draft.agent).toBe(`futureagi/agent/prompt~${TEMPLATE_ID}~v3`);
    expect(one.live()).toBe(before);
    const live = await apply(change, 'live');
    expect(live).toMatchObject({ outcome: 'saved', verified: true, exposure: 'live' });
    expect(live.by_hand.join(' ')).toContain(`${TEMPLATE_ID}~v4`);
    expect(one.live()).toBe(before.replace(OLD, NEW));
    expect(await apply(change, 'live')).toMatchObject({ outcome: 'saved', already: true });
    expect(await revert(change, 'live')).toMatchObject({ outcome: 'saved', verified: true });
    expect(one.live()).toBe(before);
    expect(await defaultName()).toBe('v2');
    const left = await revert(change, 'draft');
    expect(left.message).toContain('The draft stays at the platform');
    expect(left.by_hand.join(' ')).toContain('No request of Future AGI deletes a version');
    expect(await versionsOf(one)).toHaveLength(4);
  });

  it('is a conflict where somebody else promoted a version since, and is not taken back over theirs', async () => {
    const { change } = await propose();
    await apply(change, 'live');
    await send(one, `/model-hub/prompt-templates/${TEMPLATE_ID}/set_default/`, { version_name: 'v1' });
    expect(await revert(change)).toMatchObject({ outcome: 'conflict' });
    expect(await defaultName()).toBe('v1');
    await send(one, `/model-hub/prompt-templates/${TEMPLATE_ID}/set_default/`, { version_name: 'v2' });
    const other = await propose();
    one.dialect.switches.agents_meddles = 'after_read';
    expect(await apply(other.change, 'live')).toMatchObject({ outcome: 'conflict' });
  });

  it('whose draft was lost, found or not, is never made twice', async () => {
    const { change } = await propose();
    one.lose('POST /add-new-draft', true);
    expect(await apply(change, 'live')).toMatchObject({ outcome: 'saved', verified: true });
    expect(await versionsOf(one)).toHaveLength(3);
    await revert(change);
    await apply((await propose()).change, 'draft');
    const again = await propose();
    one.lose('POST /add-new-draft', false);
    one.since();
    for (let times = 0; times < 2; times += 1) {
      // The draft of the change before holds the same text: it is no new one.
      expect((await apply(again.change, 'draft')).outcome).toBe('unknown');
    }
    // The one request was lost before it arrived, and no other was sent.
    expect(one.since().filter((request) => request.includes('add-new-draft'))).toHaveLength(0);
  });

  it('that the platform did not make the default is not called saved', async () => {
    one.dialect.switches.agents_ignores = 'set_default';
    const { change } = await propose();
    expect(await apply(change, 'live')).toMatchObject({ outcome: 'unknown', verified: false, not_taken: ['prompt'] });
  });
});

describe('a change of an agent definition', () => {
  const ids = () => one.engine.agents.slice(0, 1).map(definitionIdOf);

  it('is refused with its diff where it would have to go by hand', async () => {
    const { change, agent } = await propose(ids(), 'description');
    expect(agent).toMatchObject({ ownership: 'record_of_external', lives_at: expect.stringContaining('Vapi') });
    one.since();
    const answer = await apply(change, 'live');
    expect(answer).toMatchObject({ outcome: 'refused', lives_at: expect.stringContaining('Vapi') });
    expect(answer.diff[0]?.after).toContain(NEW);
    expect(one.since().every((request) => request.startsWith('GET'))).toBe(true);
  });

  it('goes to the record, and back', async () => {
    const { change } = await propose(ids(), 'description');
    expect(await apply(change, 'record')).toMatchObject({ outcome: 'saved', verified: true });
    expect(await revert(change)).toMatchObject({ outcome: 'saved', verified: true });
  });

  it('is told with the proposal where its credentials could not be carried over', async () => {
    one.dialect.switches.key_mask = 'absent';
    const { change, problems } = await propose(ids(), 'description');
    expect(problems.join()).toContain('no mask of one is shown');
    one.since();
    expect(await apply(change, 'record')).toMatchObject({ outcome: 'refused' });
    expect(one.since().every((request) => request.startsWith('GET'))).toBe(true);
  });
});

it('repeats credentials in no answer and no file', async () => {
  const answers: unknown[] = [];
  for (const [ids, part, target] of [
    [[...PROMPT], 'prompt', 'live'],
    [one.engine.agents.slice(0, 1).map(definitionIdOf), 'description', 'record'],
  ] as const) {
    const proposal = await propose(ids, part);
    answers.push(proposal, await apply(proposal.change, target), await revert(proposal.change));
  }
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) => join(home, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));
  for (const canary of CANARIES) expect(`${JSON.stringify(answers)}${files.join()}`).not.toContain(canary);
});

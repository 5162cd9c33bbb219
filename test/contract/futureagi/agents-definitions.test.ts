/** Changing the record of an agent that runs elsewhere: credentials come along or nothing is sent, and no conversation changes. */
import { describe, expect, it } from 'vitest';
import { memberAt } from '../../../src/providers/shared/agent-parts.ts';
import { DEFINITION_HEADER, DEFINITION_KEY } from '../../../src/sandbox/dialects/futureagi/canaries.ts';
import { definitionIdOf } from '../../../src/sandbox/dialects/futureagi/definition-store.ts';
import { MEDDLED } from '../../../src/sandbox/dialects/futureagi/meddling.ts';
import { problemOf } from '../../support/problem-of.ts';
import { stepsInMemory } from '../../support/write-steps.ts';
import { type AgentBench, agentBench, MARK, NEW, OLD, open, send, textOf, write } from './agents-world.ts';
import { has, raw } from './harness.ts';

const idOf = (one: AgentBench) => one.engine.agents.map(definitionIdOf)[0] ?? '';
const at = (one: AgentBench) => `/simulate/agent-definitions/${idOf(one)}`;
const posts = (one: AgentBench) => one.since().filter((request) => !request.startsWith('GET'));
const edited = async (one: AgentBench) => {
  const opened = await open(one, [idOf(one)]);
  return { opened, edits: { description: textOf(opened, 'description').replace(OLD, NEW) } };
};
const record = async (one: AgentBench, more = {}) => {
  const { opened, edits } = await edited(one);
  return write(one, opened, { target: 'record', edits, ...more });
};
const keys = (one: AgentBench) =>
  one.engine.documents.all('futureagi agent versions').map(({ value }) => memberAt(value, ['api_key']));
/** Starts the bookings of the definition, and answers how many of its runs passed and broke. */
async function outcome(one: AgentBench): Promise<{ passed: number; error: number }> {
  const { items } = await has(one.provider.tests).list({ kind: 'suite', search: 'bookings', limit: 5 }, one.call);
  const suite = items.find(({ agent_ref }) => agent_ref?.endsWith(idOf(one)))?.ref.split('/')[2] ?? '';
  const start = has(one.provider.start);
  const { steps } = await start.plan({ test: { kind: 'suite', ids: [suite] }, repeat: 1 }, one.call);
  const [step] = steps;
  if (!step) throw new Error('No step.');
  const { session = [] } = await start.send(step, one.call, []);
  one.now += 3_600_000;
  const runs = await one.runs(session[0] ?? '');
  const of = (verdict: string) => runs.filter((run) => run.verdict === verdict).length;
  return { passed: of('passed'), error: of('error') };
}

describe('a record', () => {
  it('becomes a new version that is active at once, with the key of the one before', async () => {
    const one = await agentBench();
    const written = await record(one);
    expect(written).toMatchObject({ ids: [idOf(one)] });
    expect(written.by_hand).toBeUndefined();
    expect(keys(one).every((key) => key === DEFINITION_KEY)).toBe(true);
    const opened = await open(one, [idOf(one)]);
    expect(textOf(opened, 'description')).toContain(NEW);
    expect(opened.agent.versions).toMatchObject([
      { version: 'v2', state: 'live', note: expect.stringContaining(MARK) },
      { version: 'v1', state: 'former' },
    ]);
    expect(JSON.stringify(one.engine.documents.all('futureagi agent definitions'))).toContain(DEFINITION_HEADER);
  });

  it('mends no run: the agent follows what its provider has', async () => {
    const one = await agentBench();
    const before = await outcome(one);
    await record(one);
    expect(await outcome(one)).toEqual(before);
    // Were the description what the agent follows, it would.
    one.dialect.switches.external_prompt_effective = true;
    const opened = await open(one, [idOf(one)]);
    const quiet = '# Receptionist\n\n- Hang up at once.\n';
    await write(one, opened, { target: 'record', edits: { description: quiet }, mark: `${MARK}-2` });
    expect(await outcome(one)).not.toEqual(before);
    one.dialect.switches.external_prompt_effective = false;
    expect(await outcome(one)).toEqual(before);
    // What its provider has is another matter.
    one.dialect.switches.provider_prompt = quiet;
    expect(await outcome(one)).not.toEqual(before);
  });

  it('made without its key breaks every run, which is why the mask is sent back', async () => {
    const one = await agentBench();
    await send(one, `${at(one)}/versions/create/`, { description: 'x', commit_message: 'without' });
    const { passed, error } = await outcome(one);
    expect(passed).toBe(0);
    expect(error).toBeGreaterThan(5);
    // Where the active version counts, the one before runs as it did.
    const { body } = await raw(one, `${at(one)}/versions/`);
    await send(one, `${at(one)}/versions/${memberAt(body, ['results', '1', 'id'])}/activate/`, {});
    expect((await outcome(one)).passed).toBe(0);
    one.dialect.switches.run_version = 'active';
    expect((await outcome(one)).passed).toBeGreaterThan(0);
    one.dialect.switches.run_version = 'latest';
    one.dialect.switches.version_without_key = 'keeps';
    const kept = await agentBench();
    kept.dialect.switches.version_without_key = 'keeps';
    await send(kept, `${at(kept)}/versions/create/`, { description: 'x', commit_message: 'without' });
    expect((await outcome(kept)).passed).toBeGreaterThan(0);
  });

  it.each(['absent', 'plain'] as const)('is not written where the key is %s', async (key_mask) => {
    const one = await agentBench();
    one.dialect.switches.key_mask = key_mask;
    const { opened, edits } = await edited(one);
    one.since();
    const problem = await problemOf(write(one, opened, { target: 'record', edits }));
    expect(problem).toMatchObject({ kind: 'refused', details: { reason: 'credentials', sent: 'no' } });
    expect(JSON.stringify(problem)).not.toContain(DEFINITION_KEY);
    expect(posts(one)).toEqual([]);
  });

  it('carries over a key that is shown as stars', async () => {
    const one = await agentBench();
    one.dialect.switches.key_mask = 'stars';
    await record(one);
    expect(keys(one).every((key) => key === DEFINITION_KEY)).toBe(true);
  });

  it('is refused where the platform does not take the mask', async () => {
    const one = await agentBench();
    one.dialect.switches.masked_key = 'refused';
    expect(await problemOf(record(one))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('does not take the mask'),
      details: { vendor: { status: 400 } },
    });
    expect((await open(one, [idOf(one)])).agent.versions).toHaveLength(1);
  });

  it('of which the answer was lost is found by its message, and written once', async () => {
    const one = await agentBench();
    one.lose('POST /versions/create', true);
    one.since();
    await record(one);
    expect(posts(one)).toHaveLength(1);
    expect((await open(one, [idOf(one)])).agent.versions).toHaveLength(2);
    one.lose('POST /versions/create', false);
    const steps = stepsInMemory();
    expect(await problemOf(record(one, { steps, mark: `${MARK}-2` }))).toMatchObject({ details: { sent: 'unknown' } });
    expect((await open(one, [idOf(one)])).agent.versions).toHaveLength(2);
  });

  it('whose key cannot be read afterwards is written, and that is said', async () => {
    const one = await agentBench();
    const { opened, edits } = await edited(one);
    const steps = stepsInMemory();
    const once: typeof steps.once = async (...step) => {
      const made = await steps.once(...step);
      for (let tries = 0; tries < 10; tries += 1) one.lose('GET /versions/', false);
      return made;
    };
    const written = await write(one, opened, { target: 'record', edits, steps: { ...steps, once } });
    expect(written.by_hand).toEqual([expect.stringContaining('could not be read')]);
    expect(keys(one)).toEqual([DEFINITION_KEY, DEFINITION_KEY]);
  });

  it('is not written over what somebody else wrote after it was read', async () => {
    const one = await agentBench();
    one.dialect.switches.agents_meddles = 'after_read';
    const { opened, edits } = await edited(one);
    one.since();
    expect(await problemOf(write(one, opened, { target: 'record', edits }))).toMatchObject({ kind: 'conflict' });
    expect(posts(one)).toEqual([]);
    expect(textOf(await open(one, [idOf(one)]), 'description')).toContain(MEDDLED);
  });

  it('that ignores a member is read back as it was', async () => {
    const one = await agentBench();
    one.dialect.switches.agents_ignores = 'description';
    const { opened } = await edited(one);
    await record(one);
    expect(textOf(await open(one, [idOf(one)]), 'description')).toBe(textOf(opened, 'description'));
  });

  it('is restored by half, and activated by half: neither is used', async () => {
    const one = await agentBench();
    await record(one);
    const { body } = await raw(one, `${at(one)}/versions/`);
    const first = memberAt(body, ['results', '1', 'id']);
    const states = async () => (await open(one, [idOf(one)])).agent.versions?.map(({ state }) => state);
    await send(one, `${at(one)}/versions/${first}/restore/`, {});
    expect(textOf(await open(one, [idOf(one)]), 'description')).toContain(OLD);
    expect(await states()).toEqual(['live', 'former']);
    one.dialect.switches.restore = 'whole';
    await send(one, `${at(one)}/versions/${first}/restore/`, {});
    expect(await states()).toEqual(['former', 'live']);
    one.since();
    await record(one, { mark: `${MARK}-2` });
    expect(posts(one).every((request) => request.endsWith('/versions/create/'))).toBe(true);
  });
});

describe('the strict views', () => {
  it('refuse fields that they do not know, until the switch is turned', async () => {
    const one = await agentBench();
    const create = () => send(one, `${at(one)}/versions/create/`, { description: 'x', colour: 'red' });
    expect((await create()).status).toBe(400);
    expect((await raw(one, '/simulate/agent-definitions/?colour=red')).status).toBe(400);
    one.dialect.switches.strict = false;
    expect((await create()).status).toBe(201);
  });

  it('tell the prompt at the provider, which nothing of ours asks for', async () => {
    const one = await agentBench();
    const fetched = await send(one, '/simulate/api/agent-definition-operations/fetch_assistant_from_provider/', {
      agent_id: idOf(one),
      provider: 'vapi',
    });
    expect(memberAt(fetched.body, ['result', 'prompt'])).toBe(one.live());
  });
});

/** Starting on a version of a prompt: the same scenarios and evaluations, in a simulation that is there or is made once. */
import { describe, expect, it } from 'vitest';
import type { StartRequest } from '../../../src/providers/provider.ts';
import { memberAt } from '../../../src/providers/shared/agent-parts.ts';
import { TEMPLATE_ID } from '../../../src/sandbox/dialects/futureagi/prompt-store.ts';
import { problemOf } from '../../support/problem-of.ts';
import { type AgentBench, agentBench, NEW, OLD, open, PROMPT, textOf, versionsOf, write } from './agents-world.ts';
import { has, raw } from './harness.ts';

const SIMULATIONS = `/simulate/prompt-templates/${TEMPLATE_ID}/simulations/`;
const agent = (version?: string) => [...PROMPT, ...(version ? [version] : [])].join('~');
const posts = (one: AgentBench) => one.since().filter((request) => !request.startsWith('GET'));

async function suiteOf(one: AgentBench, search = 'bookings', prompt = true): Promise<string> {
  const { items } = await has(one.provider.tests).list({ kind: 'suite', search, limit: 10 }, one.call);
  const found = items.find(({ agent_ref }) => agent_ref?.includes('prompt~') === prompt);
  return found?.ref.split('/')[2] ?? '';
}
const plan = async (one: AgentBench, request: Partial<StartRequest> = {}) =>
  has(one.provider.start).plan({ test: { kind: 'suite', ids: [await suiteOf(one)] }, repeat: 1, ...request }, one.call);
async function started(one: AgentBench, request: Partial<StartRequest> = {}): Promise<string> {
  const { steps } = await plan(one, request);
  const [step] = steps;
  if (!step) throw new Error('No step.');
  const { session = [] } = await has(one.provider.start).send(step, one.call, []);
  return session[0] ?? '';
}
const simulations = async (one: AgentBench): Promise<Record<string, unknown>[]> =>
  JSON.parse(JSON.stringify(memberAt((await raw(one, `${SIMULATIONS}?limit=50`)).body, ['result', 'results'])));

describe('a start of a run test of a prompt', () => {
  it('runs the version that it is pinned to, and says which', async () => {
    const one = await agentBench();
    const planned = await plan(one);
    expect(planned.notes.join(' ')).toContain('Version v2 of the prompt runs, which the run test is pinned to');
    const session = await started(one);
    one.now += 3_600_000;
    expect((await one.read(session)).session.agent_ref).toBe(`futureagi/agent/prompt~${TEMPLATE_ID}`);
    // To name the same version is the same start.
    expect(await plan(one, { agent: agent('v2') })).toEqual(planned);
    expect(await plan(one, { agent: agent() })).toEqual(planned);
    expect(await plan(one, { agent: 'Bright Harbor Dental receptionist' })).toEqual(planned);
  });

  it('runs a draft on the same scenarios, so that runs are compared test by test', async () => {
    const one = await agentBench();
    const before = await started(one);
    await write(one, await open(one), { target: 'draft' });
    const planned = await plan(one, { agent: agent('v3') });
    expect(planned.notes[0]).toContain('a prompt simulation with the same scenarios and evaluations is made');
    expect(planned.runs).toBe((await plan(one)).runs);
    one.since();
    const after = await started(one, { agent: agent('v3') });
    expect(posts(one).map((request) => request.replace(/[0-9a-f-]{36}/g, 'ID'))).toEqual([
      'POST /simulate/prompt-templates/ID/simulations/',
      'POST /simulate/run-tests/ID/execute/',
    ]);
    one.now += 3_600_000;
    const [first, second] = [await one.runs(before), await one.runs(after)];
    expect(second.map(({ test }) => test).sort()).toEqual(first.map(({ test }) => test).sort());
    expect(second.flatMap(({ evaluations }) => evaluations).length).toBe(
      first.flatMap(({ evaluations }) => evaluations).length,
    );
    const passed = (runs: typeof first) => runs.filter(({ verdict }) => verdict === 'passed').length;
    expect(passed(second)).toBeGreaterThan(passed(first));
  });

  it('uses the simulation that is there, and makes none twice', async () => {
    const one = await agentBench();
    const count = (await simulations(one)).length;
    await started(one, { agent: agent('v1') });
    expect(await simulations(one)).toHaveLength(count + 1);
    const planned = await plan(one, { agent: agent('v1'), repeat: 2 });
    expect(planned.notes[0]).toContain('in the prompt simulation that there is for it');
    for (const step of planned.steps) await has(one.provider.start).send(step, one.call, []);
    await started(one, { agent: agent('v1') });
    expect(await simulations(one)).toHaveLength(count + 1);
    // Other scenarios are another simulation.
    await started(one, { test: { kind: 'suite', ids: [await suiteOf(one, 'billing')] }, agent: agent('v1') });
    expect(await simulations(one)).toHaveLength(count + 2);
  });

  it.each(['uuid', 'name'] as const)('names the version as the platform takes it: by %s', async (form) => {
    const one = await agentBench();
    one.dialect.switches.version_in_prompt_create = form;
    await started(one, { agent: agent('v1') });
    const [version] = (await versionsOf(one)).filter(({ template_version }) => template_version === 'v1');
    expect((await simulations(one)).some(({ prompt_version }) => prompt_version === version?.id)).toBe(true);
  });

  it('of which the answer was lost makes no second simulation', async () => {
    const one = await agentBench();
    const count = (await simulations(one)).length;
    one.lose('POST /simulations/', true);
    one.since();
    await started(one, { agent: agent('v1') });
    expect(posts(one)).toHaveLength(2);
    expect(await simulations(one)).toHaveLength(count + 1);
    one.lose('POST /execute/', true);
    const { steps } = await plan(one, { agent: agent('v1') });
    const [step] = steps;
    if (!step) throw new Error('No step.');
    const start = has(one.provider.start);
    one.now += 60_000;
    expect(await problemOf(start.send(step, one.call, []))).toMatchObject({ details: { sent: 'unknown' } });
    const found = await start.find(step, { since: new Date(one.now), until: new Date(one.now) }, one.call);
    expect(found).toHaveLength(1);
    expect(await simulations(one)).toHaveLength(count + 1);
  });

  it('whose simulation could not be made started nothing', async () => {
    const one = await agentBench();
    one.lose('POST /simulations/', false);
    expect(await problemOf(started(one, { agent: agent('v1') }))).toMatchObject({ details: { sent: 'no' } });
  });

  it('starts one scenario in the run test of the prompt that is named', async () => {
    const one = await agentBench();
    const detail = await has(one.provider.tests).get('suite', [await suiteOf(one)], one.call);
    const scenario = detail.members?.[0]?.ref.split('/')[2] ?? '';
    const test = { kind: 'case', ids: [scenario] } as const;
    expect(await problemOf(plan(one, { test }))).toMatchObject({ kind: 'ambiguous' });
    expect(await plan(one, { test, agent: agent('v1') })).toMatchObject({ runs: 1 });
  });

  it('refuses another agent than its own, and a version that there is not', async () => {
    const one = await agentBench();
    const other = 'prompt~11111111-1111-4111-8111-111111111111';
    expect(await problemOf(plan(one, { agent: other }))).toMatchObject({ kind: 'invalid_input' });
    expect(await problemOf(plan(one, { agent: agent('v9') }))).toMatchObject({ kind: 'not_found' });
    const definitions = { kind: 'suite' as const, ids: [await suiteOf(one, 'bookings', false)] };
    expect(await problemOf(plan(one, { test: definitions, agent: agent('v1') }))).toMatchObject({
      kind: 'invalid_input',
    });
    const own = await plan(one, { test: definitions, agent: 'Bright Harbor Dental receptionist' });
    expect(own).toEqual(await plan(one, { test: definitions }));
  });

  it('lists the sessions of a version apart from those of the prompt', async () => {
    const one = await agentBench();
    await started(one);
    await started(one, { agent: agent('v1') });
    const list = async (wanted: string) =>
      (await has(one.provider.sessions).list({ limit: 20, agent: wanted }, one.call)).items.length;
    expect(await list(agent())).toBe(2);
    expect(await list(agent('v1'))).toBe(1);
    expect(await list(agent('v7'))).toBe(0);
    expect(await list('prompt')).toBe(0);
  });

  it('that is pinned to the former version still runs that one after another became the default', async () => {
    const one = await agentBench();
    const before = await started(one);
    const opened = await open(one);
    await write(one, opened, { target: 'live', edits: { prompt: textOf(opened, 'prompt').replace(OLD, NEW) } });
    const same = await started(one);
    const after = await started(one, { agent: agent() });
    one.now += 3_600_000;
    const passed = async (session: string) =>
      (await one.runs(session)).filter(({ verdict }) => verdict === 'passed').length;
    expect(await passed(same)).toBe(await passed(before));
    expect(await passed(after)).toBeGreaterThan(await passed(before));
  });
});

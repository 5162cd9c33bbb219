/** Every row of the table is served by the sandbox and read as the row says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asked, ListEndpoint } from '../../../src/providers/shared/endpoint.ts';
import { ENDPOINTS } from '../../../src/providers/synthflow/endpoints.ts';
import { actionIdsOf } from '../../../src/providers/synthflow/wire.ts';
import { type Rig, startRig } from './harness.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** The first page of a list. */
function page<T>(row: ListEndpoint<T>, query: Asked<'GET /'>['query'] = {}) {
  return rig.api.list(row, { query, signal: rig.call.signal }).fetch({ offset: 0, size: 100 });
}

describe.sequential('the whole API', () => {
  const { signal } = new AbortController();
  const agent = () => rig.engine.agents[0]?.id ?? '';
  let suite = '';
  let definition = '';
  let session = '';
  let run = '';
  const readCase = () => rig.api.one(ENDPOINTS.getCase, { params: { simulation_case_id: definition }, signal });
  const readSuite = () => rig.api.one(ENDPOINTS.getSuite, { params: { suite_id: suite }, signal });

  it('suites: create, list, read, update', async () => {
    const created = await rig.author.createSuite({ name: 'Mine', model_id: agent() });
    suite = created.id ?? '';
    expect(created).toMatchObject({ name: 'Mine', model_id: agent(), language: 'en-US', cases: [] });
    const listed = await page(ENDPOINTS.listSuites, { search: 'MIN', model_ids: [agent(), 'another'] });
    expect(listed.rows.map((one) => one?.id)).toEqual([suite]);
    expect((await rig.author.updateSuite(suite, { name: 'Ours' })).name).toBe('Ours');
    expect((await readSuite()).name).toBe('Ours');
    const other = rig.engine.agents[1]?.id ?? '';
    expect((await page(ENDPOINTS.listSuites, { search: 'ours', model_ids: [other] })).rows).toEqual([]);
  });

  it('cases: create, list, read, update', async () => {
    const created = await rig.author.createCase({
      name: 'Late',
      prompt: 'You cancel your cleaning on the same day and ask what it costs.',
      type: 'custom',
      success_criteria: ['The agent names the fee for late changes.'],
      call_success_type: 'all',
      suite_id: suite,
      base_agent_id: agent(),
    });
    definition = created.simulation_case_id ?? '';
    expect(created).toMatchObject({ name: 'Late', suite_id: suite, base_agent: { id: agent() } });
    const listed = await page(ENDPOINTS.listCases, { suite_id: suite, simulation_case_type: 'custom' });
    expect(listed.rows.map((one) => one?.simulation_case_id)).toEqual([definition]);
    const changed = await rig.author.updateCase(definition, { call_success_type: 'any' });
    expect(changed).toMatchObject({ call_success_type: 'any', name: 'Late' });
    expect((await readCase()).call_success_type).toBe('any');
  });

  it('cases: generate', async () => {
    const request = { agent_id: agent(), include_tests: ['angry_user', 'csat_score'], suite_id: suite };
    const lines = await rig.author.generateCases(request);
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatchObject({ simulation_case: { type: 'agent_based' } });
    expect((await page(ENDPOINTS.listCases, { suite_id: suite })).total).toBe(3);
  });

  it('simulations: start one, execute a suite, read, list', async () => {
    const started = await rig.api.one(ENDPOINTS.startSimulation, {
      body: { simulation_case_id: definition, target_agent_id: agent() },
      signal,
    });
    run = started.simulation_id ?? '';
    const executed = await rig.api.one(ENDPOINTS.executeSuite, {
      params: { suite_id: suite },
      query: { target_agent_id: agent(), max_turns: 10 },
      signal,
    });
    session = executed.session_id ?? '';
    expect(executed).toMatchObject({ suite_id: suite, suite_name: 'Ours', total_cases: 3 });
    rig.pass(600);
    expect(await rig.api.one(ENDPOINTS.getSimulation, { params: { simulation_id: run }, signal })).toMatchObject({
      status: 'completed',
      simulation_case_id: definition,
    });
    const whole = await rig.api.one(ENDPOINTS.getSession, { params: { simulation_session_id: session }, signal });
    expect(whole).toMatchObject({ total_simulations: 3, completed_simulations: 3, pending_simulations: 0 });
    const listed = await page(ENDPOINTS.listSimulations, { simulation_session_id: session, status: 'completed' });
    expect(listed.total).toBe(3);
    const sessions = await page(ENDPOINTS.listSessions, { target_agent_id: agent() });
    expect(sessions.rows.map((one) => one?.simulation_session_id)).toContain(session);
  });

  it('cases and suites: delete', async () => {
    await rig.author.deleteCase(definition);
    await expect(readCase()).rejects.toMatchObject({ kind: 'not_found' });
    await rig.author.deleteSuite(suite);
    await expect(readSuite()).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('judges criteria that the engine never heard of by the closest one it knows', async () => {
    const { evaluations } = await rig.runs.get([run], rig.call);
    expect(evaluations).toHaveLength(1);
    expect(evaluations[0]?.reason).toBeTruthy();
  });

  it('agents: list', async () => {
    const list = rig.api.list(ENDPOINTS.listAgents, { signal });
    const [first] = (await list.fetch({ offset: 1, size: 1 })).rows;
    expect(first).toEqual({ id: rig.engine.agents[1]?.id, name: rig.engine.agents[1]?.name, type: 'inbound' });
  });

  it('agents: read, change, read an action', async () => {
    const model_id = agent();
    const params = { model_id };
    const read = () => rig.api.one(ENDPOINTS.getAgent, { params, query: { include_actions: true }, signal });
    const [before] = (await read()).assistants;
    await rig.api.body(ENDPOINTS.updateAgent, { params, body: { description: 'Ours' }, signal });
    expect((await read()).assistants).toEqual([{ ...before, description: 'Ours' }]);
    const [action_id = ''] = actionIdsOf(before ?? {});
    const action = await rig.api.one(ENDPOINTS.getAction, { params: { action_id }, signal });
    expect(action.shown).toMatchObject({ name: 'Book an appointment', type: 'REAL_TIME_BOOKING' });
  });

  it('has reached every row', () => {
    const requests = Object.values(ENDPOINTS).map(({ request }) => request);
    expect(requests.filter((request) => !rig.sent.has(request))).toEqual([]);
  });
});

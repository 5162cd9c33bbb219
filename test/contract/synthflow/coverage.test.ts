/** Every operation of the vendor is reached through the client: the table is the API. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from './harness.ts';

const OPERATIONS = [
  'POST /simulation_cases',
  'GET /simulation_cases',
  'GET /simulation_cases/{simulation_case_id}',
  'PUT /simulation_cases/{simulation_case_id}',
  'DELETE /simulation_cases/{simulation_case_id}',
  'POST /simulation_cases/generate',
  'GET /simulation_cases/by_agent',
  'POST /simulation_suites',
  'GET /simulation_suites',
  'GET /simulation_suites/{suite_id}',
  'PUT /simulation_suites/{suite_id}',
  'DELETE /simulation_suites/{suite_id}',
  'POST /simulation_suites/{suite_id}/execute',
  'POST /simulation_scenarios',
  'GET /simulation_scenarios',
  'GET /simulation_scenarios/{scenario_id}',
  'PUT /simulation_scenarios/{scenario_id}',
  'DELETE /simulation_scenarios/{scenario_id}',
  'POST /simulations',
  'GET /simulations',
  'GET /simulations/sessions',
  'GET /simulations/session/{simulation_session_id}',
  'GET /simulations/{simulation_id}',
];
const PAGE = { page_number: 1, page_size: 100 };

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

async function collect(lines: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe.sequential('the whole API', () => {
  const { signal } = new AbortController();
  const agent = () => rig.engine.agents[0]?.id ?? '';
  let suite = '';
  let scenario = '';
  let definition = '';
  let session = '';
  let run = '';

  it('suites: create, list, read, update', async () => {
    const created = await rig.client.suites.create({ name: 'Mine', model_id: agent() }, signal);
    suite = created.id ?? '';
    expect(created).toMatchObject({ name: 'Mine', model_id: agent(), language: 'en-US', cases: [] });
    const listed = await rig.client.suites.list({ ...PAGE, search: 'MIN', model_ids: [agent(), 'another'] }, signal);
    expect(listed.rows.map((one) => one?.id)).toEqual([suite]);
    expect((await rig.client.suites.update(suite, { name: 'Ours' }, signal)).name).toBe('Ours');
    expect((await rig.client.suites.get(suite, signal)).name).toBe('Ours');
    const other = rig.engine.agents[1]?.id ?? '';
    expect((await rig.client.suites.list({ ...PAGE, search: 'ours', model_ids: [other] }, signal)).rows).toEqual([]);
  });

  it('cases: create, list, read, update, by agent', async () => {
    const created = await rig.client.cases.create(
      {
        name: 'Late',
        prompt: 'You cancel your cleaning on the same day and ask what it costs.',
        type: 'custom',
        success_criteria: ['The agent names the fee for late changes.'],
        call_success_type: 'all',
        suite_id: suite,
        base_agent_id: agent(),
      },
      signal,
    );
    definition = created.simulation_case_id ?? '';
    expect(created).toMatchObject({ name: 'Late', suite_id: suite, base_agent: { id: agent() } });
    const listed = await rig.client.cases.list({ ...PAGE, suite_id: suite, simulation_case_type: 'custom' }, signal);
    expect(listed.rows.map((one) => one?.simulation_case_id)).toEqual([definition]);
    const changed = await rig.client.cases.update(definition, { call_success_type: 'any' }, signal);
    expect(changed).toMatchObject({ call_success_type: 'any', name: 'Late' });
    expect((await rig.client.cases.get(definition, signal)).call_success_type).toBe('any');
    const mine = (await rig.client.cases.byAgent(agent(), signal)).rows;
    expect(mine.map((one) => one?.simulation_case_id)).toContain(definition);
    expect(mine.every((one) => one?.base_agent?.id === agent())).toBe(true);
  });

  it('cases: generate', async () => {
    const lines = await collect(
      rig.client.cases.generate(
        { agent_id: agent(), include_tests: ['angry_user', 'csat_score'], suite_id: suite },
        signal,
      ),
    );
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatchObject({ simulation_case: { type: 'agent_based' } });
    expect((await rig.client.cases.list({ ...PAGE, suite_id: suite }, signal)).total).toBe(3);
  });

  it('scenarios: create, list, read, update, delete', async () => {
    const created = await rig.client.scenarios.create({ name: 'Angry', description: 'Stays calm' }, signal);
    scenario = created.id ?? '';
    const page = await rig.client.scenarios.list({ ...PAGE, search: 'ang' }, signal);
    expect(page).toMatchObject({ total: 1, rows: [{ id: scenario, description: 'Stays calm' }] });
    expect((await rig.client.scenarios.update(scenario, { description: 'Calms down' }, signal)).name).toBe('Angry');
    expect((await rig.client.scenarios.get(scenario, signal)).description).toBe('Calms down');
    await rig.client.scenarios.remove(scenario, signal);
    await expect(rig.client.scenarios.get(scenario, signal)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('simulations: start one, execute a suite, read, list', async () => {
    const started = await rig.client.simulations.start(
      { simulation_case_id: definition, target_agent_id: agent() },
      signal,
    );
    run = started.simulation_id ?? '';
    const executed = await rig.client.suites.execute(suite, { target_agent_id: agent(), max_turns: 10 }, signal);
    session = executed.session_id ?? '';
    expect(executed).toMatchObject({ suite_id: suite, suite_name: 'Ours', total_cases: 3 });
    rig.pass(600);
    expect(await rig.client.simulations.get(run, signal)).toMatchObject({
      status: 'completed',
      simulation_case_id: definition,
    });
    const whole = await rig.client.simulations.getSession(session, signal);
    expect(whole).toMatchObject({ total_simulations: 3, completed_simulations: 3, pending_simulations: 0 });
    const listed = await rig.client.simulations.list(
      { ...PAGE, simulation_session_id: session, status: 'completed' },
      signal,
    );
    expect(listed.total).toBe(3);
    const sessions = await rig.client.simulations.listSessions({ ...PAGE, target_agent_id: agent() }, signal);
    expect(sessions.rows.map((one) => one?.simulation_session_id)).toContain(session);
  });

  it('cases and suites: delete', async () => {
    await rig.client.cases.remove(definition, signal);
    await expect(rig.client.cases.get(definition, signal)).rejects.toMatchObject({ kind: 'not_found' });
    await rig.client.suites.remove(suite, signal);
    await expect(rig.client.suites.get(suite, signal)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('judges criteria that the engine never heard of by the closest one it knows', async () => {
    const { evaluations } = await rig.runs.get([run], rig.call);
    expect(evaluations).toHaveLength(1);
    expect(evaluations[0]?.reason).toBeTruthy();
  });

  it('has reached all 23 operations', () => {
    expect(OPERATIONS).toHaveLength(23);
    expect(OPERATIONS.filter((operation) => !rig.sent.has(operation))).toEqual([]);
  });
});

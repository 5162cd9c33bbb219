/** The dialect by itself, without sockets: paths, shapes and refusals as Synthflow documents them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createSynthflowDialect } from '../../../../src/sandbox/dialects/synthflow/index.ts';
import { createEngine } from '../../../../src/sandbox/engine/engine.ts';
import type { Engine } from '../../../../src/sandbox/engine/types.ts';
import { SHIPPED_PLAYBOOK } from '../../../../src/sandbox/shipped.ts';
import published from '../../../providers/synthflow/fixtures/list-sessions.response.json' with { type: 'json' };
import startRequest from '../../../providers/synthflow/fixtures/start-simulation.request.json' with { type: 'json' };

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let now = 0;
let engine: Engine;
let dialect: ReturnType<typeof createSynthflowDialect>;
beforeEach(() => {
  now = Date.parse('2026-11-22T10:00:00Z');
  engine = createEngine({ playbook: SHIPPED_PLAYBOOK, seed: 3, speed: 1, now: () => now });
  dialect = createSynthflowDialect(engine);
});

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const key = Object.values(dialect.credentials)[0] ?? '';
  const response = await dialect.fetch(
    new Request(`http://127.0.0.1/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  const json = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined;
  return { status: response.status, text, json };
}
const get = async (path: string) => (await ask('GET', path)).json.response;

async function firstSuite() {
  const { items } = await get('/simulation_suites?page_size=100');
  return items[0];
}
async function execute() {
  const suite = await firstSuite();
  const reply = await ask('POST', `/simulation_suites/${suite.id}/execute?target_agent_id=${suite.model_id}`);
  return { suite, reply };
}

describe('the door', () => {
  it.each(['/simulations', '/simulation_cases', '/simulation_suites', '/assistants/'])(
    '%s wants a bearer token',
    async (path) => {
      for (const authorization of ['', 'Bearer wrong', dialect.credentials.SYNTHFLOW_API_KEY ?? '']) {
        expect(await ask('GET', path, undefined, { authorization })).toMatchObject({
          status: 401,
          json: { detail: {} },
        });
      }
      expect((await ask('GET', path)).status).toBe(200);
    },
  );

  it('answers unmatched routes like the hosts', async () => {
    expect(await ask('GET', '/simulation_case')).toMatchObject({ status: 404, json: { detail: 'Not Found' } });
  });

  it('lists agents in both forms of id', async () => {
    const ids = (await get('/assistants/?limit=20&offset=0')).assistants.map(
      (one: { model_id: string }) => one.model_id,
    );
    expect(ids).toContain(startRequest.target_agent_id);
    expect(ids.some((id: string) => /^[0-9a-f]{8}-/.test(id))).toBe(true);
    expect((await get('/assistants/?limit=1&offset=1')).assistants).toHaveLength(1);
  });
});

describe('shapes', () => {
  it('a session has exactly the fields of the published payload', async () => {
    await execute();
    now += 600_000;
    const listed = await ask('GET', '/simulations/sessions?page_size=1');
    expect(listed.json.status).toBe('ok');
    const [shown] = listed.json.response.items;
    const [documented] = published.response.items;
    expect(Object.keys(shown).sort()).toEqual(Object.keys(documented ?? {}).sort());
    const [run] = documented?.simulations ?? [];
    expect(Object.keys(shown.simulations[0]).sort()).toEqual(Object.keys(run ?? {}).sort());
    expect(Object.keys(shown.simulations[0].timeline[0]).sort()).toEqual(Object.keys(run?.timeline[0] ?? {}).sort());
    expect(shown.simulations[0].success_criteria_analysis).toEqual({
      success: expect.any(Boolean),
      evaluations: shown.simulations[0].success_criteria.map(() => ({
        success: expect.any(Boolean),
        reasoning: expect.any(String),
      })),
    });
  });

  it('an execution is not enveloped and calls the session session_id', async () => {
    const { suite, reply } = await execute();
    expect(reply.json).toEqual({
      session_id: expect.any(String),
      suite_id: suite.id,
      suite_name: suite.name,
      total_cases: suite.case_summaries.length,
      status: 'started',
    });
  });

  it('a created case is nested one level deeper than a read one', async () => {
    const body = { name: 'n', prompt: 'p', type: 'custom', success_criteria: ['c'], call_success_type: 'all' };
    const created = await ask('POST', '/simulation_cases', body);
    const id = created.json.response.simulation_case.simulation_case_id;
    expect((await get(`/simulation_cases/${id}`)).simulation_case_id).toBe(id);
    expect((await get(`/simulation_cases/${id}`)).suite_id).toBeNull();
  });

  it('has two shapes of pages', async () => {
    expect(Object.keys(await get('/simulation_cases')).sort()).toEqual(['items', 'pagination']);
    expect((await get('/simulation_cases?page_number=2')).pagination).toEqual({
      total_records: 25,
      limit: 10,
      offset: 10,
    });
    expect(Object.keys(await get('/simulation_suites')).sort()).toEqual(['items', 'page_number', 'page_size', 'total']);
  });

  it('lists of suites have summaries, a suite has full cases', async () => {
    const item = await firstSuite();
    expect(item.cases).toBeUndefined();
    expect(Object.keys(item.case_summaries[0]).sort()).toEqual(['name', 'simulation_case_id']);
    const whole = await get(`/simulation_suites/${item.id}`);
    expect(whole.case_summaries).toBeUndefined();
    expect(whole.cases[0].prompt).toEqual(expect.any(String));
  });

  it('deletes say nothing', async () => {
    const { json } = await ask('POST', '/simulation_suites', { name: 'n', model_id: engine.agents[0]?.id });
    expect(await ask('DELETE', `/simulation_suites/${json.response.id}`)).toMatchObject({ status: 204, text: '' });
    expect((await ask('DELETE', `/simulation_suites/${json.response.id}`)).status).toBe(404);
  });

  it('takes several agents in a filter as repeated keys and as one with commas', async () => {
    const [one, two] = engine.agents.map((agent) => agent.id);
    expect((await get(`/simulation_suites?model_ids=${one}&model_ids=${two}`)).total).toBe(3);
    expect((await get(`/simulation_suites?model_ids=${one},${two}`)).total).toBe(3);
    expect((await get(`/simulation_suites?model_ids=${two}`)).total).toBe(1);
  });
});

describe('refusals', () => {
  it.each([
    ['POST', '/simulation_cases', '{"name":', 422],
    ['POST', '/simulation_cases', { name: 'n' }, 422],
    [
      'POST',
      '/simulation_cases',
      { name: 'n', prompt: 'p', type: 'other', success_criteria: [], call_success_type: 'all' },
      422,
    ],
    ['POST', '/simulation_suites', { name: 'n' }, 400],
    ['POST', '/simulations', { simulation_case_id: 'x', target_agent_id: 'a' }, 422],
    ['POST', '/simulation_cases/generate', { agent_id: 'a' }, 422],
    ['GET', '/simulations?status=queued', undefined, 422],
    ['GET', '/simulations?page_size=101', undefined, 422],
    ['GET', '/simulations?page_number=0', undefined, 422],
    ['GET', '/simulations/not-a-uuid', undefined, 422],
    ['GET', `/simulations/${UNKNOWN}`, undefined, 404],
    ['GET', `/simulations/session/${UNKNOWN}`, undefined, 404],
    ['PUT', `/simulation_suites/${UNKNOWN}`, {}, 404],
    ['POST', `/simulation_suites/${UNKNOWN}/execute?target_agent_id=a`, undefined, 404],
    ['POST', '/simulations', { simulation_case_id: UNKNOWN, target_agent_id: 'a' }, 404],
  ])('%s %s %j is %i', async (method, path, body, status) => {
    const refused = await ask(method, path, body);
    expect(refused.status).toBe(status);
    const { detail } = refused.json;
    if (status === 422) expect(detail[0]).toMatchObject({ loc: expect.any(Array), msg: expect.any(String) });
    else expect(Object.keys(detail).sort()).toEqual(['category', 'description', 'request_id', 'status']);
  });

  it('an execution on another agent, or with turns out of range', async () => {
    const suite = await firstSuite();
    const path = `/simulation_suites/${suite.id}/execute`;
    expect((await ask('POST', path)).status).toBe(400);
    expect((await ask('POST', `${path}?target_agent_id=other`)).status).toBe(400);
    for (const turns of ['9', '51', '10.5', 'x'])
      expect((await ask('POST', `${path}?target_agent_id=${suite.model_id}&max_turns=${turns}`)).status).toBe(400);
    expect((await ask('POST', `${path}?target_agent_id=${suite.model_id}&max_turns=50`)).status).toBe(200);
  });

  it('the language of an agent that speaks several', async () => {
    const body = { name: 'n', model_id: engine.agents[0]?.id };
    expect((await ask('POST', '/simulation_suites', { ...body, language: 'multi' })).status).toBe(400);
    expect((await ask('POST', '/simulation_suites', { ...body, language: 'es-ES' })).status).toBe(200);
  });

  it('a start into a session that does not exist', async () => {
    const { items } = await get('/simulation_cases');
    const body = { simulation_case_id: items[0].simulation_case_id, target_agent_id: engine.agents[0]?.id };
    expect((await ask('POST', '/simulations', { ...body, simulation_session_id: UNKNOWN })).status).toBe(404);
    expect((await ask('POST', '/simulations', { ...body, simulation_session_id: null })).status).toBe(200);
  });
});

describe('runs', () => {
  it('go from in-progress to completed, and the analysis comes a little later', async () => {
    const { reply } = await execute();
    const states = new Set<string>();
    for (let second = 0; second < 150; second += 2) {
      const { simulations } = await get(`/simulations/session/${reply.json.session_id}`);
      for (const run of simulations) {
        states.add(`${run.status}${run.success_criteria_analysis ? ' judged' : ''}`);
        if (run.status === 'in-progress') expect(run.timeline).toBeNull();
      }
      now += 2000;
    }
    expect([...states]).toEqual(['in-progress', 'completed', 'completed judged']);
  });

  it('keep the definition they were started from', async () => {
    const { suite, reply } = await execute();
    const [member] = suite.case_summaries;
    await ask('PUT', `/simulation_cases/${member.simulation_case_id}`, { name: 'Renamed', success_criteria: ['New'] });
    const { simulations } = await get(`/simulations/session/${reply.json.session_id}`);
    const run = simulations.find(
      (one: { simulation_case_id: string }) => one.simulation_case_id === member.simulation_case_id,
    );
    expect(run.simulation_case_name).toBe(member.name);
    expect((await get(`/simulation_cases/${member.simulation_case_id}`)).name).toBe('Renamed');
  });

  it('of a suite whose agent was changed run on the new one', async () => {
    const suite = await firstSuite();
    const other = engine.agents.find((agent) => agent.id !== suite.model_id)?.id;
    expect((await ask('PUT', `/simulation_suites/${suite.id}`, { model_id: other })).json.response.model_id).toBe(
      other,
    );
    expect((await ask('POST', `/simulation_suites/${suite.id}/execute?target_agent_id=${suite.model_id}`)).status).toBe(
      400,
    );
    const reply = await ask('POST', `/simulation_suites/${suite.id}/execute?target_agent_id=${other}`);
    const { simulations } = await get(`/simulations/session/${reply.json.session_id}`);
    expect(simulations[0].target_agent_id).toBe(other);
  });

  it('echo their variables and can be filtered', async () => {
    const { items } = await get('/simulation_cases');
    const [definition] = items;
    const body = { simulation_case_id: definition.simulation_case_id, target_agent_id: definition.base_agent.model_id };
    const started = await ask('POST', '/simulations', { ...body, custom_variables: { customer_name: 'Ada' } });
    expect(started.json.response).toEqual({ simulation_id: expect.any(String) });
    const run = await get(`/simulations/${started.json.response.simulation_id}`);
    expect(run).toMatchObject({ status: 'in-progress', custom_variables: { customer_name: 'Ada' } });
    const filter = `simulation_session_id=${run.simulation_session_id}`;
    expect((await get(`/simulations?${filter}&status=in-progress`)).pagination.total_records).toBe(1);
    expect((await get(`/simulations?${filter}&status=completed`)).pagination.total_records).toBe(0);
    const from = encodeURIComponent(new Date(now).toISOString());
    expect((await get(`/simulations?start_date=${from}`)).pagination.total_records).toBe(1);
    expect(
      (await get(`/simulations?end_date=${from}&target_agent_id=${engine.agents[1]?.id}`)).pagination.total_records,
    ).toBe(8);
  });

  it('of the other dialects are not shown', async () => {
    const before = (await get('/simulations/sessions')).pagination.total_records;
    const [agent] = engine.agents;
    const [definition] = engine.cases;
    if (!agent || !definition) throw new Error('no world');
    const foreign = engine.start({ cases: [definition], agent, dialect: 'another' });
    expect((await get('/simulations/sessions')).pagination.total_records).toBe(before);
    expect((await ask('GET', `/simulations/session/${foreign.id}`)).status).toBe(404);
    expect((await ask('GET', `/simulations/${foreign.runs[0]?.id}`)).status).toBe(404);
  });

  it('of hand-written cases are judged by the rule of the case', async () => {
    const [agent] = engine.agents;
    const known = engine.cases[1]?.criteria.map((criterion) => criterion.text) ?? [];
    const make = async (call_success_type: string) => {
      const body = {
        name: 'Move',
        prompt: engine.cases[1]?.prompt,
        type: 'custom',
        success_criteria: known,
        call_success_type,
        base_agent_id: agent?.id,
      };
      const { simulation_case_id } = (await ask('POST', '/simulation_cases', body)).json.response.simulation_case;
      const started = await ask('POST', '/simulations', { simulation_case_id, target_agent_id: agent?.id });
      now += 600_000;
      return (await get(`/simulations/${started.json.response.simulation_id}`)).success_criteria_analysis;
    };
    const all = await make('all');
    const any = await make('any');
    const each = all.evaluations.map((one: { success: boolean }) => one.success);
    expect(each).toContain(false);
    expect(each).toContain(true);
    expect(all.success).toBe(false);
    expect(any.success).toBe(true);
  });
});

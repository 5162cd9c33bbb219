import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { createCovalDialect } from '../../../../src/sandbox/dialects/coval/index.ts';
import type { CovalSwitches } from '../../../../src/sandbox/dialects/coval/switches.ts';
import { createEngine } from '../../../../src/sandbox/engine/engine.ts';
import type { EngineOptions } from '../../../../src/sandbox/engine/types.ts';
import { SHIPPED_PLAYBOOK } from '../../../../src/sandbox/shipped.ts';

const json = z.record(z.string(), z.any());

function world(switches: Partial<CovalSwitches> = {}, options: Partial<EngineOptions> = {}) {
  const clock = { now: Date.parse('2026-11-20T08:00:00Z') };
  const engine = createEngine({ playbook: SHIPPED_PLAYBOOK, seed: 3, speed: 1, now: () => clock.now, ...options });
  const dialect = createCovalDialect(engine, switches);
  async function ask(path: string, init: { method?: string; body?: unknown; key?: string | undefined } = {}) {
    const key = 'key' in init ? init.key : dialect.credentials.COVAL_API_KEY;
    const response = await dialect.fetch(
      new Request(`http://sandbox/v1${path}`, {
        method: init.method ?? 'GET',
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
        headers: key === undefined ? {} : { 'X-API-KEY': key },
      }),
    );
    const text = await response.text();
    const body = text.startsWith('{') ? json.parse(JSON.parse(text)) : { text };
    return { status: response.status, body, headers: response.headers };
  }
  const filter = (text: string) => `filter=${encodeURIComponent(text)}`;
  async function launchBody() {
    const [agents, personas, sets] = await Promise.all([ask('/agents'), ask('/personas'), ask('/test-sets')]);
    const agent_id = agents.body.agents[0].id;
    return { agent_id, persona_id: personas.body.personas[0].id, test_set_id: sets.body.test_sets[0].id };
  }
  async function launched(more: object = {}): Promise<string> {
    const { status, body } = await ask('/runs', { method: 'POST', body: { ...(await launchBody()), ...more } });
    expect(status, JSON.stringify(body)).toBe(200);
    return body.run.run_id;
  }
  return { clock, engine, dialect, switches: dialect.switches, ask, filter, launchBody, launched };
}

describe('keys', () => {
  it.each([
    ['gateway', '{"message":"Missing API Key"}'],
    ['string', '{"error":"Missing API Key"}'],
    ['text', 'Missing API Key'],
    ['empty', ''],
  ] as const)('refuses a missing key as %s', async (errors, text) => {
    const { dialect } = world({ errors });
    const response = await dialect.fetch(new Request('http://sandbox/v1/runs'));
    expect([response.status, await response.text()]).toEqual([401, text]);
  });

  it('answers in the envelope, knows wrong keys, and takes any spelling of the header', async () => {
    const { ask } = world({ errors: 'envelope' });
    expect((await ask('/runs', { key: undefined })).body.error).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await ask('/runs', { key: 'wrong' })).body.error.message).toContain('Invalid');
    expect((await ask('/runs')).status).toBe(200);
  });

  it('refuses what a scoped key may not do', async () => {
    const { ask } = world({ scopes: ['runs:read'] });
    expect((await ask('/runs')).status).toBe(200);
    const refused = await ask('/runs', { method: 'POST', body: {} });
    expect(refused.status).toBe(403);
    expect(refused.body.error.details[0]).toMatchObject({ field: 'permissions' });
    expect((await ask('/simulations')).status).toBe(403);
  });
});

describe('ids and envelopes', () => {
  it('uses the documented lengths', async () => {
    const { ask } = world();
    const length = async (path: string, key: string, id = 'id') => (await ask(path)).body[key][0][id].length;
    expect(await length('/agents', 'agents')).toBe(22);
    expect(await length('/personas', 'personas')).toBe(22);
    expect(await length('/test-sets', 'test_sets')).toBe(8);
    expect(await length('/test-cases', 'test_cases')).toBe(22);
    expect(await length('/metrics', 'metrics')).toBe(22);
    expect(await length('/runs', 'runs', 'run_id')).toBe(22);
    expect(await length('/simulations', 'simulations', 'simulation_id')).toBe(22);
    expect(await length('/conversations/simulated', 'simulated_conversations', 'simulation_id')).toBe(22);
    const { body } = await ask('/agents');
    expect(await length(`/agents/${body.agents[0].id}/mutations`, 'mutations')).toBe(26);
  });

  it('serves both families from one store', async () => {
    const { ask } = world();
    const id = (await ask('/simulations?page_size=1')).body.simulations[0].simulation_id;
    const one = (await ask(`/simulations/${id}`)).body.simulation;
    expect((await ask(`/conversations/simulated/${id}`)).body.simulated_conversation).toEqual(one);
    expect(one.transcript.length).toBeGreaterThan(3);
    expect((await ask('/simulations/short')).status).toBe(404);
    const gone = world({ families: 'canonical', missing_family: 403 });
    expect((await gone.ask('/simulations')).body).toEqual({ message: 'Forbidden' });
    expect((await gone.ask('/conversations/simulated')).status).toBe(200);
    const first = (await gone.ask('/conversations/simulated?page_size=1')).body.simulated_conversations[0];
    expect((await gone.ask(`/simulations/${first.simulation_id}/metrics`)).status).toBe(403);
  });
});

describe('filters', () => {
  it('refuses bare values unless told that the documentation is right', async () => {
    const live = world();
    expect((await live.ask(`/runs?${live.filter('status=COMPLETED')}`)).status).toBe(400);
    expect((await live.ask(`/runs?${live.filter('status="COMPLETED"')}`)).body.runs).toHaveLength(3);
    const docs = world({ filter_values: 'docs' });
    expect((await docs.ask(`/runs?${docs.filter('status=COMPLETED')}`)).body.runs).toHaveLength(3);
  });

  it.each([
    'nonsense',
    'color="red"',
    'status~"x"',
    'status="a" XOR status="b"',
    'status="a" AND',
    'status="a" status="b"',
    'status="a\\"b"',
  ])('refuses %s', async (text) => {
    const { ask, filter } = world();
    const { status, body } = await ask(`/runs?${filter(text)}`);
    expect([status, body.error?.code]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('binds OR tighter than AND, as AIP-160 does', async () => {
    const { ask, filter } = world();
    const text = 'status="FAILED" AND status="COMPLETED" OR status="FAILED"';
    expect((await ask(`/runs?${filter(text)}`)).body.runs).toEqual([]);
  });

  it('knows tags on runs only', async () => {
    const { ask, filter, launched } = world();
    const id = await launched({ metadata: { tags: [' nightly ', 'nightly'] } });
    expect((await ask(`/runs?${filter('tag="nightly"')}`)).body.runs[0].run_id).toBe(id);
    expect((await ask(`/simulations?${filter('tag="nightly"')}`)).status).toBe(400);
  });
});

describe('pages', () => {
  it('checks sizes and tokens', async () => {
    const { ask } = world();
    for (const query of ['page_size=0', 'page_size=1001', 'page_size=x', 'page_token=zzz'])
      expect((await ask(`/runs?${query}`)).status, query).toBe(400);
    expect((await ask('/agents?page_size=101')).status).toBe(400);
  });

  it('ends each list in its own way, or in the way it is told to', async () => {
    const { ask, switches } = world();
    expect('next_page_token' in (await ask('/runs')).body).toBe(false);
    expect((await ask('/metrics')).body.next_page_token).toBeNull();
    expect((await ask('/test-cases?page_size=100')).body.next_page_token).toBe('');
    expect((await ask('/conversations/simulated?page_size=100')).body.next_page_token).toBeNull();
    switches.last_token = 'empty';
    expect((await ask('/runs')).body.next_page_token).toBe('');
  });
});

describe('launching', () => {
  it.each<[object, string]>([
    [{ mutation_id: '0'.repeat(26), mutation_ids: ['0'.repeat(26)] }, 'mutation_id'],
    [{ options: { iteration_count: 51 } }, 'iteration_count'],
    [{ options: { concurrency: 0 } }, 'concurrency'],
    [{ options: { sub_sample_seed: 1 } }, 'sub_sample_seed'],
    [{ options: { test_case_ids: ['x'], sub_sample_size: 1 } }, 'test_case_ids'],
    [{ options: { test_case_ids: ['x'] } }, 'test_case_ids'],
    [{ metadata: { tags: Array.from({ length: 21 }, () => 't') } }, 'tags'],
    [{ agent_id: 'short' }, 'agent_id'],
  ])('400 for %j', async (more, field) => {
    const { ask, launchBody } = world();
    const { status, body } = await ask('/runs', { method: 'POST', body: { ...(await launchBody()), ...more } });
    expect([status, body.error.details[0].field]).toEqual([400, field]);
  });

  it.each(['agent_id', 'persona_id', 'metric_ids', 'mutation_ids'])('404 for an unknown %s', async (field) => {
    const { ask, launchBody } = world();
    const unknown =
      field === 'metric_ids' ? ['2'.repeat(22)] : field === 'mutation_ids' ? ['0'.repeat(26)] : '2'.repeat(22);
    const { status } = await ask('/runs', { method: 'POST', body: { ...(await launchBody()), [field]: unknown } });
    expect(status).toBe(404);
  });

  it('moves through its states, with at most `concurrency` at once', async () => {
    const { ask, filter, launched, clock } = world();
    const id = await launched({ options: { concurrency: 2 } });
    const state = async () => (await ask(`/runs/${id}`)).body.run;
    expect(await state()).toMatchObject({ status: 'PENDING', results: null });
    clock.now += 1500;
    expect((await state()).status).toBe('IN QUEUE');
    const seen = new Set<string>();
    let most = 0;
    for (let step = 0; step < 200 && !seen.has('COMPLETED'); step++) {
      clock.now += 7_000;
      seen.add((await state()).status);
      const running = await ask(`/simulations?${filter(`run_id="${id}" AND status="IN PROGRESS"`)}`);
      most = Math.max(most, running.body.simulations.length);
    }
    expect([...seen]).toEqual(['IN PROGRESS', 'COMPLETED']);
    expect(most).toBe(2);
    expect((await state()).progress).toMatchObject({
      total_test_cases: 8,
      completed_test_cases: 8,
      in_progress_test_cases: 0,
    });
    expect((await state()).results.output_ids).toHaveLength(8);
  });

  it('cancels what is active and deletes what has ended', async () => {
    const { ask, filter, launched, switches } = world();
    const id = await launched();
    expect(await ask(`/runs/${id}`, { method: 'DELETE' })).toMatchObject({ status: 200, body: {} });
    expect((await ask(`/runs/${id}`)).body.run.status).toBe('CANCELLED');
    await ask(`/runs/${id}`, { method: 'DELETE' });
    expect((await ask(`/runs/${id}`)).status).toBe(404);
    expect((await ask('/runs')).body.runs).toHaveLength(3);
    expect((await ask(`/runs?${filter('status="DELETED"')}`)).body.runs).toHaveLength(1);
    switches.deleted = 'shown';
    expect((await ask(`/runs/${id}`)).body.run.status).toBe('DELETED');
  });
});

describe('scale', () => {
  it('serves a run of 10,000 simulations page after page', async () => {
    const { ask, filter } = world({}, { scale: 10_000 });
    const { body } = await ask('/runs');
    const big = body.runs.find((run: { display_name: string }) => run.display_name.includes('10000'));
    const { results } = (await ask(`/runs/${big.run_id}`)).body.run;
    expect(results.output_ids).toHaveLength(10_000);
    let token = '';
    let rows = 0;
    for (let page = 0; page < 5; page++) {
      const query = `order_by=create_time&page_size=100&${filter(`run_id="${big.run_id}"`)}${token ? `&page_token=${token}` : ''}`;
      const answer = await ask(`/simulations?${query}`);
      rows += answer.body.simulations.length;
      token = answer.body.next_page_token;
    }
    expect(rows).toBe(500);
  });
});

/** Agents and actions of the dialect by itself: paths, shapes and refusals that the provider sends or meets seldom. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSynthflowDialect } from '../../../../src/sandbox/dialects/synthflow/index.ts';
import { createEngine } from '../../../../src/sandbox/engine/engine.ts';

let folder = '';
let playbook = '';
let dialect: ReturnType<typeof createSynthflowDialect>;
let id = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synthflow-dialect-'));
  playbook = join(folder, 'playbook.md');
  writeFileSync(playbook, '# Desk\n\n- Greet the caller.\n');
  const engine = createEngine({ playbook, seed: 3, speed: 1, now: () => Date.parse('2026-11-22T10:00:00Z') });
  dialect = createSynthflowDialect(engine);
  id = engine.agents[0]?.id ?? '';
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function ask(method: string, path: string, body?: unknown) {
  const key = Object.values(dialect.credentials)[0] ?? '';
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await dialect.fetch(new Request(`http://127.0.0.1/v2${path}`, { method, headers, ...sent }));
  return { status: response.status, json: JSON.parse(await response.text()) };
}
const assistant = async (path = `/assistants/${id}`) => (await ask('GET', path)).json.response.assistants[0];

describe('the list', () => {
  it('is served with a slash at the end and without, and by limit and offset', async () => {
    const { json } = await ask('GET', '/assistants/?limit=1&offset=1');
    expect(json).toMatchObject({ status: 'ok', response: { pagination: { total_records: 2, limit: 1, offset: 1 } } });
    expect((await ask('GET', '/assistants?limit=1&offset=1')).json).toEqual(json);
    expect((await ask('GET', '/assistants/?limit=0')).status).toBe(400);
  });

  it('knows a search where the switch says so', async () => {
    const found = async () => (await ask('GET', '/assistants/?search=urgent')).json.response.assistants.length;
    expect(await found()).toBe(2);
    dialect.switches.search_param = 'on';
    expect(await found()).toBe(1);
  });

  it('comes also where the playbook file cannot be read', async () => {
    rmSync(playbook);
    mkdirSync(playbook);
    expect((await ask('GET', `/assistants/${id}`)).status).toBe(500);
    expect((await ask('GET', '/assistants/')).json.response.assistants).toHaveLength(2);
  });
});

describe('one agent', () => {
  it('has the playbook as its prompt, and its actions only where they are asked for', async () => {
    expect(await assistant()).toMatchObject({ agent: { prompt: '# Desk\n\n- Greet the caller.\n' }, actions: [] });
    expect((await assistant(`/assistants/${id}?include_actions=true`)).actions).toHaveLength(3);
  });

  it('answers a change without telling it, and takes neither type nor the deprecated reasons', async () => {
    const before = await assistant();
    const body = { type: 'outbound', end_call_reasons: ['x'], name: 'Front desk' };
    expect(await ask('PUT', `/assistants/${id}`, body)).toEqual({
      status: 200,
      json: { status: 'ok', response: { model_id: id }, details: { phone: null, voice: null } },
    });
    expect(await assistant()).toEqual({ ...before, name: 'Front desk' });
    expect((await ask('PUT', `/assistants/${id}`, { agent: 'x' })).status).toBe(400);
    expect((await ask('PUT', '/assistants/nobody', {})).status).toBe(404);
  });

  it('is made, run against, and deleted', async () => {
    const created = await ask('POST', '/assistants', { type: 'inbound', name: 'Mine', agent: { prompt: 'Be brief.' } });
    const made = created.json.response.model_id;
    expect(await assistant(`/assistants/${made}`)).toMatchObject({ name: 'Mine', agent: { prompt: 'Be brief.' } });
    const suite = await ask('POST', '/simulation_suites', { name: 'Of mine', model_id: made });
    expect(suite.json.response.agent).toMatchObject({ id: made, name: 'Mine' });
    const deleted = await ask('DELETE', `/assistants/${made}`);
    expect(deleted.json.response).toEqual({ answer: 'Assistant deleted' });
    expect((await ask('GET', `/assistants/${made}`)).status).toBe(404);
    expect((await ask('POST', '/simulation_suites', { name: 'x', model_id: made })).status).toBe(400);
    expect((await ask('POST', '/assistants', { name: 'No type' })).status).toBe(400);
  });
});

describe('actions', () => {
  it('are listed and read with the agents that have them', async () => {
    const { actions } = (await ask('GET', '/actions?limit=2')).json.response;
    expect(actions).toHaveLength(2);
    const path = `/actions/${actions[1].action_id}?include_assistants=true`;
    expect((await ask('GET', path)).json.response.actions[0]).toMatchObject({
      name: 'Look up patient',
      assistants: [id],
      input_variables: { values: [{ name: 'patient_name' }, { name: 'date_of_birth' }] },
    });
    expect((await ask('GET', '/actions/none')).status).toBe(404);
  });

  it('are attached and detached, in both versions at once', async () => {
    const { actions } = await assistant(`/assistants/${id}?include_actions=true`);
    const body = { model_id: id, actions: [actions[0]] };
    await ask('POST', '/actions/detach', body);
    for (const version of ['draft', 'live'] as const) {
      dialect.switches.agents_get_returns = version;
      expect((await assistant(`/assistants/${id}?include_actions=true`)).actions).toEqual(actions.slice(1));
    }
    await ask('POST', '/actions/attach', body);
    expect((await assistant(`/assistants/${id}?include_actions=true`)).actions).toHaveLength(3);
    expect((await ask('POST', '/actions/attach', { model_id: 'nobody', actions: [] })).status).toBe(400);
  });
});

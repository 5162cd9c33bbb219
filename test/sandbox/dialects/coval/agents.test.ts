/** Agents as the dialect serves them: their life cycle, what a run on each follows, every switch. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { createCovalDialect } from '../../../../src/sandbox/dialects/coval/index.ts';
import type { CovalSwitches } from '../../../../src/sandbox/dialects/coval/switches.ts';
import { agentId } from '../../../../src/sandbox/dialects/coval/world.ts';
import { createEngine } from '../../../../src/sandbox/engine/engine.ts';
import { SHIPPED_PLAYBOOK } from '../../../../src/sandbox/shipped.ts';

const json = z.record(z.string(), z.any());
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-sim-coval-'));
  copyFileSync(SHIPPED_PLAYBOOK, join(folder, 'playbook.md'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function world(switches: Partial<CovalSwitches> = {}) {
  const playbook = join(folder, 'playbook.md');
  const clock = { now: Date.parse('2026-11-20T08:00:00Z') };
  const engine = createEngine({ playbook, seed: 3, speed: 1, now: () => clock.now });
  const dialect = createCovalDialect(engine, switches);
  const played: string[] = [];
  const start = engine.start.bind(engine);
  engine.start = (options) => {
    played.push(options.playbook ?? '');
    return start(options);
  };
  async function ask(path: string, method = 'GET', body?: unknown) {
    const response = await dialect.fetch(
      new Request(`http://sandbox/v1${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { 'x-api-key': dialect.credentials.COVAL_API_KEY ?? '' },
      }),
    );
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : json.parse(JSON.parse(text)) };
  }
  const [first, second] = engine.agents;
  if (!first || !second) throw new Error('no agents');
  const ids = { receptionist: agentId(first), urgent: agentId(second) };
  /** What a run on the agent follows. */
  async function follows(agent_id: string): Promise<string | undefined> {
    const [personas, sets] = [await ask('/personas'), await ask('/test-sets')];
    const persona_id = personas.body.personas[0].id;
    const { status, body } = await ask('/runs', 'POST', {
      agent_id,
      persona_id,
      test_set_id: sets.body.test_sets[0].id,
    });
    expect(status, JSON.stringify(body)).toBe(200);
    return played.at(-1);
  }
  const patch = (id: string, body: object) => ask(`/agents/${id}`, 'PATCH', body);
  const versionsOf = async (id: string) => (await ask(`/agents/${id}/versions`)).body.versions;
  return { ...ids, engine, clock, playbook, ask, patch, follows, versionsOf, switches: dialect.switches };
}

describe('the agent that Coval runs', () => {
  it('has the playbook file as its prompt, byte for byte, and writes it', async () => {
    const { ask, patch, playbook, receptionist, follows } = world();
    writeFileSync(playbook, '# Mine\r\n- Be kind.\n');
    expect((await ask(`/agents/${receptionist}`)).body.agent).toMatchObject({
      model_type: 'MODEL_TYPE_OPENAI_REALTIME',
      prompt: '# Mine\r\n- Be kind.\n',
    });
    expect((await patch(receptionist, { prompt: '# New\n' })).status).toBe(200);
    expect(readFileSync(playbook, 'utf8')).toBe('# New\n');
    expect(await follows(receptionist)).toBe('# New\n');
  });

  it('follows it no more where prompts of its type have no effect', async () => {
    const { patch, playbook, receptionist, follows, ask } = world({ prompt_effective: [] });
    const text = readFileSync(playbook, 'utf8');
    await patch(receptionist, { prompt: '# New\n' });
    expect((await ask(`/agents/${receptionist}`)).body.agent.prompt).toBe('# New\n');
    expect(readFileSync(playbook, 'utf8')).toBe(text);
    expect(await follows(receptionist)).toBe(text);
  });

  it('can be read where the file cannot, and not started', async () => {
    const { ask, playbook, receptionist, follows } = world();
    rmSync(playbook);
    mkdirSync(playbook);
    expect((await ask(`/agents/${receptionist}`)).body.agent.prompt).toBeNull();
    await expect(follows(receptionist)).rejects.toMatchObject({ kind: 'local_io' });
  });
});

describe('an agent that is called', () => {
  it('follows the real one, whatever its record says', async () => {
    const { patch, urgent, follows, engine, receptionist } = world();
    const text = readFileSync(SHIPPED_PLAYBOOK, 'utf8');
    await patch(urgent, { prompt: '# Record\n' });
    expect(await follows(urgent)).toBe(text);
    // The other agent's text is not its text.
    await patch(receptionist, { prompt: '# New\n' });
    expect(await follows(urgent)).toBe(text);
    const [, real] = engine.agents;
    if (real) engine.texts.setLive(real, '# Real\n');
    expect(await follows(urgent)).toBe('# Real\n');
  });

  it('follows its record where prompts of its type have an effect', async () => {
    const { patch, urgent, follows } = world({ prompt_effective: ['MODEL_TYPE_VOICE'] });
    await patch(urgent, { prompt: '# Record\n' });
    expect(await follows(urgent)).toBe('# Record\n');
  });
});

describe('a write', () => {
  it('is partial, leaves what is null, and replaces objects', async () => {
    const { ask, patch, receptionist } = world();
    const before = (await ask(`/agents/${receptionist}`)).body.agent;
    await patch(receptionist, { language: null, prompt: null, metadata: { model: 'm' } });
    const after = (await ask(`/agents/${receptionist}`)).body.agent;
    expect(after).toEqual({ ...before, metadata: { model: 'm' }, update_time: after.update_time });
    await patch(receptionist, { metadata: {}, metric_ids: [] });
    expect((await ask(`/agents/${receptionist}`)).body.agent).toMatchObject({ metadata: {}, metric_ids: [] });
  });

  it('merges metadata, or ignores a member, where the switches say so', async () => {
    const { ask, patch, receptionist } = world({ metadata_patch: 'merge', agents_ignores: 'language' });
    const { status } = await patch(receptionist, { metadata: { model: 'm' }, language: 'fr' });
    const { metadata, language } = (await ask(`/agents/${receptionist}`)).body.agent;
    expect([status, metadata.model, metadata.voice, language]).toEqual([200, 'm', 'alloy', 'en']);
  });

  it('is refused in part and as a whole as documented', async () => {
    const { patch, receptionist } = world();
    expect((await patch(receptionist, { display_name: 'x'.repeat(201) })).status).toBe(400);
    expect((await patch(receptionist, { metadata: 'none' })).status).toBe(400);
    expect((await patch('nobody', { prompt: 'x' })).status).toBe(404);
    expect((await patch(receptionist, { prompt: 'x'.repeat(60_000) })).status).toBe(200);
  });
});

describe('versions', () => {
  it('are minted by every save of what they keep, newest first, the newest being current', async () => {
    const { ask, patch, receptionist, versionsOf, playbook } = world();
    await patch(receptionist, { prompt: '# Two\n' });
    await patch(receptionist, { display_name: 'Other', tags: ['a'] });
    writeFileSync(playbook, '# By hand\n');
    const versions = await versionsOf(receptionist);
    expect(versions.map((one: { version_number: number; prompt: string }) => [one.version_number, one.prompt])).toEqual(
      [
        [2, '# By hand\n'],
        [1, readFileSync(SHIPPED_PLAYBOOK, 'utf8')],
      ],
    );
    expect(versions[0]).not.toHaveProperty('display_name');
    const { status, body } = await ask(`/agents/${receptionist}/versions/${versions[1].ulid}/revert`, 'POST');
    expect([status, body.agent.prompt]).toEqual([200, readFileSync(SHIPPED_PLAYBOOK, 'utf8')]);
    expect((await versionsOf(receptionist)).map((one: { change_type: string }) => one.change_type)).toEqual([
      'revert',
      'save',
      'save',
    ]);
  });

  it.each([
    [400, 400],
    [200, 200],
  ] as const)('answer %s to the one that is current', async (revert_current, status) => {
    const { ask, receptionist, versionsOf } = world({ revert_current });
    const [{ ulid }] = await versionsOf(receptionist);
    expect((await ask(`/agents/${receptionist}/versions/${ulid}/revert`, 'POST')).status).toBe(status);
    expect((await ask(`/agents/${receptionist}/versions/unknown/revert`, 'POST')).status).toBe(404);
  });

  it('are not there where they are off', async () => {
    const { ask, receptionist } = world({ versions: 'off' });
    expect((await ask(`/agents/${receptionist}/versions`)).status).toBe(404);
  });
});

describe('a copy', () => {
  it('has a text of its own where Coval runs it, and the same real agent where it does not', async () => {
    const { ask, patch, receptionist, urgent, follows } = world();
    const copyOf = async (id: string) => {
      const { status, body } = await ask(`/agents/${id}/duplicate`, 'POST', {});
      expect(status).toBe(201);
      return body.agent.id;
    };
    const [own, called] = [await copyOf(receptionist), await copyOf(urgent)];
    await patch(own, { prompt: '# Copy\n' });
    await patch(called, { prompt: '# Copy\n' });
    const text = readFileSync(SHIPPED_PLAYBOOK, 'utf8');
    expect([await follows(own), await follows(receptionist), await follows(called)]).toEqual(['# Copy\n', text, text]);
  });

  it.each([
    ['asked', undefined, false],
    ['asked', true, true],
    ['always', false, true],
    ['never', true, false],
  ] as const)('with associations %s, of which the request says %s', async (along, include_associations, has) => {
    const { ask, receptionist } = world({ duplicate_associations: along });
    const { body } = await ask(`/agents/${receptionist}/duplicate`, 'POST', { include_associations });
    expect(body.agent.metric_ids.length > 0).toBe(has);
    expect(body.agent.test_set_ids.length > 0).toBe(has);
  });

  it.each(['gone', 'shown'] as const)('that is deleted is in no list, and by its id %s', async (deleted) => {
    const { ask, receptionist, clock } = world({ deleted });
    clock.now += 60_000;
    const { id } = (await ask(`/agents/${receptionist}/duplicate`, 'POST', {})).body.agent;
    const listed = async () => (await ask('/agents')).body.agents.map((one: { id: string }) => one.id);
    expect((await listed())[0]).toBe(id);
    expect(await ask(`/agents/${id}`, 'DELETE')).toEqual({ status: 200, body: {} });
    expect(await listed()).not.toContain(id);
    expect((await ask(`/agents/${id}`)).status).toBe(deleted === 'gone' ? 404 : 200);
    expect((await ask(`/agents/${id}`, 'DELETE')).status).toBe(404);
  });
});

it('shows masks in place of credentials where the switches say so', async () => {
  const { ask, receptionist } = world({ agent_secrets: 'masked' });
  const { metadata } = (await ask(`/agents/${receptionist}`)).body.agent;
  expect(metadata).toMatchObject({ authorization_header: '****', custom_headers: '****', voice: 'alloy' });
});

describe('somebody else', () => {
  it.each([
    ['after_read', 1],
    ['before_write', 2],
    ['before_copy', 3],
  ] as const)('edits %s, once', async (agents_meddles, moment) => {
    const { ask, patch, receptionist, switches } = world({ agents_meddles });
    const meddled = () => switches.agents_meddles === 'off';
    await ask(`/agents/${receptionist}`);
    expect(meddled()).toBe(moment === 1);
    await patch(receptionist, { language: 'de' });
    expect(meddled()).toBe(moment <= 2);
    await ask(`/agents/${receptionist}/duplicate`, 'POST', {});
    expect(meddled()).toBe(true);
    expect((await ask(`/agents/${receptionist}`)).body.agent.prompt).toMatch(/thank the caller[^-]*$/);
  });
});

describe('mutations', () => {
  const path = (id: string) => `/agents/${id}/mutations`;
  it('are made, changed and deleted, under names of their own', async () => {
    const { ask, receptionist } = world();
    const made = await ask(path(receptionist), 'POST', { display_name: 'Fast', config_overrides: { voice: 'verse' } });
    expect(made.status).toBe(201);
    const { id } = made.body.mutation;
    expect((await ask(path(receptionist), 'POST', { display_name: 'Fast' })).body.error.code).toBe('ALREADY_EXISTS');
    expect((await ask(`${path(receptionist)}/${id}`, 'PATCH', { display_name: 'Fast', description: 'x' })).status).toBe(
      200,
    );
    expect((await ask(`${path(receptionist)}/${id}`)).body.mutation.description).toBe('x');
    expect((await ask(path(receptionist))).body.mutations).toHaveLength(3);
    expect(await ask(`${path(receptionist)}/${id}`, 'DELETE')).toEqual({ status: 204, body: {} });
    expect((await ask(`${path(receptionist)}/${id}`)).status).toBe(404);
    const shipped = (await ask(path(receptionist))).body.mutations[0].id;
    await ask(`${path(receptionist)}/${shipped}`, 'DELETE');
    expect((await ask(path(receptionist))).body.mutations).toHaveLength(1);
  });

  it.each([
    ['metadata', 'prompt', 400],
    ['metadata', 'nothing', 400],
    ['metadata', 'voice', 201],
    ['any', 'prompt', 201],
    ['any', 'nothing', 400],
  ] as const)('may override %s: %s', async (mutation_keys, key, status) => {
    const { ask, receptionist } = world({ mutation_keys });
    const answer = await ask(path(receptionist), 'POST', { display_name: 'x', config_overrides: { [key]: 'y' } });
    expect(answer.status).toBe(status);
    if (status === 400) expect(JSON.stringify(answer.body)).toContain(key);
  });

  it('have limits', async () => {
    const { ask, receptionist } = world();
    const big = { voice: 'x'.repeat(10_300) };
    expect((await ask(path(receptionist), 'POST', { display_name: 'x', config_overrides: big })).status).toBe(400);
    expect((await ask(path(receptionist), 'POST', { display_name: 'x', description: 'x'.repeat(2001) })).status).toBe(
      400,
    );
    expect((await ask(path(receptionist), 'POST', {})).status).toBe(400);
  });
});

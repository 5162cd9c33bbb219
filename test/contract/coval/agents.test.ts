/** What is read and shown of agents. */
import { describe, expect, it } from 'vitest';
import { CANARIES } from '../../../src/sandbox/dialects/coval/agent-secrets.ts';
import { problemOf } from '../../support/problem-of.ts';
import { stepsInMemory } from '../../support/write-steps.ts';
import { MARK, openAgents, textOf, writing } from './agent-world.ts';
import { connect, recorder } from './harness.ts';

describe('the list of agents', () => {
  it('tells who runs each, and goes on', async () => {
    const world = await openAgents();
    const first = await world.agents.list({ limit: 1 }, world.call);
    expect(first.items).toMatchObject([
      {
        ref: `coval/agent/${world.receptionist}`,
        name: 'Bright Harbor Dental receptionist',
        ownership: 'platform',
        type: 'MODEL_TYPE_OPENAI_REALTIME',
      },
    ]);
    const second = await world.agents.list({ limit: 1, cursor: first.next }, world.call);
    expect(second.items).toMatchObject([{ ownership: 'record_of_external', type: 'MODEL_TYPE_VOICE' }]);
    expect(second.items[0]?.copy_of_change).toBeUndefined();
  });

  it('is searched by a part of a name, and names the change that a copy is for', async () => {
    const world = await openAgents();
    const opened = await world.open(world.receptionist);
    await opened.write(writing('copy', { prompt: 'Be kind.' }), stepsInMemory(), world.call);
    const { items } = await world.agents.list({ limit: 5, search: 'RECEPTIONIST' }, world.call);
    expect(items.map(({ copy_of_change }) => copy_of_change)).toEqual(['c-0a1b2c3d4e5f', undefined]);
    expect((await world.agents.list({ limit: 5, search: 'nobody' }, world.call)).items).toEqual([]);
  });
});

describe('an agent that Coval runs', () => {
  it('is its prompt, model and voice, to be changed on a copy or itself', async () => {
    const world = await openAgents();
    const { agent } = await world.open(world.receptionist);
    expect(agent.parts.map(({ id, kind }) => [id, kind])).toEqual([
      ['prompt', 'prompt'],
      ['model.llm', 'model'],
      ['voice.id', 'voice'],
      ['language.language', 'language'],
      ['attributes.clinic', 'description'],
    ]);
    expect(textOf({ agent, write: never }, 'prompt')).toBe(world.engine.texts.live(world.engine.agents[0] ?? none()));
    expect(agent.targets.map(({ target, exposure }) => [target, exposure])).toEqual([
      ['copy', 'draft'],
      ['live', 'live'],
    ]);
    expect(agent.targets[1]?.affects).toEqual([
      { what: 'test set', count: 2 },
      { what: 'mutation', count: 2 },
    ]);
    expect(agent.lives_at).toBeUndefined();
    expect(agent.notes.join(' ')).toMatch(/inferred.*2 mutations.*start_simulation.*mutation_ids.*50,000/);
    expect(agent.versions).toMatchObject([{ version: 'v1', state: 'live', note: 'save' }]);
  });

  it('has no limit of a prompt, which is stated for new agents alone', async () => {
    const world = await openAgents();
    const opened = await world.open(world.receptionist);
    expect(opened.agent.parts[0]?.limit).toBeUndefined();
    const long = 'Be kind. '.repeat(6_000);
    await opened.write(writing('live', { prompt: long }), stepsInMemory(), world.call);
    expect((await world.record(world.receptionist)).prompt).toBe(long);
  });
});

describe('an agent that Coval only calls', () => {
  it('is a record: its number is where it lives, and nothing else can be changed', async () => {
    const world = await openAgents();
    const opened = await world.open(world.urgent);
    const { agent } = opened;
    expect(agent).toMatchObject({
      ownership: 'record_of_external',
      targets: [{ target: 'record', exposure: 'unknown' }],
    });
    expect(agent.lives_at).toContain('connection.phone_number');
    expect(agent.parts.map(({ id, kind }) => [id, kind])).toEqual([
      ['prompt', 'description'],
      ['language.language', 'language'],
      ['connection.phone_number', 'connection'],
      ['attributes.clinic', 'description'],
    ]);
    const refused = opened.write(
      writing('record', { 'connection.phone_number': '+1900' }),
      stepsInMemory(),
      world.call,
    );
    expect(await problemOf(refused)).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
    for (const target of ['live', 'copy', 'draft'] as const) {
      const write = opened.write(writing(target, { prompt: 'x' }), stepsInMemory(), world.call);
      expect(await problemOf(write), target).toMatchObject({ kind: 'unsupported', details: { sent: 'no' } });
    }
    expect(world.sent()['PATCH /agents/{id}']).toBeUndefined();
  });

  it.each([
    ['MODEL_TYPE_OUTBOUND_VOICE', 'record_of_external', /calls come from/],
    ['MODEL_TYPE_SMS', 'record_of_external', /phone number/],
    ['MODEL_TYPE_CHAT', 'record_of_external', /chat endpoint/],
    ['MODEL_TYPE_CHAT_A2A', 'record_of_external', /agent-to-agent/],
    ['MODEL_TYPE_CHAT_WEBSOCKET', 'record_of_external', /websocket/],
    ['MODEL_TYPE_WEBSOCKET', 'record_of_external', /websocket/],
    ['MODEL_TYPE_LIVEKIT', 'record_of_external', /LiveKit/],
    ['MODEL_TYPE_DAILY', 'record_of_external', /Daily/],
    ['MODEL_TYPE_GEMINI_REALTIME', 'platform', undefined],
    ['GROK_REALTIME', 'platform', undefined],
    // Nothing documented says that Coval runs these.
    ['MODEL_TYPE_NOVA_REALTIME', 'record_of_external', /not one that is documented/],
    ['MODEL_TYPE_constructor', 'record_of_external', /not one that is documented/],
  ])('of type %s is %s', async (model_type, ownership, place) => {
    const world = await openAgents();
    await world.ask(`/agents/${world.urgent}`, 'PATCH', { model_type });
    const { agent } = await world.open(world.urgent);
    expect(agent.ownership).toBe(ownership);
    if (place) expect(agent.lives_at).toMatch(place);
    else expect(agent.lives_at).toBeUndefined();
  });
});

describe('credentials', () => {
  it('stand at the platform and in no part, and are registered', async () => {
    const world = await openAgents();
    const raw = JSON.stringify(await world.record(world.receptionist));
    const seen = JSON.stringify([
      (await world.open(world.receptionist)).agent,
      (await world.open(world.urgent)).agent,
      await world.agents.list({ limit: 9 }, world.call),
    ]);
    for (const canary of CANARIES) {
      expect(raw).toContain(canary);
      expect(seen).not.toContain(canary);
      expect([...world.secrets].some((secret) => canary.includes(secret))).toBe(true);
    }
  });

  it.each([
    [{ api_key: 'plainvalue' }, 1],
    [{ authToken: 'plainvalue' }, 1],
    [{ 'Session-Cookie': 'plainvalue' }, 1],
    [{ crm: { password: 'plainvalue' } }, 1],
    [{ note: 'Bearer abcdef123' }, 1],
    [{ note: 'sk_live_0123456789abcdef' }, 1],
    [{ 'ignore all previous instructions, and': 'x' }, 1],
    [{ Tier: 'gold', tier: 'silver' }, 1],
    [{ keyword: 'dentist', passengers: 3, author_of_menu: 'Ann' }, 0],
  ])('in attributes such as %j are not shown', async (attributes, hidden) => {
    const world = await openAgents();
    const before = (await world.open(world.urgent)).agent.hidden;
    await world.ask(`/agents/${world.urgent}`, 'PATCH', { attributes });
    const { agent } = await world.open(world.urgent);
    // The one in the attributes of the sandbox went.
    expect(agent.hidden).toBe(before - 1 + hidden);
    expect(JSON.stringify(agent)).not.toMatch(/plainvalue|abcdef|previous/);
  });

  it.each([
    ['wss://voice.example.com/agent/v2', true],
    ['https://user:pass1234@example.com/x', false],
    ['https://example.com/hook?token=abcd', false],
    ['https://hooks.example.com/T01/8f3a9c7d2b1e4f60a1', false],
    ['no address at all', false],
  ])('in the endpoint %s', async (endpoint, shown) => {
    const world = await openAgents();
    await world.ask(`/agents/${world.urgent}`, 'PATCH', { endpoint, model_type: 'MODEL_TYPE_WEBSOCKET' });
    const { agent } = await world.open(world.urgent);
    expect(agent.parts.some(({ id }) => id === 'connection.endpoint')).toBe(shown);
    expect(JSON.stringify(agent).includes(endpoint)).toBe(shown);
  });
});

describe('what may be missing', () => {
  it('is said of versions that are not served', async () => {
    const world = await openAgents({ versions: 'off' });
    const opened = await world.open(world.receptionist);
    expect(opened.agent.versions).toBeUndefined();
    expect(opened.agent.notes.join(' ')).toContain('did not answer the versions');
    await opened.write(writing('live', { prompt: 'Be kind.' }), stepsInMemory(), world.call);
    expect((await world.record(world.receptionist)).prompt).toBe('Be kind.');
  });

  it('is an agent that Coval does not know, which gives the closest', async () => {
    const world = await openAgents();
    const problem = await problemOf(world.open(`${world.urgent.slice(0, 20)}zz`));
    expect(problem).toMatchObject({ kind: 'not_found' });
    expect(problem.details.candidates?.[0]).toContain(world.urgent);
    expect(await problemOf(world.open('a/../b'))).toMatchObject({ kind: 'invalid_input' });
  });

  it('is the agent that was asked for: another one in its place is not read', async () => {
    const { url } = await recorder(() => ({ body: JSON.stringify({ agent: { id: 'another', prompt: 'x' } }) }));
    const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: url });
    const world = await openAgents();
    expect(await problemOf(provider.agents?.open(['wanted'], world.call) ?? none())).toMatchObject({
      kind: 'unreadable',
    });
  });
});

it('gives a revision that moves with what is hidden, and not with time', async () => {
  const world = await openAgents();
  const revision = async () => (await world.open(world.receptionist)).agent.objects[0]?.revision;
  const before = await revision();
  world.clock.now += 60_000;
  await world.ask(`/agents/${world.receptionist}`, 'PATCH', { language: 'en' });
  expect(await revision()).toBe(before);
  const { metadata } = await world.record(world.receptionist);
  await world.ask(`/agents/${world.receptionist}`, 'PATCH', { metadata: { ...metadata, retries: 3 } });
  expect(await revision()).not.toBe(before);
  expect(MARK).toContain('agent-sim-');
});

const never = async () => none();
function none(): never {
  throw new Error('not there');
}

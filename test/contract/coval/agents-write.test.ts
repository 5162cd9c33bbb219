/** Writes of an agent itself: the least that Coval takes, never over what somebody else wrote, never twice. */
import { describe, expect, it } from 'vitest';
import { CANARIES } from '../../../src/sandbox/dialects/coval/agent-secrets.ts';
import { problemOf } from '../../support/problem-of.ts';
import { stepsInMemory } from '../../support/write-steps.ts';
import { openAgents, textOf, writing } from './agent-world.ts';

const PATCH = 'PATCH /agents/{id}';

describe('a write of the agent', () => {
  it('sends the edited member alone, and is there at once, as a new version', async () => {
    const world = await openAgents();
    const opened = await world.open(world.receptionist);
    const written = await opened.write(writing('live', { prompt: 'Be kind.' }), stepsInMemory(), world.call);
    expect(written).toEqual({ ids: [world.receptionist], by_hand: [] });
    expect(world.patches).toEqual([{ prompt: 'Be kind.' }]);
    const after = await world.open(world.receptionist);
    expect(textOf(after, 'prompt')).toBe('Be kind.');
    expect(after.agent.versions?.map(({ version, state, note }) => [version, state, note])).toEqual([
      ['v2', 'live', 'save'],
      ['v1', 'former', 'save'],
    ]);
  });

  it('is what a run on it follows, from the next one on', async () => {
    const world = await openAgents();
    const opened = await world.open(world.receptionist);
    const text = textOf(opened, 'prompt');
    await opened.write(writing('live', { prompt: `${text}\n- Be brief.` }), stepsInMemory(), world.call);
    const [main] = world.engine.agents;
    expect(main && world.engine.texts.live(main)).toBe(`${text}\n- Be brief.`);
  });

  it.each([
    ['voice.id', 'metadata', { voice: 'verse' }],
    ['attributes.clinic', 'attributes', { clinic: 'verse' }],
  ])('of %s sends all of agent.%s as it stands, credentials with it', async (part, whole, change) => {
    const world = await openAgents();
    const before = (await world.record(world.receptionist))[whole];
    const opened = await world.open(world.receptionist);
    await opened.write(writing('live', { [part]: 'verse' }), stepsInMemory(), world.call);
    const after = await world.record(world.receptionist);
    expect(after[whole]).toEqual({ ...before, ...change });
    expect(world.patches).toEqual([{ [whole]: after[whole] }]);
    for (const canary of CANARIES) expect(JSON.stringify(after)).toContain(canary);
  });

  it('is the same where Coval merges metadata', async () => {
    const world = await openAgents({ metadata_patch: 'merge' });
    const before = await world.record(world.receptionist);
    const opened = await world.open(world.receptionist);
    await opened.write(writing('live', { 'model.llm': 'gpt-realtime-2' }), stepsInMemory(), world.call);
    const { metadata } = await world.record(world.receptionist);
    expect(metadata).toEqual({ ...before.metadata, model: 'gpt-realtime-2' });
  });

  it('never sends masks in place of credentials', async () => {
    const world = await openAgents({ agent_secrets: 'masked' });
    const opened = await world.open(world.receptionist);
    for (const target of ['live', 'copy'] as const) {
      const problem = await problemOf(
        opened.write(writing(target, { 'voice.id': 'verse' }), stepsInMemory(), world.call),
      );
      expect(problem).toMatchObject({ kind: 'refused', details: { sent: 'no' } });
      expect(problem.message).toContain('masked');
    }
    expect(world.patches).toEqual([]);
    expect(world.sent()['POST /agents/{id}/duplicate']).toBeUndefined();
    // A member beside the masked whole can be written.
    await opened.write(writing('live', { prompt: 'Be kind.' }), stepsInMemory(), world.call);
    world.switches.agent_secrets = 'shown';
    const raw = JSON.stringify(await world.record(world.receptionist));
    for (const canary of CANARIES) expect(raw).toContain(canary);
  });

  it('of a record is a new version of it, and runs go on as they did', async () => {
    const world = await openAgents();
    const urgent = world.engine.agents[1];
    const before = urgent && world.engine.texts.live(urgent);
    const opened = await world.open(world.urgent);
    await opened.write(writing('record', { prompt: 'Never answer.' }), stepsInMemory(), world.call);
    expect((await world.record(world.urgent)).prompt).toBe('Never answer.');
    expect(urgent && world.engine.texts.live(urgent)).toBe(before);
  });
});

describe('what somebody else wrote', () => {
  it('between the reading and the write is not written over', async () => {
    const world = await openAgents({ agents_meddles: 'after_read' });
    const opened = await world.open(world.receptionist);
    const write = opened.write(writing('live', { prompt: 'Be kind.' }), stepsInMemory(), world.call);
    expect(await problemOf(write)).toMatchObject({ kind: 'conflict', details: { sent: 'no' } });
    expect(world.patches).toEqual([]);
    expect((await world.record(world.receptionist)).prompt).toContain('thank the caller');
  });

  it('at the very moment of the write is seen by the version that it left', async () => {
    const world = await openAgents({ agents_meddles: 'before_write' });
    const opened = await world.open(world.receptionist);
    const { by_hand } = await opened.write(writing('live', { 'voice.id': 'verse' }), stepsInMemory(), world.call);
    expect(by_hand?.join()).toContain('another version');
    // Members that are not edited are not sent, so that theirs is there.
    expect((await world.record(world.receptionist)).prompt).toContain('thank the caller');
  });
});

describe('a lost answer', () => {
  it('is found by reading the agent, and not sent again', async () => {
    const world = await openAgents();
    const opened = await world.open(world.receptionist);
    world.sandbox.faults.add({ kind: 'reset', method: 'PATCH', path: '/agents', after_handling: true });
    const steps = stepsInMemory();
    await opened.write(writing('live', { prompt: 'Be kind.' }), steps, world.call);
    expect(steps.kept()).toMatchObject([{ name: 'save', state: 'done' }]);
    expect(world.sent()[PATCH]).toBe(1);
  });

  it('of what was not done is not sent again either', async () => {
    const world = await openAgents();
    const opened = await world.open(world.receptionist);
    world.sandbox.faults.add({ kind: 'reset', method: 'PATCH', path: '/agents' });
    const steps = stepsInMemory();
    const write = () => opened.write(writing('live', { prompt: 'Be kind.' }), steps, world.call);
    expect(await problemOf(write())).toMatchObject({ details: { sent: 'unknown' } });
    expect(await problemOf(write())).toMatchObject({ details: { sent: 'unknown' } });
    expect(world.sent()[PATCH]).toBe(1);
  });
});

it('shows what a 200 ignored, because the agent is read again', async () => {
  const world = await openAgents({ agents_ignores: 'prompt' });
  const opened = await world.open(world.receptionist);
  const before = textOf(opened, 'prompt');
  const { ids } = await opened.write(writing('live', { prompt: 'Be kind.' }), stepsInMemory(), world.call);
  expect(textOf(await world.open(ids[0] ?? ''), 'prompt')).toBe(before);
});

it('refuses a part that is gone, an object that it does not have, and JSON of another type', async () => {
  const world = await openAgents();
  await world.ask(`/agents/${world.urgent}`, 'PATCH', { attributes: { beds: 3, none: null } });
  const opened = await world.open(world.urgent);
  const write = (parts: Record<string, string>) => opened.write(writing('record', parts), stepsInMemory(), world.call);
  expect(await problemOf(write({ 'voice.id': 'x' }))).toMatchObject({ kind: 'invalid_input' });
  expect(await problemOf(write({ 'attributes.none': 'x' }))).toMatchObject({ kind: 'invalid_input' });
  expect(await problemOf(write({ 'attributes.beds': '"three"' }))).toMatchObject({ kind: 'invalid_input' });
  const other = { ...writing('record', { prompt: 'x' }), object: 'tool' };
  expect(await problemOf(opened.write(other, stepsInMemory(), world.call))).toMatchObject({ kind: 'invalid_input' });
  await write({ 'attributes.beds': '4' });
  // What was null stays it, and is sent as part of the whole.
  expect((await world.record(world.urgent)).attributes).toEqual({ beds: 4, none: null });
});

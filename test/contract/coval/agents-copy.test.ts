/** Changes on a copy: made, marked, run, discarded; nothing but such a copy is ever deleted. */
import { describe, expect, it } from 'vitest';
import { CANARIES } from '../../../src/sandbox/dialects/coval/agent-secrets.ts';
import { problemOf } from '../../support/problem-of.ts';
import { type KeptStep, stepsInMemory } from '../../support/write-steps.ts';
import { type AgentWorld, MARK, openAgents, textOf, writing } from './agent-world.ts';
import { launch, readRuns } from './harness.ts';

const DUPLICATE = 'POST /agents/{id}/duplicate';
const DELETE = 'DELETE /agents/{id}';

async function copied(
  world: AgentWorld,
  parts: Record<string, string> = { prompt: 'Be kind.' },
  steps = stepsInMemory(),
) {
  const opened = await world.open(world.receptionist);
  const written = await opened.write(writing('copy', parts), steps, world.call);
  return { opened, written, copy: written.ids[0] ?? '', steps };
}
const word = { target: 'copy', mark: MARK, message: MARK } as const;

describe('a copy', () => {
  it('holds the new text under a marked name, and all else of its origin', async () => {
    const world = await openAgents();
    const origin = await world.record(world.receptionist);
    const { copy, written, steps } = await copied(world);
    expect(written.undo).toEqual({ agent: copy });
    expect(copy).not.toBe(world.receptionist);
    const made = await world.record(copy);
    expect(made.display_name).toBe(`Bright Harbor Dental receptionist [${MARK}]`);
    expect(made).toMatchObject({ prompt: 'Be kind.', metadata: origin.metadata, model_type: origin.model_type });
    for (const canary of CANARIES) expect(JSON.stringify(made)).toContain(canary);
    // It is judged as its origin is, and no start of a test set means it.
    expect(made).toMatchObject({ metric_ids: origin.metric_ids, test_set_ids: [] });
    expect(await world.record(world.receptionist)).toEqual(origin);
    expect(steps.kept().map(({ name }) => name)).toEqual(['agents', 'copy', 'name', 'edit']);
    expect(world.sent()[DUPLICATE]).toBe(1);
  });

  it.each(['always', 'never', 'asked'] as const)('is the same where associations come along: %s', async (along) => {
    const world = await openAgents({ duplicate_associations: along });
    const { copy } = await copied(world);
    const { metric_ids } = await world.record(world.receptionist);
    expect(await world.record(copy)).toMatchObject({ metric_ids, test_set_ids: [] });
  });

  it('is what a start on it runs, and the origin is what a start without an agent runs', async () => {
    const world = await openAgents();
    const { copy } = await copied(world, { prompt: '# Nothing\n\n- Be kind.' });
    const started = async (agent: string | undefined) => {
      const session = await launch(world, { agent, cases: undefined });
      const [{ runs } = { runs: [] }] = world.engine.sessions();
      world.clock.now = Math.max(...runs.map(({ scored_at }) => scored_at)) + 1000;
      return (await readRuns(world, session)).map(({ verdict }) => verdict).join();
    };
    const before = await started(undefined);
    const on = await started(`coval/agent/${copy}`);
    expect(on).not.toBe(before);
    const plan = await world.provider.start.plan(
      { test: { kind: 'suite', ids: [await suiteOf(world)] }, persona: 'Relaxed regular patient', repeat: 1 },
      world.call,
    );
    expect(plan.agent).toBe('Bright Harbor Dental receptionist');
    const options = (await world.provider.tests.get('suite', [await suiteOf(world)], world.call)).options;
    expect(options?.agent).not.toContain('agent-sim-');
  });

  it('of the only agent there is leaves the origin the one that is meant', async () => {
    const world = await openAgents();
    await world.ask(`/agents/${world.urgent}`, 'DELETE');
    await world.ask(`/agents/${world.receptionist}`, 'PATCH', { test_set_ids: [] });
    await copied(world);
    const request = {
      test: { kind: 'suite', ids: [await suiteOf(world)] },
      persona: 'Relaxed regular patient',
      repeat: 1,
    } as const;
    expect((await world.provider.start.plan(request, world.call)).agent).toBe('Bright Harbor Dental receptionist');
    const named = await world.provider.start.plan({ ...request, agent: 'receptionist' }, world.call);
    expect(named.agent).toBe('Bright Harbor Dental receptionist');
    const told = await world.provider.tests.get('suite', request.test.ids, world.call);
    expect(told.start_needs).toEqual(['persona']);
    expect(told.options?.agent).not.toContain(MARK);
  });

  it('is not offered of an agent that Coval only calls, as it would call the same one', async () => {
    const world = await openAgents();
    expect((await world.open(world.urgent)).agent.targets.map(({ target }) => target)).toEqual(['record']);
  });
});

describe('what somebody else writes', () => {
  it('while the copy is made leaves no copy', async () => {
    const world = await openAgents({ agents_meddles: 'before_copy' });
    const problem = await problemOf(copied(world));
    expect(problem).toMatchObject({ kind: 'conflict', details: { sent: 'no' } });
    const { items } = await world.agents.list({ limit: 9 }, world.call);
    expect(items).toHaveLength(2);
  });

  it('before it is made leaves nothing to discard', async () => {
    const world = await openAgents({ agents_meddles: 'after_read' });
    expect(await problemOf(copied(world))).toMatchObject({ kind: 'conflict' });
    expect(world.sent()[DUPLICATE]).toBeUndefined();
  });
});

describe('lost answers', () => {
  const lost = (path: string, method: string, after_handling: boolean) =>
    ({ kind: 'reset', method, path, after_handling }) as const;

  it.each([true, false])('about the copy are not certain without a mark, done: %s', async (done) => {
    const world = await openAgents();
    world.sandbox.faults.add(lost('/duplicate', 'POST', done));
    const steps = stepsInMemory();
    const problem = await problemOf(copied(world, undefined, steps));
    expect(problem).toMatchObject({ kind: 'timeout', details: { sent: 'unknown' } });
    expect(problem.details.candidates?.length ?? 0).toBe(done ? 1 : 0);
    expect(await problemOf(copied(world, undefined, steps))).toMatchObject({ details: { sent: 'unknown' } });
    expect(world.sent()[DUPLICATE]).toBe(1);
    expect(world.sent()['PATCH /agents/{id}']).toBeUndefined();
  });

  it('about the copy are found by the mark, where there is one of it', async () => {
    const world = await openAgents();
    const { copy } = await copied(world);
    const sent: KeptStep[] = [{ name: 'copy', state: 'sent' }];
    expect((await copied(world, undefined, stepsInMemory(sent))).copy).toBe(copy);
    await world.ask(`/agents/${copy}/duplicate`, 'POST', {});
    const { items } = await world.agents.list({ limit: 9 }, world.call);
    const another = items
      .find(({ name }) => name.endsWith('(Copy)'))
      ?.ref.split('/')
      .at(-1);
    await world.ask(`/agents/${another}`, 'PATCH', { display_name: `x [${MARK}]` });
    expect(await problemOf(copied(world, undefined, stepsInMemory(sent)))).toMatchObject({ kind: 'timeout' });
    expect(world.sent()[DUPLICATE]).toBe(1);
  });

  it.each([1, 2])('about patch %s of the copy are looked up there', async (which) => {
    const world = await openAgents();
    const opened = await world.open(world.receptionist);
    const steps = stepsInMemory();
    if (which === 2) {
      // The name arrives, the edit is lost.
      world.sandbox.faults.add({ kind: 'slow', method: 'PATCH', path: '/agents', delay_ms: 0 });
    }
    world.sandbox.faults.add(lost('/agents', 'PATCH', true));
    const written = await opened.write(writing('copy', { prompt: 'Be kind.' }), steps, world.call);
    expect(await world.record(written.ids[0] ?? '')).toMatchObject({ prompt: 'Be kind.' });
    expect(world.sent()['PATCH /agents/{id}']).toBe(2);
  });

  it('and an answer that names the origin as its copy changes nothing of the origin', async () => {
    const world = await openAgents();
    const body = { agent: { id: world.receptionist, display_name: 'x' } };
    world.sandbox.faults.add({ kind: 'status', status: 201, body, method: 'POST', path: '/duplicate' });
    expect(await problemOf(copied(world))).toMatchObject({ details: { sent: 'unknown' } });
    expect(world.sent()['PATCH /agents/{id}']).toBeUndefined();
  });
});

describe('discarding', () => {
  it('deletes the copy, once', async () => {
    const world = await openAgents();
    const { opened, written } = await copied(world);
    const steps = stepsInMemory();
    expect(await opened.undo?.(written.undo ?? {}, word, steps, world.call)).toEqual([]);
    expect(await problemOf(world.open(written.ids[0] ?? ''))).toMatchObject({ kind: 'not_found' });
    expect(await opened.undo?.(written.undo ?? {}, word, stepsInMemory(), world.call)).toEqual([]);
    expect(world.sent()[DELETE]).toBe(1);
  });

  it('deletes nothing that carries no mark, or another one: the origin, a renamed copy, that of another change', async () => {
    const world = await openAgents();
    const { opened, copy } = await copied(world);
    const undoing = (agent: string, mark = MARK) =>
      problemOf(opened.undo?.({ agent }, { ...word, mark }, stepsInMemory(), world.call) ?? Promise.resolve());
    expect(await undoing(world.receptionist)).toMatchObject({ kind: 'conflict' });
    expect(await undoing(world.urgent)).toMatchObject({ kind: 'conflict' });
    expect(await undoing(copy, 'agent-sim-ffffffffffff-copy')).toMatchObject({ kind: 'conflict' });
    await world.ask(`/agents/${copy}`, 'PATCH', { display_name: 'Ours now' });
    expect(await undoing(copy)).toMatchObject({ kind: 'conflict' });
    expect(world.sent()[DELETE]).toBeUndefined();
  });

  it.each(['gone', 'shown'] as const)(
    'finds out whether a lost one arrived, where a deleted agent is %s',
    async (deleted) => {
      const world = await openAgents({ deleted });
      const { opened, written } = await copied(world);
      world.sandbox.faults.add({ kind: 'reset', method: 'DELETE', path: '/agents', after_handling: true });
      const steps = stepsInMemory();
      await opened.undo?.(written.undo ?? {}, word, steps, world.call);
      expect(steps.kept()).toMatchObject([{ name: 'discard', state: 'done' }]);
      expect(world.sent()[DELETE]).toBe(1);
    },
  );

  it('of one that arrived nowhere is not done again', async () => {
    const world = await openAgents();
    const { opened, written } = await copied(world);
    world.sandbox.faults.add({ kind: 'reset', method: 'DELETE', path: '/agents' });
    const undone = opened.undo?.(written.undo ?? {}, word, stepsInMemory(), world.call) ?? Promise.resolve();
    expect(await problemOf(undone)).toMatchObject({ details: { sent: 'unknown' } });
    expect(world.sent()[DELETE]).toBe(1);
  });
});

it('refuses to go on with a copy that is gone', async () => {
  const world = await openAgents();
  const { copy, steps } = await copied(world);
  await world.ask(`/agents/${copy}`, 'DELETE');
  expect(await problemOf(copied(world, undefined, stepsInMemory(steps.kept().slice(0, 2))))).toMatchObject({
    kind: 'conflict',
  });
});

it('reads a copy as an agent of its own', async () => {
  const world = await openAgents();
  const { copy } = await copied(world, { prompt: 'Be kind.', 'voice.id': 'verse' });
  const opened = await world.open(copy);
  expect(opened.agent).toMatchObject({ copy_of_change: 'c-0a1b2c3d4e5f', ownership: 'platform' });
  expect(textOf(opened, 'voice.id')).toBe('verse');
});

async function suiteOf(world: AgentWorld): Promise<string> {
  const { items } = await world.provider.tests.list({ kind: 'suite', limit: 1 }, world.call);
  return items[0]?.ref.split('/').at(-1) ?? '';
}

/** Trying a change on a clone: made once, marked, written, started on, and discarded only where it is ours. */
import { describe, expect, it } from 'vitest';
import type { StepResult } from '../../../src/providers/provider.ts';
import type { CognigySwitches } from '../../../src/sandbox/dialects/cognigy/switches.ts';
import { problemOf } from '../../support/problem-of.ts';
import { stepsInMemory } from '../../support/write-steps.ts';
import { type AgentWorld, edit, liveOf, MARK, openAgents, part, RECEPTION, URGENT } from './agent-world.ts';
import { BOOKING, finished, idsOf, readRuns, scenarioNamed } from './harness.ts';

/** Another rule than the shipped text has. */
const VERIFY = '- Ask every caller for their full name and date of birth before you open a file.\n';
const CLONE = 'POST /new/v2.0/flows/{flowId}/clone';

async function copied(
  world: AgentWorld,
  id: string,
  text: string,
  name = RECEPTION,
  steps = stepsInMemory(),
  mark = MARK,
) {
  const opened = await world.open(name);
  const write = { ...edit(opened.agent, id, text, 'copy'), mark };
  const written = await opened.write(write, steps, world.call);
  const { agent } = await world.provider.agents.open(written.ids, world.call);
  const undo = async (given: StepResult = written.undo ?? {}, back = stepsInMemory()) =>
    opened.undo?.(given, write, back, world.call);
  return { opened, write, written, agent, undo, steps };
}

const names = async ({ items }: AgentWorld) => (await items('/flows')).map(({ name }) => name);

describe('a copy', () => {
  it.each<Partial<CognigySwitches>>([
    {},
    { flow_clone_name: 'taken' },
    { flow_clone_name: 'refused' },
    { patch_answer: 'object' },
    { flow_clone: 'as_task' },
    { clone_references: 'kept' },
    { flow_rename: 'missing' },
    { flow_rename: 'missing', patch_answer: 'object', node_patch: 'merge' },
  ])('is a clone of the flow with the new text and our mark (%o)', async (switches) => {
    const world = await openAgents(switches);
    const before = world.playbook();
    const { written, agent, opened } = await copied(world, 'job.instructions', 'Be kind.');
    expect(written.ids).not.toEqual(await world.refOf(RECEPTION));
    expect(part(agent, 'job.instructions').text).toBe('Be kind.');
    // The other parts of the object, and of others, are as they were.
    const rest = (all: typeof agent) =>
      all.parts.filter(({ id }) => id !== 'job.instructions').map(({ id, text }) => [id, text]);
    expect(rest(agent)).toEqual(rest(opened.agent));
    expect([world.playbook(), world.sent()[CLONE]]).toEqual([before, switches.flow_clone_name === 'refused' ? 2 : 1]);
    expect(agent.copy_of_change).toBeDefined();
    expect(agent.targets.map(({ target }) => target)).toEqual(['live']);
    expect(liveOf(agent).exposure).toBe('draft');
    const mark =
      switches.flow_rename === 'missing' ? (await world.node(agent.name, 'Receptionist')).comment : agent.name;
    expect(mark).toContain(`[${MARK}]`);
  });

  it('says that its tools really act, and that nobody is led to it', async () => {
    const { agent } = await (await openAgents()).open(RECEPTION);
    const [first] = agent.targets;
    expect(first).toMatchObject({ target: 'copy', exposure: 'draft', affects: [] });
    expect(first?.means).toContain('really act');
    expect(first?.means).toContain('enable_mocking');
  });

  it('is what a start is made on, with its text and not with that of the flow', async () => {
    const world = await openAgents();
    // Learned before the copy is there: a list that is kept must not hide it.
    const plain = await finished(world, { repeat: 1 });
    const { written, undo } = await copied(world, 'job.instructions', VERIFY);
    const test = { kind: 'case' as const, ids: [await scenarioNamed(world, BOOKING)] };
    const ref = `cognigy/agent/${written.ids.join('~')}`;
    const plan = await world.provider.start.plan({ test, repeat: 1, agent: ref }, world.call);
    expect(JSON.stringify(plan.steps)).toContain(written.ids[0]);
    const tried = await finished(world, { repeat: 1, agent: ref });
    const said = async (session: readonly string[]) => {
      const [run] = await readRuns(world, session);
      return JSON.stringify(await world.provider.runs.transcript(idsOf(run?.ref), world.call));
    };
    expect(await said(plain)).not.toMatch(/date of birth/i);
    expect(await said(tried)).toMatch(/date of birth/i);
    // Another process, which has just listed the flows, finds it too.
    const other = world.connect().provider;
    await other.start.plan({ test, repeat: 1 }, world.call);
    await copied(world, 'job.name', 'Other', URGENT, stepsInMemory(), 'agent-sim-other');
    const latest = (await world.items('/flows')).at(-1);
    await other.start.plan({ test, repeat: 1, agent: latest?.referenceId }, world.call);
    await undo();
    expect((await problemOf(world.provider.start.plan({ test, repeat: 1, agent: ref }, world.call))).kind).toBe(
      'not_found',
    );
  });

  it('gets an AI agent of its own where that is what changes: others go on speaking as theirs', async () => {
    const world = await openAgents();
    const before = await world.items('/aiagents');
    const { agent, written, undo } = await copied(world, 'persona.instructions', 'Be formal.', URGENT);
    const after = await world.items('/aiagents');
    expect(after.slice(0, before.length)).toEqual(before);
    const own = after.at(-1);
    const made = ['_id', 'referenceId', 'createdAt', 'createdBy', 'lastChanged', 'lastChangedBy'];
    const { referenceId, name } = before[0] ?? {};
    const kept = Object.fromEntries(Object.entries(before[0] ?? {}).filter(([member]) => !made.includes(member)));
    expect(own).toMatchObject({ ...kept, instructions: 'Be formal.', name: `${name} [${MARK}]` });
    expect(part(agent, 'persona.instructions').text).toBe('Be formal.');
    expect(part(agent, 'persona.instructions').fixed).toBeUndefined();
    expect((await world.node(agent.name, 'Receptionist')).config.aiAgent).toBe(own?.referenceId);
    expect((await world.node(URGENT, 'Receptionist')).config.aiAgent).toBe(referenceId);
    expect(written.undo).toMatchObject({ flow: expect.any(String), persona: own?._id });
    await undo();
    expect(await world.items('/aiagents')).toEqual(before);
    expect(await names(world)).toEqual([RECEPTION, URGENT]);
  });

  it('does not let the AI agent be edited that it shares with the flow it was made of', async () => {
    const world = await openAgents();
    const { agent, written } = await copied(world, 'job.instructions', 'Be kind.');
    expect(part(agent, 'persona.instructions').fixed).toContain('target copy');
    const opened = await world.provider.agents.open(written.ids, world.call);
    const write = edit(opened.agent, 'persona.instructions', 'Mine.');
    expect((await problemOf(opened.write(write, stepsInMemory(), world.call))).kind).toBe('invalid_input');
  });

  it('is not made where the flow moved since, nor where the platform refuses', async () => {
    const moved = await openAgents({ agents_meddles: 'after_read' });
    const steps = stepsInMemory();
    expect((await problemOf(copied(moved, 'job.name', 'Mine', URGENT, steps))).kind).toBe('conflict');
    expect([moved.sent()[CLONE], await names(moved)]).toEqual([undefined, [RECEPTION, URGENT]]);
    const read = await openAgents({ role: 'read' });
    const refused = stepsInMemory();
    expect((await problemOf(copied(read, 'job.name', 'Mine', URGENT, refused))).kind).toBe('forbidden');
    expect(refused.kept()).toMatchObject([{ state: 'read' }, { name: 'clone', state: 'refused' }]);
    const off = await openAgents({ flow_clone: 'off' });
    expect(await problemOf(copied(off, 'job.name', 'Mine', URGENT))).toMatchObject({
      kind: 'unsupported',
      details: { vendor: { status: 404 } },
    });
  });

  it('that somebody edited between clone and write is not written over', async () => {
    const world = await openAgents();
    const opened = await world.open(URGENT);
    const write = edit(opened.agent, 'job.name', 'Mine', 'copy');
    // The answer of the rename is held up, and somebody is quicker.
    world.faults.add({ kind: 'status', status: 400, method: 'PATCH', path: '/chart/nodes/' });
    const steps = stepsInMemory();
    expect((await problemOf(opened.write(write, steps, world.call))).kind).toBe('invalid_input');
    const clone = (await names(world)).at(-1) ?? '';
    const { path, config } = await world.node(clone, 'Receptionist');
    await world.ask('PATCH', path, { config: { ...config, description: 'Theirs.' } });
    const again = (await world.open(URGENT)).write(write, stepsInMemory(steps.kept()), world.call);
    expect((await problemOf(again)).kind).toBe('conflict');
    expect((await world.node(clone, 'Receptionist')).config).toMatchObject({
      name: 'Receptionist',
      description: 'Theirs.',
    });
  });
});

describe('a lost answer to a clone', () => {
  it.each<Partial<CognigySwitches>>([{}, { flow_clone_name: 'taken' }])(
    'is found by its mark, or as the only flow that is new (%o)',
    async (switches) => {
      const world = await openAgents(switches);
      world.faults.add({ kind: 'reset', method: 'POST', path: '/clone', after_handling: true });
      const { agent } = await copied(world, 'job.instructions', 'Be kind.');
      expect(world.sent()[CLONE]).toBe(1);
      expect(part(agent, 'job.instructions').text).toBe('Be kind.');
      expect(await names(world)).toHaveLength(3);
    },
  );

  it('is found by a later call of another process', async () => {
    const world = await openAgents();
    const opened = await world.open(RECEPTION);
    const write = edit(opened.agent, 'job.name', 'Mine', 'copy');
    const steps = stepsInMemory([{ name: 'flows', state: 'read', result: await before(world) }]);
    world.faults.add({ kind: 'reset', method: 'POST', path: '/clone', after_handling: true });
    // The process dies before it can look.
    world.faults.add({ kind: 'status', status: 500, path: '/v2.0/flows[?]', times: 20 });
    expect((await problemOf(opened.write(write, steps, world.call))).kind).toBe('timeout');
    world.faults.clear();
    const other = world.connect();
    const later = await other.provider.agents.open(await world.refOf(RECEPTION), world.call);
    const written = await later.write(write, stepsInMemory(steps.kept()), world.call);
    expect(other.http.sent.get(CLONE)).toBeUndefined();
    expect(part((await other.provider.agents.open(written.ids, world.call)).agent, 'job.name').text).toBe('Mine');
  });

  it('is not known where several flows are new, or none: nothing is sent again', async () => {
    const several = await openAgents();
    const opened = await several.open(RECEPTION);
    const write = edit(opened.agent, 'job.name', 'Mine', 'copy');
    const [first] = await several.items('/flows');
    const kept = { name: 'flows', state: 'read' as const, result: await before(several) };
    await several.ask('POST', `/flows/${first?._id}/clone`);
    several.faults.add({ kind: 'reset', method: 'POST', path: '/clone', after_handling: true });
    const steps = stepsInMemory([kept]);
    expect((await problemOf(opened.write(write, steps, several.call))).kind).toBe('timeout');
    // The first of the two was refused, when it was read which flows there are.
    expect(several.sent()[CLONE]).toBe(2);
    const none = await openAgents();
    none.faults.add({ kind: 'reset', method: 'POST', path: '/clone' });
    expect((await problemOf(copied(none, 'job.name', 'Mine'))).kind).toBe('timeout');
    expect([none.sent()[CLONE], await names(none)]).toEqual([1, [RECEPTION, URGENT]]);
  });

  it('is not taken for the flow that somebody else made meanwhile', async () => {
    const world = await openAgents();
    const opened = await world.open(RECEPTION);
    const write = edit(opened.agent, 'job.name', 'Mine', 'copy');
    const kept = { name: 'flows', state: 'read' as const, result: await before(world) };
    const [, other] = await world.items('/flows');
    await world.ask('POST', `/flows/${other?._id}/clone`);
    world.faults.add({ kind: 'reset', method: 'POST', path: '/clone' });
    expect((await problemOf(opened.write(write, stepsInMemory([kept]), world.call))).kind).toBe('timeout');
    expect(await names(world)).toEqual([RECEPTION, URGENT, `Copy of ${URGENT}`]);
  });

  it.each(['/aiagents', '/flows/[^/]+[?]', '/chart/nodes/'])(
    'further on (%s) is found, and sent once',
    async (path) => {
      const world = await openAgents({ flow_rename: path.includes('nodes') ? 'missing' : 'served' });
      world.faults.add({ kind: 'reset', method: path === '/aiagents' ? 'POST' : 'PATCH', path, after_handling: true });
      const { agent } = await copied(world, 'persona.instructions', 'Be formal.');
      expect(part(agent, 'persona.instructions').text).toBe('Be formal.');
      expect([await names(world), await world.items('/aiagents')]).toMatchObject([{ length: 3 }, { length: 3 }]);
      expect(world.faults.list()).toEqual([]);
    },
  );
});

/** What a write keeps of the flows that there are. */
async function before(world: AgentWorld): Promise<StepResult> {
  const steps = stepsInMemory();
  world.faults.add({ kind: 'status', status: 403, method: 'POST', path: '/clone' });
  await problemOf(copied(world, 'job.name', 'Mine', RECEPTION, steps));
  const [kept] = steps.kept();
  return kept?.result ?? {};
}

describe('discarding', () => {
  it('deletes the clone, once, and is done where it is gone already', async () => {
    const world = await openAgents();
    const { undo } = await copied(world, 'job.name', 'Mine');
    const steps = stepsInMemory();
    await undo(undefined, steps);
    await undo(undefined, stepsInMemory(steps.kept()));
    await undo();
    expect(await names(world)).toEqual([RECEPTION, URGENT]);
    expect(world.sent()['DELETE /new/v2.0/flows/{flowId}']).toBe(1);
  });

  it('deletes what carries the mark in a comment only', async () => {
    const world = await openAgents({ flow_rename: 'missing' });
    const { undo } = await copied(world, 'job.name', 'Mine');
    await undo();
    expect(await names(world)).toEqual([RECEPTION, URGENT]);
  });

  it('leaves alone what does not carry the mark any more, and what is none of ours', async () => {
    const world = await openAgents();
    const { undo, written } = await copied(world, 'persona.instructions', 'Be formal.');
    const { flow, persona } = written.undo ?? {};
    await world.ask('PATCH', `/flows/${flow}`, { name: 'Ours now' });
    expect(await problemOf(undo())).toMatchObject({ kind: 'conflict', details: { sent: 'no' } });
    const [first] = await world.items('/flows');
    const [agent] = await world.items('/aiagents');
    const foreign: StepResult[] = [{ flow: first?._id ?? '' }, { persona: agent?._id ?? '' }];
    for (const one of foreign) expect((await problemOf(undo(one))).kind).toBe('conflict');
    await world.ask('PATCH', `/aiagents/${persona}`, { name: 'Ours now' });
    expect((await problemOf(undo({ persona: String(persona) }))).kind).toBe('conflict');
    expect([await names(world), await world.items('/aiagents')]).toMatchObject([{ length: 3 }, { length: 3 }]);
  });

  it('leaves alone a copy that callers are led to', async () => {
    const world = await openAgents();
    const { undo, written } = await copied(world, 'job.name', 'Mine');
    world.engine.documents.put('cognigy endpoints', 'ep', {
      _id: 'ep',
      referenceId: 'ep',
      name: 'Pilot',
      channel: 'webchat3',
      URLToken: 't',
      flowId: String(written.undo?.flow),
      entrypoint: 'x',
      active: true,
    });
    expect(await problemOf(undo())).toMatchObject({ kind: 'conflict', details: { sent: 'no' } });
    expect(await names(world)).toHaveLength(3);
  });

  it.each([true, false])('that lost its answer is looked for (done: %s)', async (after_handling) => {
    const world = await openAgents();
    const { undo } = await copied(world, 'job.name', 'Mine');
    world.faults.add({ kind: 'reset', method: 'DELETE', after_handling });
    if (after_handling) await undo();
    else expect((await problemOf(undo())).kind).toBe('timeout');
    expect(await names(world)).toHaveLength(after_handling ? 2 : 3);
    expect(world.sent()['DELETE /new/v2.0/flows/{flowId}']).toBe(1);
  });
});

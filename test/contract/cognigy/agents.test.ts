/** Agents read in parts: job nodes, tools, voice settings and AI agents, in every form that they may come in. */
import { describe, expect, it } from 'vitest';
import { CANARIES } from '../../../src/sandbox/dialects/cognigy/seeds.ts';
import type { CognigySwitches } from '../../../src/sandbox/dialects/cognigy/switches.ts';
import { problemOf } from '../../support/problem-of.ts';
import { liveOf, openAgents, part, RECEPTION, URGENT } from './agent-world.ts';

describe('the list', () => {
  it('shows flows by their reference, whichever of its ids or part of its name is searched', async () => {
    const { provider, call, items } = await openAgents();
    const [first] = await items('/flows');
    const { items: all, coverage } = await provider.agents.list({ limit: 10 }, call);
    expect(all).toMatchObject([
      { ref: `cognigy/agent/${first?.referenceId}`, name: RECEPTION, ownership: 'platform', type: 'flow' },
      { name: URGENT },
    ]);
    expect(coverage.complete).toBe(true);
    for (const search of ['URGENT', String((await items('/flows'))[1]?._id)])
      expect((await provider.agents.list({ search, limit: 10 }, call)).items.map(({ name }) => name)).toEqual([URGENT]);
  });

  it('goes on by its cursor', async () => {
    const { provider, call } = await openAgents();
    const first = await provider.agents.list({ limit: 1 }, call);
    const rest = await provider.agents.list({ limit: 1, cursor: first.next }, call);
    expect([first, rest].flatMap(({ items }) => items.map(({ name }) => name))).toEqual([RECEPTION, URGENT]);
  });

  it('leaves Agents V2 alone, which are no flows', async () => {
    const { provider, call } = await openAgents({ agents_v2: 'on' });
    expect((await provider.agents.list({ limit: 10 }, call)).items).toHaveLength(2);
  });
});

describe('an agent', () => {
  it('is opened by either of its ids, in parts that stand where they say', async () => {
    const { provider, call, items, playbook } = await openAgents();
    const [flow] = await items('/flows');
    const { agent } = await provider.agents.open([flow?._id ?? ''], call);
    expect((await provider.agents.open([flow?.referenceId ?? ''], call)).agent.parts).toEqual(agent.parts);
    expect(agent.ref).toBe(`cognigy/agent/${flow?.referenceId}`);
    expect(part(agent, 'job.instructions')).toMatchObject({ kind: 'prompt', text: playbook(), object: 'job' });
    expect(part(agent, 'persona.instructions')).toMatchObject({ kind: 'prompt', limit: 1000, object: 'persona' });
    expect(part(agent, 'job.model.temperature')).toMatchObject({ kind: 'model', text: '0.7', form: 'json' });
    expect(part(agent, 'tool.1.description')).toMatchObject({ object: 'tool.1' });
    expect(part(agent, 'tool.1.id').fixed).toBeDefined();
    expect(part(agent, 'session.barge_in_on_speech')).toMatchObject({ kind: 'turn_taking', text: 'true' });
    expect(part(agent, 'persona.voice.language').text).toBe('en-US');
    expect(agent.objects.map(({ id }) => id)).toEqual(['job', 'persona', 'tool.1', 'tool.2', 'tool.3', 'session']);
    expect(agent.parts.every(({ id }) => /^[a-z0-9_.-]+$/.test(id))).toBe(true);
    expect(agent.notes.join(' ')).toContain('greeting');
  });

  it('shows nothing that is not documented, and registers what it may be', async () => {
    const { open, secrets } = await openAgents();
    const { agent } = await open(RECEPTION);
    const shown = JSON.stringify(agent);
    for (const canary of CANARIES) expect(shown).not.toContain(canary);
    // The headers of the job node and of the tool that calls records; a request below a tool is not even read.
    expect([...secrets].sort()).toEqual(expect.arrayContaining([CANARIES[0], CANARIES[1]].sort()));
    expect(agent.hidden).toBeGreaterThan(0);
    // Ids are no secrets: an answer that could not name them would be of no use.
    expect([...secrets].filter((secret) => /^[0-9a-f-]{24,36}$/.test(secret))).toEqual([]);
  });

  it('has its job nodes in the order of the chart, not of the list', async () => {
    const { open } = await openAgents();
    const { agent } = await open(URGENT);
    expect(part(agent, 'job.name').text).toBe('Receptionist');
    expect(part(agent, 'job2.name')).toMatchObject({ text: 'Billing desk', object: 'job2' });
    expect(part(agent, 'persona2.instructions').text).toContain('Night');
    expect(part(agent, 'job2.instructions').location).toContain('number 2');
  });

  it('is found through its AI agents where nodes cannot be listed', async () => {
    for (const jobs_flow_key of ['flowId', 'flow', 'parentId'] as const) {
      const { open } = await openAgents({ nodes_list: 'missing', jobs_flow_key });
      const { agent } = await open(RECEPTION);
      expect(part(agent, 'job.instructions').text).toContain('Receptionist playbook');
      expect(agent.notes.join(' ')).toContain('could not be listed');
    }
    const unsaid = await openAgents({ nodes_list: 'missing', jobs_flow_key: 'absent' });
    expect((await problemOf(unsaid.open(RECEPTION))).kind).toBe('forbidden');
  });

  it('reads a configuration by itself, also where the list shows one', async () => {
    const [listed, plain] = [await openAgents({ nodes_list_has_config: 'on' }), await openAgents()];
    const [a, b] = [await listed.open(RECEPTION), await plain.open(RECEPTION)];
    expect(a.agent.parts).toEqual(b.agent.parts);
  });

  it('has a revision for each object, which moves with its content and with nothing else', async () => {
    const { open, ask, node, items } = await openAgents();
    const revisions = async () =>
      Object.fromEntries((await open(URGENT)).agent.objects.map((one) => [one.id, one.revision]));
    const first = await revisions();
    const { path, config } = await node(URGENT, 'Billing desk');
    await ask('PATCH', path, { config: { ...config, customModelOptions: { headers: { 'x-other': 'y' } } } });
    const second = await revisions();
    expect(second).toEqual({ ...first, job2: second.job2 });
    expect(second.job2).not.toBe(first.job2);
    const [persona] = await items('/aiagents');
    // Saved as it is: only the time of the change moves.
    await ask('PATCH', `/aiagents/${persona?._id}`, {});
    expect(await revisions()).toEqual(second);
  });

  it('that is not there is not found, with the closest ones and what a restore does', async () => {
    const { provider, call, ask, items, refOf, clock } = await openAgents();
    const before = await refOf(RECEPTION);
    const [snapshot] = await items('/snapshots');
    await ask('POST', `/snapshots/${snapshot?._id}/restore`, {
      projectId: (await items('/aiagents'))[0]?.projectReference,
    });
    clock.now += 5_000;
    const problem = await problemOf(provider.agents.open(before, call));
    expect(problem.kind).toBe('not_found');
    expect(problem.details.next).toContain('restored a snapshot');
    expect(problem.details.candidates?.join(' ')).toContain(RECEPTION);
    const after = await refOf(RECEPTION);
    expect(after).not.toEqual(before);
    expect(part((await provider.agents.open(after, call)).agent, 'job.instructions').text).toContain(
      'Receptionist playbook',
    );
  });

  it('says that it speaks in one locale of several', async () => {
    const [two, one] = [await openAgents(), await openAgents({ locales: 1 })];
    expect((await two.open(RECEPTION)).agent.notes.join(' ')).toContain('2 locales');
    expect((await one.open(RECEPTION)).agent.notes.join(' ')).not.toContain('locales');
  });
});

describe('who meets an edit', () => {
  const targetUnder = async (switches: Partial<CognigySwitches>, name = RECEPTION) =>
    liveOf((await (await openAgents(switches)).open(name)).agent);

  it.each(['id', 'reference'] as const)(
    'is told by active endpoints on the project, by %s of the flow',
    async (endpoint_flow) => {
      const live = await targetUnder({ endpoint_flow });
      expect(live.exposure).toBe('live');
      expect(live.affects).toContainEqual({
        what: 'active endpoint',
        count: 2,
        names: ['Reception phone', 'Website chat'],
      });
    },
  );

  it('is nobody while every active endpoint is on a snapshot, and a person has to release it', async () => {
    const pinned = await targetUnder({ endpoints: 'on_snapshots' });
    expect(pinned.exposure).toBe('snapshot_pinned');
    expect(pinned.by_hand.join(' ')).toContain('make a snapshot');
  });

  it('is nobody where no endpoint is active', async () => {
    expect(await targetUnder({ endpoints: 'inactive' })).toMatchObject({ exposure: 'draft', by_hand: [] });
  });

  it('is not known where endpoints cannot be listed', async () => {
    expect((await targetUnder({ endpoints: 'forbidden' })).exposure).toBe('unknown');
  });

  it('is not known where another flow starts on the project, which may call this one', async () => {
    const { open, ask, node } = await openAgents();
    // Of its own, so that it shares nothing with the flow that callers reach.
    const { path, config } = await node(URGENT, 'Receptionist');
    const desk = await node(URGENT, 'Billing desk');
    await ask('PATCH', path, { config: { ...config, aiAgent: desk.config.aiAgent } });
    const live = liveOf((await open(URGENT)).agent);
    expect(live).toMatchObject({
      exposure: 'unknown',
      affects: [{ what: 'active endpoint', names: ['Urgent phone'] }],
    });
    expect(live.means).toContain('may call this one');
  });

  it.each(['items', 'array'] as const)('is other flows that speak as the same AI agent (%s)', async (jobs_shape) => {
    for (const jobs_flow_key of ['flowId', 'flow', 'parentId'] as const) {
      const { affects } = await targetUnder({ jobs_shape, jobs_flow_key });
      expect(affects).toContainEqual({
        what: 'other flow',
        which: 'that speaks as the same AI agent',
        count: 1,
        names: [URGENT],
      });
    }
  });

  it('is job nodes elsewhere where nothing tells their flow, and is then not known', async () => {
    const { exposure, affects } = await targetUnder({ jobs_flow_key: 'absent', endpoints: 'inactive' });
    expect(affects).toEqual([
      {
        what: 'job node',
        which: 'elsewhere that speaks as the same AI agent',
        count: 1,
      },
    ]);
    expect(exposure).toBe('unknown');
    expect((await targetUnder({ jobs_shape: 'missing', endpoints: 'inactive' })).exposure).toBe('unknown');
  });
});

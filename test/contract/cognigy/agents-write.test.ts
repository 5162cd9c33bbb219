/** Writing to an agent itself: what is sent, what stays, what is refused, and what becomes of a lost answer. */
import { describe, expect, it } from 'vitest';
import { CANARIES } from '../../../src/sandbox/dialects/cognigy/seeds.ts';
import { problemOf } from '../../support/problem-of.ts';
import { stepsInMemory } from '../../support/write-steps.ts';
import { type AgentWorld, edit, openAgents, part, RECEPTION, URGENT } from './agent-world.ts';

const WRITES = 'PATCH /new/v2.0/flows/{flowId}/chart/nodes/{nodeId}';

/** Everything that the project holds, as somebody else reads it. */
async function everything({ ask, items }: AgentWorld): Promise<string> {
  const all: unknown[] = [await items('/aiagents'), await items('/endpoints')];
  for (const flow of await items('/flows'))
    for (const { _id } of await items(`/flows/${flow._id}/chart/nodes`))
      all.push((await ask('GET', `/flows/${flow._id}/chart/nodes/${_id}`)).body);
  return JSON.stringify(all);
}

const count = (text: string, piece: string) => text.split(piece).length - 1;

describe('an edit of a job node', () => {
  it.each([
    ['replace', 'empty'],
    ['replace', 'object'],
    ['merge', 'empty'],
  ] as const)(
    'leaves all else of a configuration that is %sd as it was (answer: %s)',
    async (node_patch, patch_answer) => {
      const world = await openAgents({ node_patch, patch_answer });
      const { open, node, call, playbook, provider } = world;
      const [before, all] = [await node(RECEPTION, 'Receptionist'), await everything(world)];
      const opened = await open(RECEPTION);
      const text = `${playbook()}- Be brief.\n`;
      const steps = stepsInMemory();
      const written = await opened.write(edit(opened.agent, 'job.instructions', text), steps, call);
      expect(playbook()).toBe(text);
      const after = await node(RECEPTION, 'Receptionist');
      // With the AI agent that it speaks as, and with credentials that nothing shows.
      expect(after).toEqual({ ...before, config: { ...before.config, instructions: text } });
      expect(after.config.aiAgent).toBeDefined();
      for (const canary of CANARIES) expect(count(await everything(world), canary)).toBe(count(all, canary));
      const again = (await provider.agents.open(written.ids, call)).agent;
      expect(part(again, 'job.instructions').text).toBe(text);
      expect(written.undo).toBeUndefined();
      expect(steps.kept()).toMatchObject([{ name: 'write', state: 'done' }]);
    },
  );

  it('is taken back to the byte by writing the old text', async () => {
    const world = await openAgents();
    const { open, call, playbook } = world;
    const [text, all] = [playbook(), await everything(world)];
    const first = await open(RECEPTION);
    await first.write(edit(first.agent, 'job.instructions', 'Be kind.'), stepsInMemory(), call);
    const second = await open(RECEPTION);
    await second.write(edit(second.agent, 'job.instructions', text), stepsInMemory(), call);
    expect(playbook()).toBe(text);
    expect(await everything(world)).toBe(all);
  });

  it('of a number stays a number, beside the text of others', async () => {
    const { open, node, call, playbook } = await openAgents();
    const opened = await open(RECEPTION);
    const before = playbook();
    await opened.write(edit(opened.agent, 'job.model.temperature', '0.2'), stepsInMemory(), call);
    expect((await node(RECEPTION, 'Receptionist')).config).toMatchObject({ temperature: 0.2, maxTokens: 4000 });
    expect(playbook()).toBe(before);
    const problem = await problemOf(
      opened.write(edit(opened.agent, 'job.model.temperature', '"low"'), stepsInMemory(), call),
    );
    expect(problem).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
  });

  it('is refused where somebody edited the node after it was read: before the write, and before it was opened', async () => {
    const world = await openAgents();
    const { open, node, ask, call, sent } = world;
    const opened = await open(URGENT);
    const { path, config } = await node(URGENT, 'Receptionist');
    await ask('PATCH', path, { config: { ...config, instructions: `${config.instructions}- Say goodbye.\n` } });
    const theirs = await node(URGENT, 'Receptionist');
    const steps = stepsInMemory();
    const problem = await problemOf(opened.write(edit(opened.agent, 'job.description', 'Mine.'), steps, call));
    expect(problem).toMatchObject({ kind: 'conflict', details: { sent: 'no' } });
    expect(await node(URGENT, 'Receptionist')).toEqual(theirs);
    expect([sent()[WRITES], steps.kept()]).toEqual([undefined, []]);
  });

  it('meets the somebody of the sandbox: after a read it is refused; right before the write it is overwritten', async () => {
    const after = await openAgents({ agents_meddles: 'after_read' });
    const opened = await after.open(URGENT);
    const write = edit(opened.agent, 'job.description', 'Mine.');
    expect((await problemOf(opened.write(write, stepsInMemory(), after.call))).kind).toBe('conflict');
    // Nothing of Cognigy's says that a node is another by then: reading back is all that is left.
    const before = await openAgents();
    const unaware = await before.open(URGENT);
    before.switches.agents_meddles = 'before_write';
    await unaware.write(edit(unaware.agent, 'job.name', 'Mine'), stepsInMemory(), before.call);
    expect((await before.node(URGENT, 'Receptionist')).config).toMatchObject({
      name: 'Mine',
      description: 'Answers calls to the clinic and books appointments.',
    });
  });

  it('that is ignored with a 200 is still the old text when it is read back', async () => {
    const { open, call } = await openAgents({ agents_ignores: 'description' });
    const opened = await open(URGENT);
    await opened.write(edit(opened.agent, 'job.description', 'Mine.'), stepsInMemory(), call);
    expect(part((await open(URGENT)).agent, 'job.description').text).toContain('Answers calls');
  });

  it('is not sent over a value that Cognigy shows masked, which would take the place of what it hides', async () => {
    const { open, node, ask, call, sent } = await openAgents();
    const { path, config } = await node(URGENT, 'Receptionist');
    await ask('PATCH', path, { config: { ...config, customModelOptions: { headers: { authorization: '********' } } } });
    const opened = await open(URGENT);
    const problem = await problemOf(opened.write(edit(opened.agent, 'job.name', 'Mine'), stepsInMemory(), call));
    expect(problem).toMatchObject({ kind: 'refused', details: { sent: 'no' } });
    expect(sent()[WRITES]).toBeUndefined();
  });

  it('is not sent beside a number that cannot be read exactly, which would be sent back as another', async () => {
    const { open, node, ask, call, sent } = await openAgents();
    const { path, config } = await node(URGENT, 'Receptionist');
    await ask('PATCH', path, { config: { ...config, customModelOptions: { seed: 2 ** 60 } } });
    const opened = await open(URGENT);
    const write = edit(opened.agent, 'job.name', 'Mine');
    expect(opened.problems?.(write)).toEqual([expect.stringContaining('cannot be read exactly')]);
    const problem = await problemOf(opened.write(write, stepsInMemory(), call));
    expect(problem).toMatchObject({ kind: 'refused', details: { sent: 'no' } });
    expect(sent()[WRITES]).toBeUndefined();
  });

  it('of more than 60 kB is not sent', async () => {
    const { open, call, sent } = await openAgents();
    const opened = await open(URGENT);
    const problem = await problemOf(
      opened.write(edit(opened.agent, 'job.instructions', 'ü'.repeat(30_100)), stepsInMemory(), call),
    );
    expect(problem).toMatchObject({ kind: 'too_large', details: { sent: 'no' } });
    expect(sent()[WRITES]).toBeUndefined();
  });

  it('is refused by a role that only reads', async () => {
    const { open, call } = await openAgents({ role: 'read' });
    const opened = await open(URGENT);
    const steps = stepsInMemory();
    const problem = await problemOf(opened.write(edit(opened.agent, 'job.name', 'Mine'), steps, call));
    expect(problem).toMatchObject({ kind: 'forbidden', details: { vendor: { status: 403 } } });
    expect(problem.details.next).toContain('role');
    expect(steps.kept()).toMatchObject([{ state: 'refused' }]);
  });

  it('of a node that is gone says what a restored snapshot does, and writes nothing elsewhere', async () => {
    const world = await openAgents({ task_steps: 0 });
    const { open, ask, items, call, sent } = world;
    const opened = await open(URGENT);
    const [snapshot] = await items('/snapshots');
    const projectId = (await items('/aiagents'))[0]?.projectReference;
    await ask('POST', `/snapshots/${snapshot?._id}/restore`, { projectId });
    const all = await everything(world);
    const problem = await problemOf(opened.write(edit(opened.agent, 'job.name', 'Mine'), stepsInMemory(), call));
    expect(problem).toMatchObject({ kind: 'not_found', details: { sent: 'no' } });
    expect(problem.details.next).toContain('restored a snapshot');
    expect([sent()[WRITES], await everything(world)]).toEqual([undefined, all]);
  });
});

describe('other objects', () => {
  it('are written alone: a tool, and the voice settings', async () => {
    const world = await openAgents();
    const { open, node, call } = world;
    const opened = await open(RECEPTION);
    await opened.write(edit(opened.agent, 'tool.1.description', 'Books.'), stepsInMemory(), call);
    await opened.write(edit(opened.agent, 'session.stt_hints', '["crown"]'), stepsInMemory(), call);
    expect((await node(RECEPTION, 'Book')).config).toMatchObject({ toolId: 'book_appointment', description: 'Books.' });
    expect((await node(RECEPTION, 'Voice settings')).config).toMatchObject({ sttHints: ['crown'], asrEnabled: true });
    const fixed = await problemOf(opened.write(edit(opened.agent, 'tool.1.id', 'other'), stepsInMemory(), call));
    expect(fixed).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
  });

  it('are AI agents, whose edited members are sent whole and no others', async () => {
    const world = await openAgents();
    const { open, items, call, switches } = world;
    const opened = await open(RECEPTION);
    const [before] = await items('/aiagents');
    await opened.write(edit(opened.agent, 'persona.voice.language', 'de-DE'), stepsInMemory(), call);
    const [after] = await items('/aiagents');
    const moved = { lastChanged: expect.anything(), lastChangedBy: expect.anything() };
    const voiceConfigs = { ...Object(before?.voiceConfigs), ttsLanguage: 'de-DE' };
    expect(after).toEqual({ ...before, ...moved, voiceConfigs });
    // Theirs in between: another member stays what they made of it, and it is refused.
    const second = await open(RECEPTION);
    await world.ask('PATCH', `/aiagents/${before?._id}`, { description: 'Theirs.' });
    const write = edit(second.agent, 'persona.instructions', 'Mine.');
    expect((await problemOf(second.write(write, stepsInMemory(), call))).kind).toBe('conflict');
    const third = await open(RECEPTION);
    switches.agents_meddles = 'before_write';
    await third.write(edit(third.agent, 'persona.instructions', 'Mine.'), stepsInMemory(), call);
    expect((await items('/aiagents'))[0]).toMatchObject({ description: 'Theirs. (edited)', instructions: 'Mine.' });
  });

  it('take 1,000 characters where they are AI agents; whether or not the platform would', async () => {
    for (const limits of ['checked', 'unchecked'] as const) {
      const { open, call, sent } = await openAgents({ limits });
      const opened = await open(RECEPTION);
      expect(part(opened.agent, 'persona.instructions').limit).toBe(1000);
      const write = edit(opened.agent, 'persona.instructions', 'x'.repeat(1001));
      const problem = await problemOf(opened.write(write, stepsInMemory(), call));
      expect(problem).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
      expect(Object.keys(sent()).filter((line) => line.startsWith('PATCH'))).toEqual([]);
      // That of a job node is not known: nothing is held against it.
      expect(part(opened.agent, 'job.instructions').limit).toBeUndefined();
    }
  });
});

describe('a lost answer', () => {
  it.each([true, false])(
    'is looked for and not sent again, whether the platform did it (%s)',
    async (after_handling) => {
      const { open, node, call, faults, sent } = await openAgents();
      const opened = await open(URGENT);
      faults.add({ kind: 'reset', method: 'PATCH', after_handling });
      const steps = stepsInMemory();
      const writing = opened.write(edit(opened.agent, 'job.name', 'Mine'), steps, call);
      if (after_handling) await writing;
      else expect(await problemOf(writing)).toMatchObject({ kind: 'timeout', details: { sent: 'unknown' } });
      expect(sent()[WRITES]).toBe(1);
      expect((await node(URGENT, 'Receptionist')).config.name).toBe(after_handling ? 'Mine' : 'Receptionist');
      // The next call, over what was kept, sends nothing either.
      const later = stepsInMemory(steps.kept());
      const again = (await open(URGENT)).write(edit(opened.agent, 'job.name', 'Mine'), later, call);
      if (after_handling) await again;
      else expect((await problemOf(again)).kind).toBe('timeout');
      expect(sent()[WRITES]).toBe(1);
    },
  );

  it('of the last look is no write: nothing was sent', async () => {
    const { open, call, faults, sent } = await openAgents();
    const opened = await open(URGENT);
    faults.add({ kind: 'status', status: 500, method: 'GET', path: '/chart/nodes/', times: 5 });
    const steps = stepsInMemory();
    const problem = await problemOf(opened.write(edit(opened.agent, 'job.name', 'Mine'), steps, call));
    expect(problem.details.sent).toBe('no');
    expect([sent()[WRITES], steps.kept()]).toEqual([undefined, []]);
  });
});

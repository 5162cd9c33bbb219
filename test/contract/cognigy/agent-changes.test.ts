/** Changes of an agent there and back on Cognigy, live and on a copy: what is said, what is kept, what a person is asked. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChangeAnswer, ChangeQuestion, Edit } from '../../../src/changing/changer.ts';
import { createChanger } from '../../../src/changing/create-changer.ts';
import type { ChangeTarget } from '../../../src/model/agents.ts';
import { CANARIES } from '../../../src/sandbox/dialects/cognigy/seeds.ts';
import type { CognigySwitches } from '../../../src/sandbox/dialects/cognigy/switches.ts';
import { problemOf } from '../../support/problem-of.ts';
import { openAgents, RECEPTION, URGENT } from './agent-world.ts';
import { idsOf } from './harness.ts';

const FEE: Edit = { part: 'job.instructions', old: 'cost $75.', new: 'cost $50.' };
const VOICE: Edit = { part: 'persona.instructions', old: 'You are Harper', new: 'You are Harper, who is brief' };

async function changes(switches: Partial<CognigySwitches> = {}, name = RECEPTION, liveChanges = true) {
  const world = await openAgents(switches);
  const home = mkdtempSync(join(tmpdir(), 'cognigy-changes-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const changer = createChanger({
    home,
    confirm: 'off',
    liveChanges,
    redact: (text) => [...world.secrets].reduce((all, secret) => all.replaceAll(secret, '[redacted]'), text),
    sleep: async () => {},
  });
  const providerOf = async () => world.provider;
  return {
    ...world,
    home,
    changer,
    propose: async (...edits: Edit[]) =>
      changer.propose(world.provider, await world.refOf(name), { edits }, world.call),
    apply: async (change: string, target: ChangeTarget = 'live') =>
      told(await changer.apply(providerOf, { change, target }, world.call, { canAsk: false })),
    revert: async (change: string) => told(await changer.revert(providerOf, { change }, world.call, { canAsk: false })),
    names: async () => (await world.items('/flows')).map((flow) => flow.name),
  };
}

function told(answer: ChangeAnswer | ChangeQuestion): ChangeAnswer {
  if ('needs' in answer) throw new Error('It asked.');
  return answer;
}

describe('there and back', () => {
  it('live: saved with who meets it, and then byte for byte what it was', async () => {
    const { propose, apply, revert, playbook, node } = await changes();
    const [text, before] = [playbook(), await node(RECEPTION, 'Receptionist')];
    const { change, problems, targets } = await propose(FEE);
    expect([problems, targets.map(({ target }) => target)]).toEqual([[], ['copy', 'live']]);
    const saved = await apply(change);
    expect(saved).toMatchObject({ outcome: 'saved', verified: true, exposure: 'live' });
    expect(saved.affects).toContainEqual({
      what: 'active endpoint',
      count: 2,
      names: ['Reception phone', 'Website chat'],
    });
    expect(playbook()).toBe(text.replace('cost $75.', 'cost $50.'));
    expect(await revert(change)).toMatchObject({ outcome: 'saved', verified: true });
    expect([playbook(), await node(RECEPTION, 'Receptionist')]).toEqual([text, before]);
  });

  it.each<Partial<CognigySwitches>>([
    {},
    { flow_rename: 'missing' },
    { flow_clone_name: 'taken', patch_answer: 'object' },
  ])('on a copy: saved there alone, and discarded (%o)', async (switches) => {
    const { propose, apply, revert, playbook, names, items, changer, provider, call } = await changes(switches);
    const [text, agents] = [playbook(), await items('/aiagents')];
    for (const edit of [FEE, VOICE]) {
      const { change } = await propose(edit);
      const saved = await apply(change, 'copy');
      expect(saved).toMatchObject({ outcome: 'saved', verified: true, exposure: 'draft' });
      expect([playbook(), await names()]).toMatchObject([text, { length: 3 }]);
      expect(await changer.originOf(saved.agent ?? '')).toBe(
        (await provider.agents.list({ limit: 1 }, call)).items[0]?.ref,
      );
      const { agent } = await provider.agents.open(idsOf(saved.agent), call);
      expect(agent.copy_of_change).toBeDefined();
      // Once more says what it came to.
      expect(await apply(change, 'copy')).toMatchObject({ outcome: 'saved', already: true });
      expect(await revert(change)).toMatchObject({ outcome: 'saved', verified: true });
      expect([await names(), await items('/aiagents')]).toEqual([[RECEPTION, URGENT], agents]);
    }
  });

  it('first on a copy and then live, each time checked anew', async () => {
    const { propose, apply, playbook } = await changes();
    const { change } = await propose(FEE);
    expect(await apply(change, 'copy')).toMatchObject({ outcome: 'saved', verified: true });
    expect(await apply(change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(playbook()).toContain('cost $50.');
  });

  it('leaves credentials where they are, and repeats them nowhere', async () => {
    const { propose, apply, revert, home, node } = await changes();
    const proposal = await propose(FEE);
    const answers = [proposal, await apply(proposal.change), await revert(proposal.change)];
    answers.push(await apply((await propose(VOICE)).change, 'copy'));
    for (const canary of CANARIES) {
      expect(JSON.stringify(answers)).not.toContain(canary);
      for (const text of filesBelow(home)) expect(text).not.toContain(canary);
    }
    expect(JSON.stringify(await node(RECEPTION, 'Receptionist'))).toContain(CANARIES[0]);
  });
});

describe('a yes', () => {
  it('is needed from a client that asks where callers may meet it, and from nobody for a copy', async () => {
    for (const endpoints of ['mixed', 'forbidden'] as const) {
      const { propose, apply } = await changes({ endpoints }, RECEPTION, false);
      const { change } = await propose(FEE);
      expect((await problemOf(apply(change))).kind).toBe('refused');
      expect(await apply(change, 'copy')).toMatchObject({ outcome: 'saved' });
    }
    const { propose, apply } = await changes({ endpoints: 'on_snapshots' }, RECEPTION, false);
    const answer = await apply((await propose(FEE)).change);
    expect(answer).toMatchObject({ outcome: 'saved', exposure: 'snapshot_pinned' });
    expect(answer.by_hand.join(' ')).toContain('point the endpoint');
  });
});

describe('what is not as it was answered', () => {
  it('a member that is ignored: unknown, with the part that kept its text', async () => {
    const { propose, apply } = await changes({ agents_ignores: 'instructions' });
    expect(await apply((await propose(FEE)).change)).toMatchObject({
      outcome: 'unknown',
      verified: false,
      not_taken: ['job.instructions'],
    });
  });

  it('an edit of somebody else in the last moment, where a write is merged: it stays, and is named', async () => {
    const world = await changes({ agents_meddles: 'off' });
    const { change } = await world.propose(VOICE);
    world.switches.agents_meddles = 'before_write';
    expect(await world.apply(change)).toMatchObject({
      outcome: 'saved',
      verified: false,
      also_moved: ['persona.description'],
    });
  });
});

describe('what is refused', () => {
  it('a change of a text that somebody edited since, with nothing sent', async () => {
    const { propose, apply, sent } = await changes({ agents_meddles: 'after_read' });
    const { change } = await propose(FEE);
    expect(await apply(change)).toMatchObject({ outcome: 'conflict' });
    expect(Object.keys(sent()).filter((line) => !line.startsWith('GET'))).toEqual([]);
  });

  it('what is too long, or would be written over a mask: told with the proposal', async () => {
    const { propose, apply, node, ask } = await changes({}, URGENT);
    const long = await propose({ ...VOICE, new: 'x'.repeat(1000) });
    expect(long.problems.join(' ')).toContain('1000');
    expect(await apply(long.change)).toMatchObject({ outcome: 'refused' });
    const { path, config } = await node(URGENT, 'Receptionist');
    await ask('PATCH', path, { config: { ...config, instructions: `${config.instructions}${' '.repeat(55_500)}` } });
    const longer = await propose({ ...FEE, new: 'x'.repeat(3_900) });
    expect(longer.problems.join(' ')).toContain('60 kB');
    await ask('PATCH', path, { config: { ...config, customModelOptions: { token: 'abcd...wxyz' } } });
    const masked = await propose(FEE);
    expect(masked.problems.join(' ')).toContain('masked');
    expect(await apply(masked.change)).toMatchObject({ outcome: 'refused' });
  });

  it('by a role that only reads: nothing is left behind, and another key can apply it', async () => {
    const { propose, apply, switches, names } = await changes({ role: 'read' });
    const { change } = await propose(FEE);
    for (const target of ['copy', 'live'] as const)
      expect((await problemOf(apply(change, target))).kind).toBe('forbidden');
    switches.role = 'write';
    expect(await apply(change, 'copy')).toMatchObject({ outcome: 'saved', verified: true });
    expect(await names()).toHaveLength(3);
  });

  it('after a restore: the ids are gone, which is said; taking back writes nothing to the agent of the same name', async () => {
    const { propose, apply, revert, ask, items, playbook } = await changes({ task_steps: 0 });
    const { change } = await propose(FEE);
    await apply(change);
    const projectId = (await items('/aiagents'))[0]?.projectReference;
    await ask('POST', `/snapshots/${(await items('/snapshots'))[0]?._id}/restore`, { projectId });
    const text = playbook();
    const problem = await problemOf(revert(change));
    expect(problem.kind).toBe('not_found');
    expect(problem.details.next).toContain('restored a snapshot');
    expect(playbook()).toBe(text);
  });
});

describe('a copy whose answer was lost', () => {
  it('is found by the same call and never made again; or taken back', async () => {
    const { propose, apply, revert, faults, names, sent } = await changes();
    const { change } = await propose(FEE);
    faults.add({ kind: 'reset', method: 'POST', path: '/clone', after_handling: true });
    expect(await apply(change, 'copy')).toMatchObject({ outcome: 'saved', verified: true });
    expect(sent()['POST /new/v2.0/flows/{flowId}/clone']).toBe(1);
    expect(await revert(change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(await names()).toEqual([RECEPTION, URGENT]);
  });

  it('that was refused a later request goes on from there, or is discarded', async () => {
    for (const back of [false, true]) {
      const { propose, apply, revert, faults, names, sent } = await changes();
      const { change } = await propose(FEE);
      faults.add({ kind: 'status', status: 422, method: 'PATCH', path: '/chart/nodes/' });
      expect(await apply(change, 'copy')).toMatchObject({ outcome: 'refused' });
      expect(await names()).toHaveLength(3);
      const answer = back ? await revert(change) : await apply(change, 'copy');
      expect(answer).toMatchObject({ outcome: 'saved', verified: true });
      expect([await names(), sent()['POST /new/v2.0/flows/{flowId}/clone']]).toMatchObject([
        { length: back ? 2 : 3 },
        1,
      ]);
    }
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));
}

describe('a copy is what this home made', () => {
  const live = async (world: Awaited<ReturnType<typeof changes>>, ids: readonly string[]) => {
    const { change, targets } = await world.changer.propose(world.provider, ids, { edits: [FEE] }, world.call);
    return { change, exposure: targets.find(({ target }) => target === 'live')?.exposure };
  };

  it('and not what anybody gave such a name: that takes a client that asks', async () => {
    const world = await changes({}, URGENT, false);
    const { ask, items, names, refOf, apply, node } = world;
    const name = `${URGENT} [agent-sim-0123456789ab-copy]`;
    await ask('PATCH', `/flows/${(await items('/flows')).find((flow) => flow.name === URGENT)?._id}`, { name });
    expect(await names()).toContain(name);
    const { change, exposure } = await live(world, await refOf(name));
    expect(exposure).toBe('unknown');
    const before = await node(name, 'Receptionist');
    expect((await problemOf(apply(change))).details.reason).toBe('no_one_asks');
    expect(await node(name, 'Receptionist')).toEqual(before);
  });

  it('which is edited again as drafts are', async () => {
    const world = await changes({}, RECEPTION, false);
    const { change } = await world.propose({ part: 'job.name', old: 'Receptionist', new: 'Front desk' });
    const { agent } = await world.apply(change, 'copy');
    const again = await live(world, idsOf(agent));
    expect(again.exposure).toBe('draft');
    expect((await world.apply(again.change)).outcome).toBe('saved');
  });
});

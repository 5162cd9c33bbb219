/** Starting: what is planned, what is sent, and what is found again. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hideMembers } from '../../../src/model/hidden.ts';
import type { StartRequest, StartStep } from '../../../src/providers/provider.ts';
import { defaultSwitches } from '../../../src/sandbox/dialects/synthflow/switches.ts';
import { idOf, type Rig, rejection, startRig } from './harness.ts';

let rig: Rig;
let suite: { kind: 'suite'; ids: string[] };
let member: { kind: 'case'; ids: string[] };
let members: string[] = [];
let agent = '';
beforeAll(async () => {
  rig = await startRig();
  const { items } = await rig.tests.list({ kind: 'suite', search: 'bookings', limit: 5 }, rig.call);
  suite = { kind: 'suite', ids: [idOf(items[0]?.ref)] };
  members = ((await rig.tests.get('suite', suite.ids, rig.call)).members ?? []).map((one) => idOf(one.ref));
  member = { kind: 'case', ids: [members[0] ?? ''] };
  agent = rig.engine.suites[0]?.agent ?? '';
});
afterEach(() => void Object.assign(rig.switches, defaultSwitches()));
afterAll(() => rig.close());

const plan = (request: Partial<StartRequest> & Pick<StartRequest, 'test'>) =>
  rig.start.plan({ repeat: 1, ...request }, rig.call);
const runsOf = async (session: readonly string[] | undefined) => (await rig.allRuns(session ?? [])).length;

describe('planning', () => {
  it('a suite is one request a repetition, with an upper bound of messages', async () => {
    const planned = await plan({ test: suite, repeat: 3, max_turns: 12 });
    expect(planned).toMatchObject({
      runs: 24,
      test_name: 'Bookings and changes',
      agent: 'Bright Harbor Dental receptionist',
    });
    expect(planned.steps.map((step) => step.label)).toEqual([
      'suite "Bookings and changes", repetition 1 of 3',
      'suite "Bookings and changes", repetition 2 of 3',
      'suite "Bookings and changes", repetition 3 of 3',
    ]);
    expect(planned.notes[0]).toMatchObject({ before: 'At most ', count: 8 * 3 * 12 * 2 });
    expect(planned.notes.slice(1).join(' ')).toMatch(/session of its own.*webhooks really fire.*cannot stop/);
  });

  it('assumes the vendor default of 20 turns', async () => {
    expect((await plan({ test: suite })).notes[0]).toMatchObject({ count: 8 * 20 * 2 });
  });

  it('a suite with variables or a selection is a request a case', async () => {
    const varied = await plan({ test: suite, variables: { customer_name: 'Ada' } });
    expect(varied).toMatchObject({ runs: 8 });
    expect(varied.steps).toHaveLength(8);
    const chosen = await plan({
      test: suite,
      cases: [members[2] ?? '', members[0] ?? '', members[2] ?? ''],
      repeat: 2,
    });
    expect(chosen.steps.map((step) => step.body)).toMatchObject([
      { case: members[2] },
      { case: members[0] },
      { case: members[2] },
      { case: members[0] },
    ]);
    expect(chosen.notes).toContainEqual(expect.stringContaining('share the session of its first'));
  });

  it('a selection of all cases, and no variables in it, is the whole suite', async () => {
    expect((await plan({ test: suite, cases: members, variables: {}, max_turns: 10 })).steps).toHaveLength(1);
  });

  it('gives equal plans for equal requests, whatever order the vendor lists in', async () => {
    const request = { test: suite, variables: { a: 1 } };
    expect(await plan(request)).toEqual(await plan(request));
    const [one, whole] = [await plan(request), await plan({ test: suite })];
    rig.switches.order = 'shuffled';
    expect(await plan(request)).toEqual(one);
    expect(await plan({ test: suite })).toEqual(whole);
  });

  it('survives the journal: steps are plain JSON', async () => {
    const planned = await plan({ test: suite, variables: { nested: { list: [1, 'two', null] } } });
    expect(JSON.parse(JSON.stringify(planned.steps))).toEqual(planned.steps);
  });

  it('starts nothing', async () => {
    const before = rig.engine.sessions().length;
    await plan({ test: suite, variables: { a: 1 }, repeat: 5 });
    expect(rig.engine.sessions()).toHaveLength(before);
  });

  it.each<[string, Partial<StartRequest>, 'suite' | 'case', string, RegExp]>([
    ['max_turns below 10', { max_turns: 9 }, 'suite', 'invalid_input', /10 to 50/],
    ['max_turns above 50', { max_turns: 51 }, 'suite', 'invalid_input', /10 to 50/],
    ['max_turns that is no whole number', { max_turns: 10.5 }, 'suite', 'invalid_input', /10 to 50/],
    [
      'max_turns with variables',
      { max_turns: 20, variables: { a: 1 } },
      'suite',
      'invalid_input',
      /cannot limit turns and take variables/,
    ],
    ['max_turns with one case', { max_turns: 20 }, 'case', 'invalid_input', /only when a whole suite/],
    ['cases of a case', { cases: ['x'] }, 'case', 'invalid_input', /selects cases of a suite/],
    ['a case that is not in the suite', { cases: ['x'] }, 'suite', 'not_found', /knows no case of that id or name/],
    ['another agent', { agent: 'Bright Harbor Dental urgent line' }, 'suite', 'invalid_input', /only on the agent/],
    ['an agent nobody has', { agent: 'No such agent' }, 'case', 'not_found', /no agent of that id or name/],
    ['a repeat of nothing', { repeat: 0 }, 'suite', 'invalid_input', /repeat/],
    [
      'an option of the wrong type',
      { provider_options: { separate_sessions: 'yes' } },
      'case',
      'invalid_input',
      /true or false/,
    ],
  ])('refuses %s', async (_, request, kind, expected, message) => {
    const problem = await rejection(plan({ test: kind === 'suite' ? suite : member, ...request }));
    expect(problem).toMatchObject({
      kind: expected,
      message: expect.stringMatching(message),
      details: { next: expect.any(String) },
    });
  });

  it('refuses a suite without cases and unknown tests', async () => {
    const empty = await rig.author.createSuite({ name: 'Empty', model_id: agent });
    await expect(plan({ test: { kind: 'suite', ids: [empty.id ?? ''] } })).rejects.toMatchObject({
      message: expect.stringContaining('no cases'),
    });
    await expect(plan({ test: { kind: 'suite', ids: ['x'] } })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(plan({ test: { kind: 'case', ids: ['x'] } })).rejects.toMatchObject({ kind: 'not_found' });
    await rig.author.deleteSuite(empty.id ?? '');
  });

  it('takes the own agent of a suite by id and by name', async () => {
    expect((await plan({ test: suite, agent })).steps).toHaveLength(1);
    expect((await plan({ test: suite, agent: ' bright harbor dental RECEPTIONIST' })).steps).toHaveLength(1);
  });

  it('finds the agent of a case in its suite, under either name', async () => {
    rig.switches.optional_fields = 'null';
    const body = { status: 'ok', response: { id: suite.ids[0], agent: { id: 'under-agent' }, cases: [] } };
    rig.faults.add({ kind: 'status', status: 200, body, path: '/simulation_suites/', method: 'GET' });
    expect((await plan({ test: member })).agent).toBe('under-agent');
  });

  it('asks for the agent of a case that has none', async () => {
    const lone = await rig.author.createCase({
      name: 'Lone',
      prompt: 'Hello',
      type: 'custom',
      success_criteria: ['Polite'],
      call_success_type: 'all',
    });
    const test = { kind: 'case' as const, ids: [lone.simulation_case_id ?? ''] };
    await expect(plan({ test })).rejects.toMatchObject({
      kind: 'invalid_input',
      details: { next: expect.stringContaining('`agent`') },
    });
    expect((await plan({ test, agent: 'Bright Harbor Dental urgent line' })).steps[0]?.body).toMatchObject({
      agent: '1726005822670-239735712159542050',
    });
    await rig.author.deleteCase(lone.simulation_case_id ?? '');
  });
});

describe('sending', () => {
  it('a suite gives a session each time, with the turn limit', async () => {
    const receipts = await rig.startAll({ test: suite, repeat: 2, max_turns: 10 });
    const sessions = receipts.map((receipt) => receipt.session?.[0]);
    expect(new Set(sessions).size).toBe(2);
    rig.pass(900);
    for (const run of await rig.allRuns(receipts[0]?.session ?? [])) expect(run.turns ?? 0).toBeLessThan(16);
    expect(await runsOf(receipts[1]?.session)).toBe(8);
  });

  it.each(['minimal', 'full', 'nested'] as const)(
    'repetitions of a case share a session when the reply is %s',
    async (reply) => {
      rig.switches.start_reply = reply;
      const receipts = await rig.startAll({ test: member, repeat: 3, variables: { customer_name: 'Ada Byron' } });
      expect(new Set(receipts.map((receipt) => receipt.session?.[0])).size).toBe(1);
      expect(new Set(receipts.map((receipt) => receipt.run?.[0])).size).toBe(3);
      rig.pass(600);
      const runs = await rig.allRuns(receipts[0]?.session ?? []);
      expect(runs.map((run) => run.iteration)).toEqual([0, 1, 2]);
      expect(await rig.sessions.get(receipts[0]?.session ?? [], rig.call)).toMatchObject({
        test: `synthflow/case/${member.ids[0]}`,
        counts: { runs: 3 },
      });
      expect(rig.engine.run(receipts[0]?.run?.[0] ?? '')?.variables).toEqual({ customer_name: 'Ada Byron' });
    },
  );

  it('a suite with variables is one session of all its cases', async () => {
    const receipts = await rig.startAll({ test: suite, variables: { customer_name: 'Ada Byron' } });
    expect(new Set(receipts.map((receipt) => receipt.session?.[0])).size).toBe(1);
    expect(await runsOf(receipts[0]?.session)).toBe(8);
    expect(await rig.sessions.get(receipts[0]?.session ?? [], rig.call)).toMatchObject({
      test: `synthflow/suite/${suite.ids[0]}`,
      name: 'Bookings and changes',
    });
  });

  it('separate sessions can be asked for', async () => {
    const receipts = await rig.startAll({ test: member, repeat: 2, provider_options: { separate_sessions: true } });
    expect(new Set(receipts.map((receipt) => receipt.session?.[0])).size).toBe(2);
  });

  it('a vendor that ignores the wish to join is believed', async () => {
    rig.switches.joining = 'ignored';
    const receipts = await rig.startAll({ test: member, repeat: 2 });
    expect(new Set(receipts.map((receipt) => receipt.session?.[0])).size).toBe(2);
  });

  it('a vendor that refuses to join says so with the way around, and nothing was started', async () => {
    rig.switches.joining = 'refused';
    const planned = await plan({ test: member, repeat: 2 });
    const [first, second] = planned.steps;
    if (!first || !second) throw new Error('two steps');
    const receipt = await rig.start.send(first, rig.call, []);
    const before = rig.engine.sessions().length;
    const problem = await rejection(rig.start.send(second, rig.call, [receipt]));
    expect(problem).toMatchObject({
      kind: 'invalid_input',
      details: { sent: 'yes', next: expect.stringContaining('separate_sessions') },
    });
    expect(rig.engine.sessions()).toHaveLength(before);
  });

  it('learns the session of the first start from a later look when the first look failed', async () => {
    const [first, second] = (await plan({ test: member, repeat: 2 })).steps;
    if (!first || !second) throw new Error('two steps');
    rig.faults.add({ kind: 'status', status: 404, path: '/v2/simulations/', method: 'GET' });
    const receipt = await rig.start.send(first, rig.call, []);
    expect(receipt).toEqual({ run: [expect.any(String)] });
    const joined = await rig.start.send(second, rig.call, [receipt]);
    expect(await runsOf(joined.session)).toBe(2);
  });

  it('a reply without any id is a receipt without any', async () => {
    rig.switches.start_reply = 'empty';
    expect(await rig.startAll({ test: member })).toEqual([{}]);
  });

  it('another agent for a case is sent, and a refusal of it is the vendor’s', async () => {
    const other = rig.engine.agents[1]?.id ?? '';
    const [receipt] = await rig.startAll({ test: member, agent: other });
    const run = await rig.runs.get(receipt?.run ?? [], rig.call);
    expect(run.agent).toBe('Bright Harbor Dental urgent line');
    rig.switches.other_agent = 'refused';
    await expect(rig.startAll({ test: member, agent: other })).rejects.toMatchObject({
      kind: 'invalid_input',
      details: { sent: 'yes', vendor: { status: 400 } },
    });
  });

  it('refuses a step that it did not write, before sending', async () => {
    const step = { label: 'x', runs: 1, body: { kind: 'suite' } };
    await expect(rig.start.send(step, rig.call, [])).rejects.toMatchObject({
      kind: 'internal',
      details: { sent: 'no' },
    });
  });
});

describe('finding what a lost answer started', () => {
  const around = () => ({ since: new Date(rig.now() - 1000), until: new Date(rig.now() + 1000) });

  it('a suite: the session of exactly its cases, and none when nothing was started', async () => {
    rig.pass(100);
    const [step] = (await plan({ test: suite })).steps;
    if (!step) throw new Error('a step');
    expect(await rig.start.find(step, around(), rig.call)).toEqual([]);
    rig.faults.add({ kind: 'reset', path: '/execute', after_handling: true });
    await expect(rig.start.send(step, rig.call, [])).rejects.toMatchObject({ details: { sent: 'unknown' } });
    const found = await rig.start.find(step, around(), rig.call);
    expect(found).toEqual([{ receipt: { session: [expect.any(String)] }, certain: false }]);
    expect(await runsOf(found[0]?.receipt.session)).toBe(8);
    const known = found.map((one) => one.receipt);
    expect(await rig.start.find(step, around(), rig.call, known)).toEqual([]);
    rig.pass(100);
    expect(await rig.start.find(step, around(), rig.call)).toEqual([]);
  });

  it('a case: its run with the same variables, not another case, not other variables', async () => {
    rig.pass(100);
    const [step] = (await plan({ test: member, variables: { n: 1, deep: { a: [1] } } })).steps;
    const [other] = (await plan({ test: member, variables: { n: 2 } })).steps;
    const [neighbour] = (
      await plan({ test: { kind: 'case', ids: [members[1] ?? ''] }, variables: { n: 1, deep: { a: [1] } } })
    ).steps;
    if (!step || !other || !neighbour) throw new Error('steps');
    await rig.start.send(other, rig.call, []);
    await rig.start.send(neighbour, rig.call, []);
    expect(await rig.start.find(step, around(), rig.call)).toEqual([]);
    rig.faults.add({ kind: 'empty', path: '/v2/simulations', method: 'POST', after_handling: true });
    await expect(rig.start.send(step, rig.call, [])).rejects.toMatchObject({ kind: 'unreadable' });
    const found = await rig.start.find(step, around(), rig.call);
    expect(found).toEqual([{ receipt: { run: [expect.any(String)], session: [expect.any(String)] }, certain: false }]);
    expect(await rig.start.find(step, around(), rig.call, [found[0]?.receipt ?? {}])).toEqual([]);
    // As it comes back from the journal: the values are hidden, and recognised all the same.
    const kept = (from: StartStep, variables: object) => ({ ...from, body: hideMembers(from.body, [variables]) });
    const mine = kept(step, { n: 1, deep: { a: [1] } });
    expect(JSON.stringify(mine.body)).toContain('hidden:');
    expect(await rig.start.find(mine, around(), rig.call)).toEqual(found);
    expect(await rig.start.find(kept(other, { n: 2 }), around(), rig.call)).toHaveLength(1);
  });

  it('finds the run although the vendor does not echo its variables', async () => {
    rig.pass(100);
    const [step] = (await plan({ test: member, variables: { n: 3 } })).steps;
    if (!step) throw new Error('a step');
    await rig.start.send(step, rig.call, []);
    rig.switches.optional_fields = 'absent';
    expect(await rig.start.find(step, around(), rig.call)).toHaveLength(1);
  });

  it('a session of single starts is not taken for an execution of the suite unless it could be one', async () => {
    rig.pass(100);
    const [step] = (await plan({ test: suite })).steps;
    if (!step) throw new Error('a step');
    await rig.startAll({ test: member, repeat: 2 });
    expect(await rig.start.find(step, around(), rig.call)).toEqual([]);
    await rig.start.send(step, rig.call, []);
    rig.pass(0.5);
    await rig.startAll({ test: suite, cases: members.slice(0, 3) });
    const found = await rig.start.find(step, around(), rig.call);
    expect(await Promise.all(found.map((one) => runsOf(one.receipt.session)))).toEqual([8, 3]);
  });
});

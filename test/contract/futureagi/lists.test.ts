/** Lists of tests and sessions: order, pages, filters, bounds. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionQuery } from '../../../src/providers/provider.ts';
import { problemOf } from '../../support/problem-of.ts';
import { type Bench, bench, has, START } from './harness.ts';

let one: Bench;
let suite = '';
beforeAll(async () => {
  one = await bench();
  const { items } = await has(one.provider.tests).list({ kind: 'suite', search: 'Bookings', limit: 5 }, one.call);
  suite = items[0]?.ref.split('/')[2] ?? '';
  const start = has(one.provider.start);
  const plan = await start
    .plan({ test: { kind: 'suite', ids: [suite] }, repeat: 1, cases: ['Opening hours'] }, one.call)
    .catch(() => start.plan({ test: { kind: 'suite', ids: [suite] }, repeat: 1 }, one.call));
  for (let index = 0; index < 24; index += 1) {
    one.now = START + index * 60_000;
    const [step] = plan.steps;
    if (step) await start.send(step, one.call, []);
  }
  one.now = START + 24 * 3_600_000;
});
const list = (query: Partial<SessionQuery> = {}) => has(one.provider.sessions).list({ limit: 10, ...query }, one.call);
const ofSuite = (query: Partial<SessionQuery> = {}) => list({ test: { kind: 'suite', ids: [suite] }, ...query });

async function everything(query: Partial<SessionQuery>) {
  const refs: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    refs.push(...page.items.map((session) => session.ref));
    cursor = page.next;
  } while (cursor !== undefined && refs.length < 500);
  return refs;
}

describe('sessions', () => {
  it('come newest first, each once, page after page, while new ones arrive', async () => {
    const first = await ofSuite();
    expect(first).toMatchObject({ total: 25 });
    expect(first.items).toHaveLength(10);
    const times = first.items.map((session) => session.created_at ?? '');
    expect(times).toEqual(times.toSorted().reverse());
    const refs = await everything({ test: { kind: 'suite', ids: [suite] } });
    expect(refs).toHaveLength(25);
    expect(new Set(refs).size).toBe(25);
    // A new one pushes all others down; the second page still begins after the first.
    const [step] = (await has(one.provider.start).plan({ test: { kind: 'suite', ids: [suite] }, repeat: 1 }, one.call))
      .steps;
    if (step) await has(one.provider.start).send(step, one.call, []);
    const second = await ofSuite({ cursor: first.next });
    expect(second.items.map((session) => session.ref)).toEqual(refs.slice(10, 20));
  });

  it('of all run tests are merged newest first and paged alike', async () => {
    const refs = await everything({});
    const truth = one.engine.sessions().toSorted((a, b) => b.created_at - a.created_at);
    expect(refs).toEqual(truth.map((session) => `futureagi/session/${session.id}`));
    const few = await list({ limit: 2 });
    expect(few.items).toHaveLength(2);
    expect(few.next).toBeDefined();
  });

  it('of run tests that ran long ago are not asked for when newer ones fill the page', async () => {
    one.since();
    await list({ limit: 1, since: new Date(START).toISOString() });
    const asked = one.since().filter((request) => request.includes('/executions/'));
    // The one that ran, and those that never ran by the vendor's word, as many as are asked at once.
    expect(asked).toHaveLength(3);
    expect(asked.filter((request) => request.includes(suite))).toHaveLength(1);
  });

  it('are filtered by time, status and agent', async () => {
    const window = { since: new Date(START + 60_000).toISOString(), until: new Date(START + 180_000).toISOString() };
    expect((await ofSuite(window)).items).toHaveLength(3);
    expect((await list(window)).items).toHaveLength(3);
    expect((await ofSuite({ status: 'completed', limit: 50 })).items).toHaveLength(25);
    expect((await ofSuite({ status: 'failed' })).items).toEqual([]);
    expect((await list({ agent: 'bright harbor dental urgent line', limit: 50 })).items).toHaveLength(1);
    expect((await list({ agent: 'nobody' })).items).toEqual([]);
  });

  it('ask the vendor for the word it stores', async () => {
    one.since();
    await ofSuite({ status: 'scoring' });
    await ofSuite({ status: 'running' });
    const asked = one.since().filter((request) => request.includes('/executions/'));
    expect(asked[0]).toContain('status=evaluating');
    // Two of its words are running for us, and its filter takes one.
    expect(asked[1]).not.toContain('status=');
  });

  it('are found however deep they lie and however rare they are', async () => {
    const oldest = one.engine.sessions().at(-1);
    const history = { until: new Date(START - 1).toISOString() };
    expect(await everything({ ...history, limit: 1 })).toHaveLength(3);
    const inSuite = { ...history, limit: 1, test: { kind: 'suite' as const, ids: [suite] } };
    // Its one old execution lies behind more pages than one answer reads.
    const first = await list(inSuite);
    expect(first.items).toEqual([]);
    expect(first.next).toBeDefined();
    expect(await everything(inSuite)).toHaveLength(1);
    expect(oldest?.created_at).toBeLessThan(START);
  });

  it('of a scenario are those of the run tests that hold it', async () => {
    const { run_test_id, execution_id } = one.dialect.seed('moving');
    const [member] = (await has(one.provider.tests).get('suite', [run_test_id], one.call)).members ?? [];
    const found = await list({ test: { kind: 'case', ids: [member?.ref.split('/')[2] ?? ''] } });
    expect(found.items.map((session) => session.ref)).toEqual([`futureagi/session/${execution_id}`]);
    expect((await list({ test: { kind: 'case', ids: ['unknown'] } })).items).toEqual([]);
  });

  it('are listed by name where the list of executions is missing', async () => {
    const { run_test_id, execution_id } = one.dialect.seed('moving');
    one.dialect.switches.missing_views = ['executions'];
    const found = await list({ test: { kind: 'suite', ids: [run_test_id] } });
    one.dialect.switches.missing_views = [];
    expect(found).toMatchObject({
      items: [
        { ref: `futureagi/session/${execution_id}`, test: `futureagi/suite/${run_test_id}`, counts: { runs: 23 } },
      ],
      total: 1,
    });
    expect(found.notes).toBeUndefined();
  });

  it('refuse a cursor of another list', async () => {
    expect(await problemOf(ofSuite({ cursor: 'suite:2' }))).toMatchObject({ kind: 'invalid_input' });
    expect(await problemOf(list({ cursor: 'x 1' }))).toMatchObject({ kind: 'invalid_input' });
  });

  it('say when there are more run tests than are looked at', async () => {
    const many = await bench();
    for (let calls = 1; calls <= 16; calls += 1) many.dialect.seed('large', { calls });
    const found = await has(many.provider.sessions).list({ limit: 100 }, many.call);
    const [gap] = found.coverage.gaps ?? [];
    expect(found.coverage.complete).toBe(false);
    expect(gap).toMatchObject({ kind: 'not_looked_at', note: expect.stringContaining('15 run tests that ran last') });
    expect(gap?.note).toContain(`${gap?.count} more exist: pass \`test\``);
    const few = await has(many.provider.sessions).list({ limit: 1 }, many.call);
    expect(few.coverage.gaps).toBeUndefined();
  });
});

describe('tests', () => {
  it('are run tests and, after them, scenarios', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await has(one.provider.tests).list(
        { limit: 4, ...(cursor === undefined ? {} : { cursor }) },
        one.call,
      );
      names.push(...page.items.map((test) => `${test.kind} ${test.name}`));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(names.filter((name) => name.startsWith('suite'))).toHaveLength(7);
    expect(names.filter((name) => name.startsWith('case')).length).toBe(one.engine.cases.length + 4);
    expect(new Set(names).size).toBe(names.length);
  });

  it('of one kind are counted and searched', async () => {
    const cases = await has(one.provider.tests).list({ kind: 'case', limit: 3 }, one.call);
    expect(cases).toMatchObject({ total: one.engine.cases.length + 4, next: expect.any(String) });
    expect(cases.coverage).toMatchObject({ complete: true, read: 3 });
    const found = await has(one.provider.tests).list({ kind: 'case', search: 'cleaning', limit: 50 }, one.call);
    expect(found.items.every((test) => /cleaning/i.test(test.name))).toBe(true);
    expect(found.items.length).toBeGreaterThan(0);
    expect(found.next).toBeUndefined();
    expect(await problemOf(has(one.provider.tests).list({ limit: 3, cursor: 'x' }, one.call))).toMatchObject({
      kind: 'invalid_input',
    });
  });

  it('show their criteria, their members and the caller', async () => {
    const detail = await has(one.provider.tests).get('suite', [suite], one.call);
    expect(detail.success_criteria).toContain('Verifies identity');
    expect(detail.members).toHaveLength(detail.cases ?? 0);
    const [member] = detail.members ?? [];
    const scenario = await has(one.provider.tests).get('case', [member?.ref.split('/')[2] ?? ''], one.call);
    expect(scenario.name).toBe(member?.name);
    expect(scenario.caller?.length).toBeGreaterThan(10);
    expect(
      await problemOf(has(one.provider.tests).get('case', ['11111111-1111-4111-8111-111111111111'], one.call)),
    ).toMatchObject({
      kind: 'not_found',
    });
  });

  it('a run refers to the scenario that get_test knows', async () => {
    const [session] = (await ofSuite({ limit: 1, status: 'completed' })).items;
    const [run] = await one.runs(session?.ref.split('/')[2] ?? '');
    const scenario = await has(one.provider.tests).get('case', [run?.test?.split('/')[2] ?? ''], one.call);
    expect(scenario.name).toBe(run?.name);
  });
});

/** Sessions opened over a platform that loses rows, repeats them, ignores filters, or counts something else. */
import { describe, expect, it } from 'vitest';
import type { VendorRequest } from '../../../src/http/types.ts';
import { withGaps } from '../../../src/model/coverage.ts';
import { Problem } from '../../../src/model/problem.ts';
import type { Run } from '../../../src/model/schemas.ts';
import { createApi } from '../../../src/providers/synthflow/api.ts';
import { createLookup } from '../../../src/providers/synthflow/lookup.ts';
import { createSessions } from '../../../src/providers/synthflow/sessions.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const call = { signal: new AbortController().signal };

type Row = Record<string, unknown>;
interface Query {
  page_number?: number;
  page_size?: number;
  status?: string;
}

function passed(n: number, over: Row = {}): Row {
  return {
    simulation_id: `r${n}`,
    simulation_session_id: 's1',
    simulation_case_id: `c${n}`,
    status: 'completed',
    created_at: '2026-11-22T10:00:00Z',
    updated_at: '2026-11-22T10:02:00Z',
    call_success_type: 'all',
    success_criteria: ['Greets'],
    success_criteria_analysis: { success: true, evaluations: [{ success: true }] },
    ...over,
  };
}
const failed = (n: number, over: Row = {}) =>
  passed(n, { success_criteria_analysis: { success: false, evaluations: [{ success: false }] }, ...over });
const rows = (count: number, from = 1) => Array.from({ length: count }, (_, index) => passed(from + index));

interface World {
  /** What the list of simulations shows. */
  listed: unknown[] | Problem;
  /** The session itself; default: all that is listed, with counters that agree. */
  session?: Row;
  /** Replaces the count of the list; `null` = it has none. */
  total?: number | null;
  /** Whether the list knows the filter by status. */
  heeds_status?: boolean;
}

function open({ listed, session, total, heeds_status = true }: World) {
  const asked: string[] = [];
  const answer = ({ path, query = {} }: Pick<VendorRequest, 'path' | 'query'>): unknown => {
    asked.push(path);
    if (path === '/simulations') {
      if (listed instanceof Problem) throw listed;
      const { page_number: number = 1, page_size: size = 10, status }: Query = query;
      const found = status && heeds_status ? listed.filter((row) => Object.values(row ?? {}).includes(status)) : listed;
      const items = found.slice((number - 1) * size, number * size);
      const pagination = total === null ? undefined : { total_records: total ?? found.length };
      return { status: 'ok', response: { pagination, items } };
    }
    if (path === '/simulations/session/{simulation_session_id}') {
      const all = listed instanceof Problem ? [] : listed;
      const over = { simulations: all, total_simulations: all.length, ...session };
      return { status: 'ok', response: { simulation_session_id: 's1', ...over } };
    }
    throw new Problem('not_found', 'no', { vendor: { status: 404 } });
  };
  const api = createApi({
    origin: 'http://x',
    host: 'x',
    sent: new Map(),
    request: async (request) => ({ status: 200, headers: {}, body: answer(request) }),
    lines: () => {
      throw new Error('not in this test');
    },
    close: async () => undefined,
  });
  const now = () => NOW;
  const operations = createSessions(api, createLookup(api, now), now);
  return { asked, operations };
}

async function read(world: World) {
  const { asked, operations } = open(world);
  const opened = await operations.open(['s1'], call);
  const before = asked.length;
  const runs: Run[] = [];
  for await (const page of opened.runs('verdicts', call)) {
    runs.push(...page.runs);
    if (page.coverage) {
      const coverage = withGaps(page.coverage, opened.gaps ?? []);
      const verdicts = runs.map((run) => run.verdict);
      return { opened, runs, verdicts, coverage, asked, requests: asked.length - before };
    }
  }
  throw new Error('No coverage came.');
}
const kinds = ({ coverage }: Awaited<ReturnType<typeof read>>) => coverage.gaps?.map(({ kind }) => kind);

describe('a session that is whole', () => {
  it('is read with two requests, and says so', async () => {
    const got = await read({ listed: rows(10) });
    expect(got.coverage).toEqual({ complete: true, expected: 10, read: 10 });
    expect(got.asked.filter((path) => path.startsWith('/simulations'))).toHaveLength(2);
    expect(got.opened.gaps).toEqual([]);
  });

  it('of 300 is counted by its filters and read in pages', async () => {
    const got = await read({ listed: [...rows(299), failed(300)] });
    expect(got.coverage).toEqual({ complete: true, expected: 300, read: 300 });
    expect(got.opened.session.counts).toMatchObject({ runs: 300, uncounted: 300, pending: 0, error: 0 });
    expect(got.opened.counters).toEqual({ broken: 0 });
    // The first of three pages, and the last item, told its size.
    expect(got.requests).toBe(2);
    expect(got.asked.filter((path) => path === '/simulations')).toHaveLength(2 + 3 + 2);
  });

  it('may be read again, anew', async () => {
    const { operations } = open({ listed: rows(3) });
    const opened = await operations.open(['s1'], call);
    for (const depth of ['verdicts', 'reasons'] as const) {
      const all: Run[] = [];
      for await (const page of opened.runs(depth, call)) all.push(...page.runs);
      expect(all).toHaveLength(3);
    }
  });

  it('that goes on is not held to a count', async () => {
    const listed = [...rows(3), passed(4, { status: 'in-progress', success_criteria_analysis: null })];
    const got = await read({ listed, session: { total_simulations: 5, pending_simulations: 2 } });
    expect(got.opened).toMatchObject({ session: { status: 'running' }, counters: undefined });
    expect(got.coverage).toMatchObject({ complete: true, read: 4 });
  });
});

describe('what the pages lose', () => {
  it('is taken from what the session embeds', async () => {
    const embedded = [...rows(9), failed(10)];
    const got = await read({
      listed: [...rows(9), passed(1)],
      session: { simulations: embedded, total_simulations: 10 },
    });
    expect(got.coverage).toEqual({ complete: true, expected: 10, read: 10 });
    expect(got.verdicts.filter((one) => one === 'failed')).toHaveLength(1);
  });

  it('and what that does not embed is missing', async () => {
    const got = await read({ listed: rows(7), session: { simulations: rows(8), total_simulations: 10 } });
    expect(got.coverage).toMatchObject({ complete: false, expected: 10, read: 8, missing: 2 });
    expect(kinds(got)).toEqual(['missing']);
  });

  it('is said where the session embeds as little', async () => {
    const got = await read({ listed: rows(8), session: { total_simulations: 10, failed_simulations: 2 } });
    expect(got.coverage).toMatchObject({ complete: false, expected: 10, read: 8, missing: 2 });
    expect(got.opened).toMatchObject({ session: { counts: { runs: 10, error: 2 } }, counters: { broken: 2 } });
  });

  it.each([
    ['null', null],
    ['no object', 'x'],
    ['a row without an id', passed(10, { simulation_id: null })],
    ['an id that is blank', passed(10, { simulation_id: ' ' })],
  ])('%s in place of a row is one that cannot be used', async (_, row) => {
    const got = await read({ listed: [...rows(9), row] });
    expect(got.coverage).toMatchObject({ complete: false, expected: 10, read: 9, unreadable: 1 });
    expect(got.coverage.missing).toBeUndefined();
    expect(got.opened.session.counts).toMatchObject({ runs: 10, passed: 9, uncounted: 1 });
    expect(got.opened.session.pass_rate).toBeUndefined();
  });

  it('is no loss where the session shows the same run whole', async () => {
    const listed = [...rows(9), failed(10, { simulation_id: null })];
    const got = await read({ listed, session: { simulations: [...rows(9), failed(10)], total_simulations: 10 } });
    expect(got.coverage).toEqual({ complete: true, expected: 10, read: 10 });
  });

  it.each([
    ['an empty list', []],
    ['a refusal', new Problem('not_found', 'no', { vendor: { status: 404 } })],
    ['rows that nobody can refer to', rows(5).map((row) => ({ ...row, simulation_id: null }))],
    ['nothing that is a row', [1, 2, 3, 4, 5]],
  ])('%s is made up for by the session', async (_, listed) => {
    const got = await read({ listed, session: { simulations: rows(5), total_simulations: 5 } });
    expect(got.coverage).toEqual({ complete: true, expected: 5, read: 5 });
  });

  it('an empty list of a session that counts runs and shows none is not "no runs"', async () => {
    const got = await read({ listed: [], session: { simulations: [], total_simulations: 5 } });
    expect(got.coverage).toMatchObject({ complete: false, expected: 5, read: 0, missing: 5 });
    expect(got.opened.session).toMatchObject({ status: 'completed', counts: { runs: 5, uncounted: 5 } });
  });

  it('an error of the list is one of the reading', async () => {
    const { operations } = open({ listed: new Problem('vendor_error', 'no', { vendor: { status: 500 } }) });
    await expect(operations.open(['s1'], call)).rejects.toMatchObject({ kind: 'vendor_error' });
  });
});

describe('what comes too often', () => {
  it('more runs than the session counts are said', async () => {
    const got = await read({ listed: rows(10), session: { total_simulations: 1 } });
    expect(got.runs).toHaveLength(10);
    expect(got.coverage).toMatchObject({ complete: false });
    expect(kinds(got)).toEqual(['surplus']);
  });

  it('runs that only the session shows, beyond what anybody counts, too', async () => {
    const got = await read({ listed: rows(8), session: { simulations: rows(10), total_simulations: 8 } });
    expect(got.runs).toHaveLength(10);
    expect(kinds(got)).toEqual(['surplus']);
  });

  it('the later reading of a run stands', async () => {
    const stale = passed(1, { status: 'in-progress', success_criteria_analysis: null });
    const got = await read({ listed: [stale, passed(2), failed(1)], total: 2, session: { total_simulations: 2 } });
    expect(got.verdicts.sort()).toEqual(['failed', 'passed']);
  });

  it('a run that the session shows as ended does not go on because the list is behind', async () => {
    const stale = passed(1, { status: 'in-progress', success_criteria_analysis: null });
    const got = await read({
      listed: [stale, passed(2)],
      session: { simulations: [failed(1), passed(2)], total_simulations: 2 },
    });
    expect(got.verdicts.sort()).toEqual(['failed', 'passed']);
    expect(got.coverage.complete).toBe(true);
  });

  it('a run that list and session judge differently is in doubt', async () => {
    const got = await read({ listed: rows(3), session: { simulations: [failed(1), ...rows(2, 2)] } });
    expect(got.coverage).toMatchObject({ complete: false, gaps: [{ kind: 'changed', count: 1 }] });
  });

  it('but the one that was changed last stands', async () => {
    const updated_at = '2026-11-22T11:00:00Z';
    const [old, newer] = [rows(3), [failed(1, { updated_at }), ...rows(2, 2)]];
    for (const [listed, simulations] of [
      [old, newer],
      [newer, old],
      [[...newer, passed(1)], old],
    ]) {
      const got = await read({ listed: listed ?? [], total: 3, session: { simulations, total_simulations: 3 } });
      expect(got.verdicts.sort()).toEqual(['failed', 'passed', 'passed']);
      expect(got.coverage.complete).toBe(true);
    }
  });

  it('embedded twice is counted once', async () => {
    const session = { simulations: [passed(1), failed(2), passed(1)], total_simulations: 2 };
    const got = await read({ listed: [passed(1), failed(2)], session });
    expect(got.opened.session.counts).toMatchObject({ runs: 2, passed: 1, failed: 1 });
    expect(got.coverage).toEqual({ complete: true, expected: 2, read: 2 });
  });
});

describe('runs of other sessions in the list', () => {
  const others = (count: number) =>
    Array.from({ length: count }, (_, index) => passed(1000 + index, { simulation_session_id: 's2' }));

  it.each([5, 150, 1500])('%i of them are not of this one, nor is their number', async (count) => {
    const listed = [...others(count), ...rows(8)];
    const session = { simulations: rows(8), total_simulations: 8 };
    const got = await read({ listed, session });
    expect(got.runs).toHaveLength(8);
    expect(got.coverage).toEqual({ complete: true, expected: 8, read: 8 });
  });

  it('hide none that is missing', async () => {
    const got = await read({
      listed: [...others(5), ...rows(7)],
      session: { simulations: rows(7), total_simulations: 8 },
    });
    expect(got.coverage).toMatchObject({ complete: false, expected: 8, read: 7, missing: 1 });
    expect(kinds(got)).toEqual(['missing']);
  });
});

describe('counters', () => {
  it('that contradict one another are said', async () => {
    const counters = { total_simulations: 3, completed_simulations: 5 };
    const got = await read({ listed: rows(3), session: counters });
    expect(got.coverage).toMatchObject({ complete: false, gaps: [{ kind: 'counters_disagree', count: 2 }] });
  });

  it('that count runs as pending when all have ended are said', async () => {
    const counters = { total_simulations: 3, completed_simulations: 1, pending_simulations: 2 };
    const got = await read({ listed: rows(3), session: counters });
    expect(got.opened.session.status).toBe('completed');
    expect(got.coverage).toMatchObject({ complete: false, gaps: [{ kind: 'counters_disagree', count: 2 }] });
  });

  it('of which completed ones may hold the broken ones contradict nothing', async () => {
    const listed = [...rows(3), passed(4, { status: 'failed' })];
    for (const completed_simulations of [3, 4]) {
      const counters = { total_simulations: 4, completed_simulations, failed_simulations: 1, pending_simulations: 0 };
      expect((await read({ listed, session: counters })).coverage.complete).toBe(true);
    }
  });

  it('as text are numbers', async () => {
    const got = await read({ listed: rows(3), session: { total_simulations: '10', failed_simulations: '2' } });
    expect(got.coverage).toMatchObject({ expected: 10, missing: 7 });
    expect(got.opened.counters).toEqual({ broken: 2 });
  });

  it('that are not there leave the list to its own count', async () => {
    const got = await read({ listed: rows(3), session: { total_simulations: null } });
    expect(got.coverage).toEqual({ complete: true, expected: 3, read: 3 });
  });
});

describe('a session of 300 over lists that do not count', () => {
  const listed = [...rows(298), passed(299, { status: 'failed' }), failed(300)];

  it('by status: what is shown is known, the rest is not counted', async () => {
    const { operations } = open({ listed, heeds_status: false });
    const { counts, status } = await operations.get(['s1'], call);
    expect(counts).toMatchObject({ runs: 300, uncounted: 300, pending: 0, error: 0 });
    expect(status).toBe('completed');
    const got = await read({ listed, heeds_status: false });
    expect(got.opened.counters).toEqual({ broken: undefined });
    expect(got.coverage).toMatchObject({ complete: true, expected: 300, read: 300 });
  });

  it('where the session itself says nothing, and the list little, more than nothing is known', async () => {
    const session = { simulations: null, total_simulations: null };
    const got = await read({ listed: rows(6), session });
    expect(got.opened.session).toMatchObject({ status: 'completed', counts: { runs: 6, uncounted: 6 } });
    expect(got.coverage).toEqual({ complete: true, expected: 6, read: 6 });
  });
});

/** Lies that every dialect can tell: none is dead, none is told unasked, and each is told as it is described. */
import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../src/commands/open-sandbox.ts';
import { PROJECT as PROJECT_ID } from '../../../src/sandbox/dialects/cognigy/world.ts';
import { honest, type Lies } from '../../../src/sandbox/dialects/lies.ts';
import { servePage } from '../../../src/sandbox/dialects/lying-pages.ts';
import { createEngine } from '../../../src/sandbox/engine/engine.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { FORMS } from '../../faults/lies.ts';
import { at, list, text } from '../../support/data.ts';
import { rowEach, VENDORS, type Vendor } from '../../support/platforms.ts';

type Get = (path: string) => Promise<unknown>;

const HEADERS = rowEach<Record<string, string>>('HEADERS of test/sandbox/dialects/lies.test.ts', {
  synthflow: { authorization: 'Bearer sandbox-synthflow-key' },
  cognigy: { 'x-api-key': 'sandbox-cognigy-key' },
  coval: { 'x-api-key': 'coval_sk_sandbox_0001' },
  futureagi: { 'X-Api-Key': 'sandbox-futureagi-key', 'X-Secret-Key': 'sandbox-futureagi-secret' },
});

/** What a reader sees of one session: its own record, three pages of its runs, one run, its transcript. */
const LOOKS = rowEach<(get: Get, ids: Ids) => Promise<unknown>[]>('LOOKS of test/sandbox/dialects/lies.test.ts', {
  synthflow: (get, { session, run }) => [
    ...[1, 2, 3].map((page) => get(`/v2/simulations?simulation_session_id=${session}&page_size=3&page_number=${page}`)),
    get(`/v2/simulations/session/${session}`),
    get(`/v2/simulations/${run}`),
  ],
  cognigy: (get, { owner, session, run }) => [
    ...[0, 3, 6].map((skip) =>
      get(`/testing/simulations/${owner}/batches/${session}/runs?${PROJECT}&limit=3&skip=${skip}`),
    ),
    get(`/testing/simulations/${owner}/batches/${session}?${PROJECT}`),
    get(`/testing/simulations/${owner}/batches/${session}/runs/${run}?${PROJECT}`),
  ],
  coval: (get, { session, run }) => [
    ...['', '3', '6'].map((token) => get(`/v1/simulations?${filter(session)}&page_size=3&page_token=${token}`)),
    get(`/v1/runs/${session}`),
    get(`/v1/simulations/${run}`),
    get('/v1/metrics'),
  ],
  futureagi: (get, { session, run }) => [
    ...[1, 2, 3].map((page) => get(`/sdk/api/v1/simulation/runs/?execution_id=${session}&limit=3&page=${page}`)),
    get(`/simulate/test-executions/${session}/`),
    get(`/simulate/call-executions/${run}/`),
    get(`/simulate/call-executions/${run}/transcripts/`),
  ],
});
const PROJECT = `projectId=${PROJECT_ID}`;
const filter = (run: string) => `filter=${encodeURIComponent(`run_id="${run}"`)}`;

interface Ids {
  owner: string;
  session: string;
  run: string;
}

/** Every value but the honest one; what a lie needs beside it stands with it. */
const TOLD: Record<keyof Lies, Partial<Lies>[]> = {
  lying_lists: [{ lying_lists: [], clamp: 2 }],
  clamp: [{ clamp: 2 }],
  clamp_by: [{ clamp_by: 'asked', clamp: 2 }],
  count_form: (['text', 'null', 'absent', 'low', 'high', 'of_the_page'] as const).map((count_form) => ({ count_form })),
  pages_form: [{ pages_form: 'text' }, { pages_form: 'absent' }],
  end_marks: [{ end_marks: 'next_only' }, { end_marks: 'none' }],
  place: [{ place: 'ignored' }],
  token_form: [{ token_form: 'number' }, { token_form: 'repeated' }, { token_form: 'lost' }],
  token_pages: [{ token_form: 'lost', token_pages: 2 }],
  swapped: [{ swapped: [{ at: 8, shows: 0 }] }],
  dropped: [{ dropped: [1] }],
  without_id: [{ without_id: [1] }],
  no_objects: [{ no_objects: [1, 2] }],
  twice: [{ twice: [0] }],
  emptied: [{ emptied: true }],
  parent_more: [{ parent_more: 2 }, { parent_more: -2 }],
  parent_broken: [{ parent_more: 2, parent_broken: 2 }],
  error_with_200: [{ error_with_200: 'without_rows' }, { error_with_200: 'with_rows' }],
  verdict_form: FORMS.map((verdict_form) => ({ verdict_form })),
  verdict_form_of: [{ verdict_form: 'number', verdict_form_of: 'failed' }],
  evaluation_names: [{ evaluation_names: 'duplicate' }, { evaluation_names: 'missing' }],
  result_never_comes: [{ result_never_comes: true }],
  transcript_form: (
    [
      'failing',
      'forbidden',
      'counted_only',
      'items',
      'json_text',
      'object_content',
      'unknown_speakers',
      'audio',
    ] as const
  ).map((transcript_form) => ({ transcript_form })),
};
/** Without what they need beside them these change nothing; they are compared with that. */
const BESIDE = new Map<string, Partial<Lies>>(
  Object.entries({
    lying_lists: { clamp: 2 },
    clamp_by: { clamp: 2 },
    token_pages: { token_form: 'lost' },
    parent_broken: { parent_more: 2 },
    verdict_form_of: { verdict_form: 'number' },
  }),
);
/** What a vendor has not got to lie with. */
const NOT_THERE = rowEach<(lie: Partial<Lies>) => boolean>('NOT_THERE of test/sandbox/dialects/lies.test.ts', {
  // No tokens, no number of pages.
  synthflow: (lie) => lie.token_form !== undefined || lie.pages_form !== undefined,
  // Pages are found by the rows before them.
  cognigy: (lie) => lie.clamp_by !== undefined || lie.pages_form !== undefined,
  // No counts of a list.
  coval: (lie) =>
    lie.clamp_by !== undefined ||
    lie.count_form !== undefined ||
    lie.pages_form !== undefined ||
    lie.end_marks === 'next_only',
  futureagi: () => false,
});

/** Ids of the biggest session, which has twelve runs. */
const IDS = rowEach<(get: Get) => Promise<Ids>>('IDS of test/sandbox/dialects/lies.test.ts', {
  async synthflow(get) {
    const sessions = itemsOf(await get('/v2/simulations/sessions?page_size=50'), 'response', 'items');
    const own = twelve(sessions, (one) => list(at(one, 'simulations')).length);
    const [run] = list(at(own, 'simulations'));
    return { owner: '', session: text(at(own, 'simulation_session_id')), run: text(at(run, 'simulation_id')) };
  },
  async cognigy(get) {
    const batches = itemsOf(await get(`/testing/simulations/batches?${PROJECT}&limit=100`), 'data');
    const own = twelve(batches, (one) => Number(at(one, 'runs')));
    const [owner, session] = [text(at(own, 'simulationReference')), text(at(own, 'id'))];
    const [run] = itemsOf(await get(`/testing/simulations/${owner}/batches/${session}/runs?${PROJECT}`), 'data');
    return { owner, session, run: text(at(run, 'id')) };
  },
  async coval(get) {
    const runs = itemsOf(await get('/v1/runs'), 'runs');
    const session = text(
      at(
        twelve(runs, (one) => Number(at(at(one, 'progress'), 'total_test_cases'))),
        'run_id',
      ),
    );
    const [run] = itemsOf(await get(`/v1/simulations?${filter(session)}`), 'simulations');
    return { owner: '', session, run: text(at(run, 'simulation_id')) };
  },
  async futureagi(get) {
    const tests = itemsOf(await get('/simulate/run-tests/?limit=50'), 'results');
    const executions = await Promise.all(
      tests.map(async (one) => itemsOf(await get(`/simulate/run-tests/${at(one, 'id')}/executions/`), 'results')),
    );
    const session = text(
      at(
        twelve(executions.flat(), (one) => Number(at(one, 'calls'))),
        'id',
      ),
    );
    const [run] = itemsOf(await get(`/simulate/test-executions/${session}/`), 'results');
    return { owner: '', session, run: text(at(run, 'id')) };
  },
});

function itemsOf(answer: unknown, ...path: string[]): unknown[] {
  return list(path.reduce(at, at(answer, 'body')));
}

function twelve(sessions: readonly unknown[], runsOf: (session: unknown) => number): unknown {
  const found = sessions.find((one) => runsOf(one) === 12);
  if (!found) throw new Error('No session of twelve runs.');
  return found;
}

function open(vendor: Vendor) {
  const now = Date.parse('2026-11-22T10:00:00Z');
  const options = { playbook: SHIPPED_PLAYBOOK, seed: 7, speed: 1, now: () => now, scale: 12 };
  const dialect = DIALECTS[vendor](createEngine(options));
  const get: Get = async (path) => {
    const response = await dialect.fetch(new Request(`http://127.0.0.1${path}`, { headers: HEADERS[vendor] }));
    const body = await response.text();
    return { status: response.status, body: body === '' ? '' : JSON.parse(body) };
  };
  return { switches: dialect.switches, get };
}

describe.each(VENDORS)('%s', (vendor) => {
  const { switches, get } = open(vendor);
  const seen = async (lies: Partial<Lies>) => {
    Object.assign(switches, honest());
    const ids = await IDS[vendor](get);
    Object.assign(switches, lies);
    const answers = JSON.stringify(await Promise.all(LOOKS[vendor](get, ids)));
    // Requests are numbered.
    return answers.replaceAll(/req_\d+|sandbox-\d+/g, '');
  };
  const cases = Object.entries(TOLD).flatMap(([name, told]) => told.map((lie) => [name, lie] as const));

  it('tells no lie unasked', async () => {
    expect(switches).toMatchObject(honest());
    expect(await seen({})).toBe(await seen({}));
  });

  it.each(cases.filter(([, lie]) => !NOT_THERE[vendor](lie)))('%s: %o', async (name, lie) => {
    const told = await seen(lie);
    // Compared here, since the answers are too long for a message.
    expect(told === (await seen(BESIDE.get(name) ?? {})), 'it changes nothing').toBe(false);
    expect(told === (await seen(lie)), 'it is told the same way again').toBe(true);
  });
});

describe('a page', () => {
  const rows = Array.from({ length: 10 }, (_, index) => ({ id: `r${index}`, done: true }));
  const form = {
    render: (row: (typeof rows)[number]) => row,
    ids: ['id'],
    earlier: (row: Record<string, unknown>) => ({ ...row, done: false }),
  };
  const page = (lies: Partial<Lies>, offset: number, size: number, paged = true) =>
    servePage({ ...honest(), ...lies }, 'runs', rows, { offset, size, paged }, form);
  const ids = (served: ReturnType<typeof page>) => served.rows.map((row) => at(row, 'id') ?? row);

  it('is what was asked for where nobody lies', () => {
    expect(page({}, 8, 4)).toMatchObject({ rows: rows.slice(8), more: false, count: 10, pages: 3, marks: 'all' });
    expect(servePage({ ...honest(), clamp: 2 }, 'tests', rows, { offset: 0, size: 4 }, form).rows).toHaveLength(4);
  });

  it('is cut by the size that is served or by the one asked for', () => {
    expect(ids(page({ clamp: 3 }, 5, 5))).toEqual(['r3', 'r4', 'r5']);
    expect(ids(page({ clamp: 3, clamp_by: 'asked' }, 5, 5))).toEqual(['r5', 'r6', 'r7']);
    expect(ids(page({ clamp: 3 }, 5, 5, false))).toEqual(['r5', 'r6', 'r7']);
  });

  it('shows one row in place of another, leaves some out, and counts them all', () => {
    const served = page({ swapped: [{ at: -1, shows: 0 }], dropped: [1] }, 0, 20);
    expect(ids(served)).toEqual(['r0', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r0']);
    expect(served).toMatchObject({ count: 10, length: 9, more: false });
  });

  it('holds rows without ids, of other kinds, and as they were', () => {
    const { rows: shown } = page({ without_id: [0], no_objects: [1, 2], twice: [3] }, 0, 20);
    expect(shown.slice(0, 4)).toEqual([{ id: null, done: true }, 'row 1', null, { id: 'r3', done: false }]);
    expect(shown.at(-1)).toEqual({ id: 'r3', done: true });
    expect(shown).toHaveLength(11);
  });

  it('hands out tokens that lead back, or none, after so many pages', () => {
    const tokens = (lies: Partial<Lies>) => [0, 3, 6].map((offset) => page(lies, offset, 3).token);
    expect(tokens({ token_form: 'lost', token_pages: 2 })).toEqual(['text', 'lost', 'lost']);
    expect(tokens({ token_form: 'repeated' })).toEqual(['repeated', 'repeated', 'repeated']);
    expect(tokens({ token_form: 'number', token_pages: 3 })).toEqual(['number', 'number', 'number']);
  });
});

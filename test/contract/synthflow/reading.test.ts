/** Reading definitions and results as the tools do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionSchema, testDetailSchema } from '../../../src/model/schemas.ts';
import { idOf, type Rig, rejection, startRig } from './harness.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let rig: Rig;
let suite = '';
let session = '';
beforeAll(async () => {
  rig = await startRig({ outcomes: { 'book-cleaning': 'broken', 'reschedule-late': 'stuck' } });
  const { items } = await rig.tests.list({ kind: 'suite', search: 'bookings', limit: 5 }, rig.call);
  suite = idOf(items[0]?.ref);
  [session = ''] = (await rig.startAll({ test: { kind: 'suite', ids: [suite] } }))[0]?.session ?? [];
});
afterAll(() => rig.close());

describe('tests', () => {
  it('lists suites before cases, over pages of any size, each once', async () => {
    const whole = await rig.tests.list({ limit: 100 }, rig.call);
    expect(whole.next).toBeUndefined();
    expect(whole.items.map((one) => one.kind)).toEqual([...Array(3).fill('suite'), ...Array(25).fill('case')]);
    const refs: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await rig.tests.list({ limit: 4, ...(cursor ? { cursor } : {}) }, rig.call);
      expect(page.items.length).toBeLessThanOrEqual(4);
      refs.push(...page.items.map((one) => one.ref));
      cursor = page.next;
    } while (cursor);
    expect(refs).toEqual(whole.items.map((one) => one.ref));
  });

  it('keeps to the limit where the suites end exactly on it', async () => {
    const page = await rig.tests.list({ limit: 3 }, rig.call);
    expect(page.items.map((one) => one.kind)).toEqual(['suite', 'suite', 'suite']);
    const next = await rig.tests.list({ limit: 3, cursor: page.next ?? '' }, rig.call);
    expect(next.items.map((one) => one.kind)).toEqual(['case', 'case', 'case']);
  });

  it('counts and searches one kind', async () => {
    const cases = await rig.tests.list({ kind: 'case', limit: 2 }, rig.call);
    expect(cases.total).toBe(25);
    const found = await rig.tests.list({ kind: 'case', search: 'CROWN', limit: 5 }, rig.call);
    expect(found.items.map((one) => one.name)).toEqual(['Is my crown covered?']);
  });

  it('reads a suite with its members and a case with its criteria', async () => {
    const detail = testDetailSchema.parse(await rig.tests.get('suite', [suite], rig.call));
    expect(detail.members).toHaveLength(8);
    const member = await rig.tests.get('case', [idOf(detail.members?.[0]?.ref)], rig.call);
    expect(member).toMatchObject({ kind: 'case', success_rule: 'all', suite: detail.ref });
    expect(member.success_criteria?.length).toBe(member.criteria);
    expect(member.caller).toContain('You are');
  });

  it('lists the members of a suite whose answer does not embed them', async () => {
    rig.switches.optional_fields = 'absent';
    try {
      expect((await rig.tests.get('suite', [suite], rig.call)).members).toHaveLength(8);
    } finally {
      rig.switches.optional_fields = 'present';
    }
  });

  it.each(['suite', 'case'] as const)('offers the closest ids for an unknown %s', async (kind) => {
    const { items } = await rig.tests.list({ kind, limit: 100 }, rig.call);
    const [first] = items;
    const wrong = `${idOf(first?.ref).slice(0, -2)}zz`;
    const problem = await rejection(rig.tests.get(kind, [wrong], rig.call));
    expect(problem).toMatchObject({ kind: 'not_found', details: { vendor: { status: 404 } } });
    expect(problem).toHaveProperty('details.candidates.0', `${first?.ref} "${first?.name}"`);
  });

  it('refuses a cursor of another list', async () => {
    await expect(rig.tests.list({ limit: 2, kind: 'case', cursor: 'suite:1.2.0' }, rig.call)).rejects.toMatchObject({
      kind: 'invalid_input',
    });
    await expect(rig.sessions.list({ limit: 2, cursor: 'x' }, rig.call)).rejects.toMatchObject({
      kind: 'invalid_input',
    });
  });
});

describe('a session as time passes', () => {
  it('is running, then holds a broken, a stuck and judged runs', async () => {
    const early = sessionSchema.parse(await rig.sessions.get([session], rig.call));
    expect(early).toMatchObject({ status: 'running', name: 'Bookings and changes', counts: { runs: 8, pending: 8 } });
    rig.pass(600);
    const late = await rig.sessions.get([session], rig.call);
    expect(late).toMatchObject({ status: 'running', counts: { runs: 8, error: 1, pending: 1 } });
    expect(late.counts.passed + late.counts.failed).toBe(6);
    expect(late.pass_rate).toBe(late.counts.passed / 6);
    expect(late.test).toBe(`synthflow/suite/${suite}`);
  });

  it('costs two requests to look at first and one afterwards', async () => {
    const receipts = await rig.startAll({ test: { kind: 'suite', ids: [suite] } });
    const count = () => [...rig.sent.values()].reduce((sum, one) => sum + one, 0);
    const before = count();
    await rig.sessions.get(receipts[0]?.session ?? [], rig.call);
    expect(count() - before).toBe(2);
    await rig.sessions.get(receipts[0]?.session ?? [], rig.call);
    expect(count() - before).toBe(3);
  });

  it('shows its runs each once, with what the depth asks for', async () => {
    const verdicts = await rig.allRuns([session], 'verdicts');
    expect(new Set(verdicts.map((run) => run.ref)).size).toBe(8);
    expect(verdicts.every((run) => run.transcript === undefined && run.iteration === 0)).toBe(true);
    expect(verdicts.flatMap((run) => run.evaluations).some((one) => one.reason !== undefined)).toBe(false);
    const reasons = await rig.allRuns([session], 'reasons');
    const failed = reasons.find((run) => run.verdict === 'failed');
    expect(failed?.evaluations.find((one) => one.verdict === 'failed')?.reason).toBeTruthy();
    expect(failed?.turns).toBeGreaterThan(4);
    expect(reasons.every((run) => run.transcript === undefined)).toBe(true);
    const broken = reasons.find((run) => run.verdict === 'error');
    expect(broken?.error?.message).toMatch(/\w/);
    expect(broken?.failed_evaluations).toEqual([]);
    expect(reasons.filter((run) => run.verdict === 'pending').map((run) => run.status)).toEqual(['running']);
  });
});

describe('one run', () => {
  it('is read with its transcript, and the transcript alone', async () => {
    const [failed] = (await rig.allRuns([session])).filter((run) => run.verdict === 'failed');
    const run = await rig.runs.get([idOf(failed?.ref)], rig.call);
    expect(run).toMatchObject({ ref: failed?.ref, session: `synthflow/session/${session}`, verdict: 'failed' });
    const { turns } = await rig.runs.transcript([idOf(failed?.ref)], rig.call);
    expect(turns).toEqual(run.transcript);
    expect(new Set(turns.map((turn) => turn.speaker))).toContain('caller');
    expect(turns.map((turn) => turn.index)).toEqual(turns.map((_, index) => index));
  });

  it('that goes on has no transcript and no recording yet', async () => {
    const [stuck] = (await rig.allRuns([session])).filter((run) => run.status === 'running');
    expect(await rig.runs.transcript([idOf(stuck?.ref)], rig.call)).toEqual({ turns: [] });
    await expect(rig.runs.recording?.([idOf(stuck?.ref)], rig.call)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('that is unknown is not found, with candidates', async () => {
    const problem = await rejection(rig.runs.get([UNKNOWN], rig.call));
    expect(problem).toMatchObject({ kind: 'not_found' });
    expect(problem).toHaveProperty('details.candidates.length', 5);
    expect(problem).toHaveProperty('details.candidates.0', expect.stringMatching(/^synthflow\/run\//));
  });

  it('is told apart from a session, and the other way round', async () => {
    const asRun = await rejection(rig.runs.get([session], rig.call));
    expect(asRun).toMatchObject({ kind: 'wrong_kind', details: { candidates: [`synthflow/session/${session}`] } });
    const [run] = await rig.allRuns([session]);
    const asSession = await rejection(rig.sessions.get([idOf(run?.ref)], rig.call));
    expect(asSession).toMatchObject({ kind: 'wrong_kind', details: { candidates: [`synthflow/session/${session}`] } });
  });

  it('with an id of the wrong form is not found either', async () => {
    await expect(rig.runs.get(['nonsense'], rig.call)).rejects.toMatchObject({
      kind: 'not_found',
      details: { vendor: { status: 422 } },
    });
    await expect(rig.sessions.get(['nonsense'], rig.call)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(rig.allRuns(['nonsense'])).rejects.toMatchObject({ kind: 'not_found' });
    await expect(rig.allRuns([UNKNOWN])).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('lists of sessions', () => {
  it('stand newest first, named by what they executed', async () => {
    const { items, total } = await rig.sessions.list({ limit: 20 }, rig.call);
    expect(total).toBe(items.length);
    const times = items.map((one) => one.created_at ?? '');
    expect(times).toEqual([...times].sort().reverse());
    expect(items.at(-1)).toMatchObject({ name: 'Bookings and changes', test: `synthflow/suite/${suite}` });
    expect(new Set(items.map((one) => one.name))).toContain('Urgent and sensitive calls');
    for (const one of items) sessionSchema.parse(one);
  });

  it('are filtered by test, status, agent and time', async () => {
    const all = (await rig.sessions.list({ limit: 50 }, rig.call)).items;
    const of = async (query: Partial<Parameters<typeof rig.sessions.list>[0]>) =>
      (await rig.sessions.list({ limit: 50, ...query }, rig.call)).items.map((one) => one.ref);
    const refs = (keep: (one: (typeof all)[number]) => boolean) => all.filter(keep).map((one) => one.ref);
    expect(await of({ test: { kind: 'suite', ids: [suite] } })).toEqual(
      refs((one) => one.name === 'Bookings and changes'),
    );
    const member = (await rig.tests.get('suite', [suite], rig.call)).members?.[0]?.ref;
    expect(await of({ test: { kind: 'case', ids: [idOf(member)] } })).toEqual(
      refs((one) => one.name === 'Bookings and changes'),
    );
    expect(await of({ status: 'running' })).toEqual(refs((one) => one.status === 'running'));
    const urgent = refs((one) => one.agent === 'Bright Harbor Dental urgent line');
    expect(await of({ agent: 'bright harbor dental URGENT line' })).toEqual(urgent);
    expect(await of({ agent: '1726005822670-239735712159542050' })).toEqual(urgent);
    expect(await of({ until: '2026-11-22T02:00:00Z' })).toHaveLength(3);
    expect(await of({ since: '2026-11-22T09:00:00Z' })).toEqual(
      refs((one) => (one.created_at ?? '') > '2026-11-22T09'),
    );
  });

  it('go on where they stopped, filtered or not', async () => {
    for (const query of [{}, { status: 'completed' as const }]) {
      const whole = (await rig.sessions.list({ limit: 50, ...query }, rig.call)).items.map((one) => one.ref);
      const pieces: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await rig.sessions.list({ limit: 2, ...query, ...(cursor ? { cursor } : {}) }, rig.call);
        pieces.push(...page.items.map((one) => one.ref));
        cursor = page.next;
      } while (cursor);
      expect([...pieces].sort()).toEqual([...whole].sort());
    }
  });

  it('have no total when only some of them were looked for', async () => {
    expect((await rig.sessions.list({ limit: 1, status: 'completed' }, rig.call)).total).toBeUndefined();
  });

  it('learn of a new name within minutes', async () => {
    const rename = (name: string) => rig.author.updateSuite(suite, { name });
    await rename('Renamed');
    expect((await rig.sessions.get([session], rig.call)).name).toBe('Bookings and changes');
    rig.pass(301);
    expect((await rig.sessions.get([session], rig.call)).name).toBe('Renamed');
    await rename('Bookings and changes');
    rig.pass(301);
  });

  it('say so when an agent or a suite is unknown', async () => {
    await expect(rig.sessions.list({ limit: 5, agent: 'Nobody at all' }, rig.call)).rejects.toMatchObject({
      kind: 'not_found',
      details: {
        candidates: expect.arrayContaining([
          expect.stringMatching(/^synthflow\/agent\/\S+ "Bright Harbor Dental receptionist"$/),
        ]),
      },
    });
    await expect(
      rig.sessions.list({ limit: 5, test: { kind: 'suite', ids: [UNKNOWN] } }, rig.call),
    ).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('a big session', () => {
  it('is counted instead of fetched, and its runs are walked page by page', async () => {
    const big = await startRig({ scale: 450 });
    try {
      const { items } = await big.sessions.list({ limit: 10 }, big.call);
      const largest = items.find((one) => one.counts.runs === 450);
      const id = [idOf(largest?.ref)];
      const got = await big.sessions.get(id, big.call);
      expect(got).toMatchObject({ status: 'completed', counts: { runs: 450, uncounted: 450 } });
      expect(got.pass_rate).toBeUndefined();
      expect(big.sent.get('GET /simulations/session/{simulation_session_id}')).toBeUndefined();
      const before = big.sent.get('GET /simulations') ?? 0;
      const { opened, runs, coverage } = await big.read(id);
      expect(new Set(runs.map((run) => run.ref)).size).toBe(450);
      expect(coverage).toEqual({ complete: true, expected: 450, read: 450 });
      expect(opened.counters).toEqual({ broken: 0 });
      // Three to count it, five pages.
      expect((big.sent.get('GET /simulations') ?? 0) - before).toBe(8);
      // Repetitions of a test are numbered: all of it was there to be ordered.
      expect(runs.every((run) => run.iteration !== undefined)).toBe(true);
    } finally {
      await big.close();
    }
  });

  it('beside a small one does not make the small one big when the vendor ignores the filter', async () => {
    const big = await startRig({ scale: 300 });
    try {
      const small = (await big.sessions.list({ limit: 10 }, big.call)).items.find((one) => one.counts.runs === 8);
      // A provider that has not seen the list does not know the sizes.
      const fresh = big.configure({ SYNTHFLOW_API_KEY: 'sandbox-synthflow-key', SYNTHFLOW_BASE_URL: big.url });
      big.switches.session_filter = 'ignored';
      const got = await fresh.sessions?.get([idOf(small?.ref)], big.call);
      expect(got?.counts).toEqual(small?.counts);
    } finally {
      await big.close();
    }
  });

  it('that embeds only a part has the rest uncounted', async () => {
    const big = await startRig({ scale: 150 });
    try {
      big.switches.embed_at_most = 100;
      const { items } = await big.sessions.list({ limit: 10 }, big.call);
      const largest = items.find((one) => one.counts.runs === 150);
      expect(largest?.counts).toMatchObject({ runs: 150, uncounted: 50 });
      expect(await big.allRuns([idOf(largest?.ref)])).toHaveLength(150);
    } finally {
      await big.close();
    }
  });
});

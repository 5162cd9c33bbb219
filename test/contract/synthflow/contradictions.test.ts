/** Every point that the vendor leaves open or contradicts itself on: each reading is understood. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/model/schemas.ts';
import type { ListEndpoint } from '../../../src/providers/shared/endpoint.ts';
import { collect, walk } from '../../../src/providers/shared/pages.ts';
import { ENDPOINTS } from '../../../src/providers/synthflow/endpoints.ts';
import { defaultSwitches, type SynthflowSwitches } from '../../../src/sandbox/dialects/synthflow/switches.ts';
import { idOf, type Rig, rejection, startRig } from './harness.ts';

const { signal } = new AbortController();

let rig: Rig;
let suite = '';
let agent = '';
let session: string[] = [];
/** The session read with every switch as it is by default. */
let usual: Run[] = [];
beforeAll(async () => {
  rig = await startRig({ outcomes: { 'book-cleaning': 'broken' } });
  const { items } = await rig.tests.list({ kind: 'suite', search: 'bookings', limit: 5 }, rig.call);
  suite = idOf(items[0]?.ref);
  agent = rig.engine.suites[0]?.agent ?? '';
  [{ session = [] } = {}] = await rig.startAll({ test: { kind: 'suite', ids: [suite] } });
  rig.pass(600);
  usual = await rig.allRuns(session, 'reasons');
});
afterEach(() => void Object.assign(rig.switches, defaultSwitches()));
afterAll(() => rig.close());

function turn<K extends keyof SynthflowSwitches>(name: K, value: SynthflowSwitches[K]): void {
  rig.switches[name] = value;
}
const failedRun = () => idOf(usual.find((run) => run.verdict === 'failed')?.ref);
const page = (row: ListEndpoint) => rig.api.list(row, { signal }).fetch({ offset: 0, size: 100 });
const read = (id: string) => rig.api.one(ENDPOINTS.getSuite, { params: { suite_id: id }, signal });
const execute = (id = '') =>
  rig.api.one(ENDPOINTS.executeSuite, { params: { suite_id: id }, query: { target_agent_id: agent }, signal });
const newCase = (name: string) => ({
  name,
  prompt: 'You book a cleaning.',
  type: 'custom',
  success_criteria: ['The agent greets the caller.'],
  call_success_type: 'all',
  suite_id: suite,
});

describe('envelopes', () => {
  it.each(['documented', 'uniform'] as const)(
    '%s: created case, execution, all lists and deletes are understood',
    async (form) => {
      turn('envelopes', form);
      const created = await rig.author.createCase(newCase('Nested'));
      expect(created.name).toBe('Nested');
      const executed = await execute(suite);
      expect(executed).toMatchObject({ session_id: expect.stringMatching(/-/), total_cases: 9 });
      expect((await page(ENDPOINTS.listSuites)).total).toBe(3);
      expect((await page(ENDPOINTS.listSimulations)).total).toBeGreaterThan(9);
      await rig.author.deleteCase(created.simulation_case_id ?? '');
    },
  );

  it('the status of the envelope may be a number', async () => {
    turn('envelope_status', 'number');
    expect(await rig.sessions.get(session, rig.call)).toMatchObject({ status: 'completed' });
  });

  it.each([204, 200] as const)('a delete may be answered with %i', async (reply) => {
    turn('delete_reply', reply);
    const { id = '' } = await rig.author.createSuite({ name: 'x', model_id: agent });
    await rig.author.deleteSuite(id);
    await expect(read(id)).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('optional fields', () => {
  it.each(['null', 'absent'] as const)('%s: a run is still a run, with its verdict', async (form) => {
    turn('optional_fields', form);
    const runs = await rig.allRuns(session, 'reasons');
    expect(runs.map((run) => run.verdict).sort()).toEqual(usual.map((run) => run.verdict).sort());
    const run = await rig.runs.get([failedRun()], rig.call);
    expect(run).toMatchObject({ verdict: 'failed', agent });
    expect(run.name).toBeUndefined();
    // Without the criteria nobody can say which of them an evaluation belongs to.
    expect(run.evaluations.map((one) => one.name)).toEqual(
      run.evaluations.map((_, index) => `criterion ${index + 1} (unpaired)`),
    );
    // It was executed to its end, so that there was a conversation: that it has no turns is not known.
    await expect(rig.runs.transcript([failedRun()], rig.call)).rejects.toMatchObject({
      kind: 'unreadable',
      message: expect.stringContaining('could not be read'),
    });
    const tests = await rig.tests.list({ limit: 100 }, rig.call);
    expect(tests.items).toHaveLength(28);
    expect((await rig.start.plan({ test: { kind: 'suite', ids: [suite] }, repeat: 1 }, rig.call)).runs).toBe(8);
  });

  it('a case without an agent is started on the agent of its suite', async () => {
    turn('optional_fields', 'null');
    const [member] = (await rig.tests.get('suite', [suite], rig.call)).members ?? [];
    const plan = await rig.start.plan({ test: { kind: 'case', ids: [idOf(member?.ref)] }, repeat: 1 }, rig.call);
    expect(plan.agent).toBe(agent);
  });
});

describe('verdicts', () => {
  it('a completed run without its analysis is scored first, then inconclusive', async () => {
    turn('analysis', 'never');
    const [{ session: fresh = [] } = {}] = await rig.startAll({ test: { kind: 'suite', ids: [suite] } });
    rig.pass(90);
    const scoring = await rig.sessions.get(fresh, rig.call);
    expect(scoring).toMatchObject({ status: 'scoring', counts: { error: 1, pending: 7 } });
    rig.pass(300);
    expect(await rig.sessions.get(fresh, rig.call)).toMatchObject({
      status: 'completed',
      counts: { inconclusive: 7, error: 1 },
    });
    expect((await rig.allRuns(fresh)).flatMap((run) => run.failed_evaluations)).toEqual([]);
  });

  it('an analysis that lags is waited for; one that comes at once is taken at once', async () => {
    const [{ session: fresh = [] } = {}] = await rig.startAll({ test: { kind: 'suite', ids: [suite] } });
    const seen = { lagging: 0, early: 0 };
    for (let second = 0; second < 120; second += 3) {
      rig.pass(3);
      turn('analysis', 'lags');
      seen.lagging += (await rig.allRuns(fresh)).filter((run) => run.status === 'scoring').length;
      turn('analysis', 'at_once');
      seen.early += (await rig.allRuns(fresh)).filter((run) => run.status === 'scoring').length;
    }
    expect(seen.lagging).toBeGreaterThan(0);
    expect(seen.early).toBe(0);
    expect(await rig.sessions.get(fresh, rig.call)).toMatchObject({ status: 'completed', counts: { pending: 0 } });
  });

  it.each(['shorter', 'longer'] as const)(
    '%s: evaluations that do not match the criteria keep to themselves',
    async (form) => {
      turn('evaluations', form);
      const run = await rig.runs.get([failedRun()], rig.call);
      const before = usual.find((one) => idOf(one.ref) === failedRun());
      expect(run.evaluations).toHaveLength((before?.evaluations.length ?? 0) + (form === 'shorter' ? -1 : 1));
      expect(run.evaluations.every((one) => one.name.endsWith('(unpaired)'))).toBe(true);
      expect(run.verdict).toBe('failed');
    },
  );

  it('no evaluations at all leave the criteria unscored and the verdict as it is', async () => {
    turn('evaluations', 'none');
    const run = await rig.runs.get([failedRun()], rig.call);
    expect(run.verdict).toBe('failed');
    expect(run.evaluations.length).toBeGreaterThan(0);
    expect(run.evaluations.every((one) => one.verdict === 'unscored')).toBe(true);
  });

  it.each([
    ['object', { message: expect.stringMatching(/\w/), code: '500', type: expect.any(String) }],
    ['text', { message: expect.stringMatching(/\w/) }],
    ['null', undefined],
  ] as const)('error_info as %s: the run broke all the same', async (form, error) => {
    turn('error_info', form);
    const broken = (await rig.allRuns(session, 'reasons')).find((run) => run.verdict === 'error');
    expect(broken?.status).toBe('failed');
    expect(broken?.error).toEqual(error);
  });

  it.each(['underscore', 'unheard_of'] as const)('status words %s: judged runs are over', async (form) => {
    turn('status_words', form);
    const runs = await rig.allRuns(session);
    expect(runs.filter((run) => run.status === 'completed')).toHaveLength(7);
    expect(runs.find((run) => run.status === 'completed')?.vendor_status).not.toBe('completed');
  });

  it('counters that add up to nonsense do not change what the runs say', async () => {
    turn('counters', 'example');
    expect((await rig.sessions.get(session, rig.call)).counts).toMatchObject({ runs: 8, error: 1, pending: 0 });
    // They are told from the runs, and held against them.
    const { runs, coverage } = await rig.read(session);
    expect(runs).toHaveLength(8);
    expect(coverage.complete).toBe(false);
    expect(coverage.gaps?.map(({ kind }) => kind)).toEqual(['surplus', 'counters_disagree']);
  });
});

describe('timelines', () => {
  const spoken = async () => (await rig.runs.transcript([failedRun()], rig.call)).turns;

  it.each(['text', 'milliseconds'] as const)('timestamps as %s give the same seconds', async (form) => {
    const before = await spoken();
    turn('timestamps', form);
    expect(await spoken()).toEqual(before);
  });

  it.each(['epoch', 'dates'] as const)('timestamps as %s count from the first turn', async (form) => {
    const before = await spoken();
    turn('timestamps', form);
    const first = before[0]?.at_seconds ?? 0;
    for (const [index, turn] of (await spoken()).entries()) {
      expect(turn.at_seconds).toBeCloseTo((before[index]?.at_seconds ?? 0) - first, 2);
    }
  });

  it('without timestamps the turns keep their order', async () => {
    const before = await spoken();
    turn('timestamps', 'absent');
    const after = await spoken();
    expect(after.map((one) => one.text)).toEqual(before.map((one) => one.text));
    expect(after.every((one) => one.at_seconds === undefined)).toBe(true);
  });

  it.each(['bot_human', 'assistant_persona'] as const)('the words %s mean the same speakers', async (form) => {
    const before = await spoken();
    turn('sender_types', form);
    expect((await spoken()).map((one) => one.speaker)).toEqual(before.map((one) => one.speaker));
  });

  it('words that nobody knows leave the speaker unknown', async () => {
    turn('sender_types', 'unheard_of');
    expect(new Set((await spoken()).map((one) => one.speaker))).toEqual(new Set(['unknown']));
  });

  it.each([
    ['url', true],
    ['none', undefined],
    ['nonsense', undefined],
  ] as const)('a recording that is %s', async (form, has) => {
    turn('recordings', form);
    expect((await rig.runs.get([failedRun()], rig.call)).has_recording).toBe(has);
    if (has)
      expect(await rig.runs.recording?.([failedRun()], rig.call)).toMatchObject({
        url: expect.stringMatching(/^http:.*\.wav$/),
      });
    else await expect(rig.runs.recording?.([failedRun()], rig.call)).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('lists', () => {
  const refs = (runs: readonly Run[]) => runs.map((run) => run.ref);

  it.each([400, 404, 422, 'empty'] as const)('past the end of a list: %s', async (form) => {
    turn('page_past_end', form);
    const list = rig.api.list(ENDPOINTS.listCases, { signal }, 10);
    const { rows, coverage } = await collect(
      // Without a count, only the page behind the last one tells that it was the last.
      walk({ ...list, fetch: async (place) => ({ ...(await list.fetch(place)), total: undefined }) }),
    );
    expect(new Set(rows.map((one) => one.simulation_case_id)).size).toBe(25);
    expect(coverage).toMatchObject({ complete: true, read: 25 });
  });

  it.each([
    ['page_size_over', 422, 20],
    ['page_size_over', 400, 20],
    ['page_size_over', 'clamp', 20],
    ['page_size_over', 'clamp', 3],
  ] as const)('%s %s above %i still shows everything once', async (name, form, biggest) => {
    turn(name, form);
    turn('biggest_page', biggest);
    expect(refs(await rig.allRuns(session)).sort()).toEqual(refs(usual).sort());
    const tests = await rig.tests.list({ kind: 'case', limit: 100 }, rig.call);
    expect(new Set(tests.items.map((one) => one.ref)).size).toBe(25);
  });

  it.each(['oldest', 'shuffled'] as const)(
    'in the order %s, runs come sorted and sessions newest first',
    async (order) => {
      turn('order', order);
      expect(refs(await rig.allRuns(session))).toEqual(refs(usual));
      const times = (await rig.sessions.list({ limit: 20 }, rig.call)).items.map((one) => one.created_at ?? '');
      expect(times).toEqual([...times].sort().reverse());
    },
  );

  it('null instead of a list is an empty list', async () => {
    turn('empty_lists', 'null');
    expect(await rig.tests.list({ limit: 5, search: 'nothing like it' }, rig.call)).toEqual({
      items: [],
      coverage: { complete: true, expected: 0, read: 0 },
    });
    await expect(rig.allRuns(['00000000-0000-4000-8000-000000000000'])).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('one malformed item does not spoil a list', async () => {
    turn('malformed_item', true);
    const { runs, coverage } = await rig.read(session);
    expect(refs(runs).sort()).toEqual(refs(usual).sort());
    expect(coverage).toMatchObject({ complete: false, read: 8, unreadable: 1 });
    const suites = await rig.tests.list({ kind: 'suite', limit: 10 }, rig.call);
    expect(suites).toMatchObject({ items: { length: 3 }, coverage: { complete: false, unreadable: 1 } });
    const sessions = await rig.sessions.list({ limit: 50 }, rig.call);
    expect(sessions.items.length).toBeGreaterThan(3);
    expect(sessions.coverage).toMatchObject({ complete: false, unreadable: 1 });
  });

  it('a session filter that is ignored does not mix sessions up', async () => {
    turn('session_filter', 'ignored');
    const { runs, coverage } = await rig.read(session);
    expect(refs(runs).sort()).toEqual(refs(usual).sort());
    expect(coverage).toMatchObject({ complete: true, expected: 8, read: 8 });
    expect((await rig.sessions.get(session, rig.call)).counts.runs).toBe(8);
  });

  it('a session listed with only the runs that match the dates has its other runs uncounted', async () => {
    const [{ session: joined = [] } = {}] = await rig.startAll({ test: { kind: 'suite', ids: [suite] } });
    rig.pass(600);
    const since = new Date(rig.now()).toISOString();
    const [member] = (await rig.tests.get('suite', [suite], rig.call)).members ?? [];
    await rig.api.one(ENDPOINTS.startSimulation, {
      body: { simulation_case_id: idOf(member?.ref), target_agent_id: agent, simulation_session_id: joined[0] ?? '' },
      signal,
    });
    for (const [form, uncounted] of [
      ['all', undefined],
      ['matching', 7],
    ] as const) {
      turn('session_items', form);
      const { items } = await rig.sessions.list({ limit: 10, since }, rig.call);
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ status: 'running', counts: { runs: 9, pending: 1 } });
      expect(items[0]?.counts.uncounted).toBe(uncounted);
    }
  });
});

describe('definitions', () => {
  it.each(['ignored', 'clears'] as const)(
    'what is not changed is left out of an update, so null (%s) never matters',
    async (form) => {
      turn('put_null', form);
      const { simulation_case_id: id = '' } = await rig.author.createCase(newCase('Kept'));
      const changed = await rig.author.updateCase(id, { name: 'Renamed' });
      expect(changed).toMatchObject({
        name: 'Renamed',
        suite_id: suite,
        success_criteria: ['The agent greets the caller.'],
      });
      await rig.author.deleteCase(id);
    },
  );

  it.each([
    ['keeps_cases', true],
    ['detaches_cases', true],
    ['deletes_cases', false],
  ] as const)('deleting a suite %s', async (form, stays) => {
    turn('suite_deletion', form);
    const made = await rig.author.createSuite({ name: 'Doomed', model_id: agent });
    const { simulation_case_id: id = '' } = await rig.author.createCase({
      ...newCase('Orphan'),
      suite_id: made.id ?? '',
    });
    await rig.author.deleteSuite(made.id ?? '');
    const read = rig.tests.get('case', [id], rig.call);
    if (stays) expect(await read).toMatchObject({ name: 'Orphan' });
    else await expect(read).rejects.toMatchObject({ kind: 'not_found' });
    // A case whose suite is gone can still be started, because it names its agent.
    if (stays)
      expect((await rig.start.plan({ test: { kind: 'case', ids: [id] }, repeat: 1 }, rig.call)).agent).toBeTruthy();
    if (stays) await rig.author.deleteCase(id);
  });

  it.each([
    [400, 'rejected'],
    ['starts', 'queued'],
  ] as const)('executing an empty suite: %s', async (form, outcome) => {
    turn('empty_suite', form);
    const made = await rig.author.createSuite({ name: 'Empty', model_id: agent });
    const executing = execute(made.id);
    if (outcome === 'rejected') await expect(executing).rejects.toMatchObject({ kind: 'invalid_input' });
    // A session without runs is one that has not begun, and reading it is no error.
    else {
      const ids = [(await executing).session_id ?? ''];
      expect(await rig.sessions.get(ids, rig.call)).toMatchObject({ status: outcome, counts: { runs: 0 } });
      expect(await rig.allRuns(ids)).toEqual([]);
    }
    await rig.author.deleteSuite(made.id ?? '');
  });

  it('a session whose cases are gone keeps its results and loses its name', async () => {
    const made = await rig.author.createSuite({ name: 'Short-lived', model_id: agent });
    const ids: string[] = [];
    for (const name of ['One', 'Two']) {
      const { simulation_case_id = '' } = await rig.author.createCase({ ...newCase(name), suite_id: made.id ?? '' });
      ids.push(simulation_case_id);
    }
    const executed = await execute(made.id);
    for (const id of ids) await rig.author.deleteCase(id);
    rig.pass(600);
    const got = await rig.sessions.get([executed.session_id ?? ''], rig.call);
    expect(got.counts).toMatchObject({ runs: 2, pending: 0 });
    expect(got.name).toBeUndefined();
    expect(got.test).toBeUndefined();
  });
});

describe('generating cases', () => {
  const generate = () => rig.author.generateCases({ agent_id: agent, include_tests: ['angry_user'] });

  it('a stream that is cut off gives what came, the rest of a line as text', async () => {
    turn('generate', 'cut_off');
    const lines = await generate();
    expect(lines.slice(0, 2)).toMatchObject([{ event: 'progress' }, { event: 'result' }]);
    expect(lines.at(-1)).toMatch(/^\{"event":"done"/);
  });

  it('noise between the lines is handed through as text, empty lines are not', async () => {
    turn('generate', 'with_noise');
    const lines = await generate();
    expect(lines[0]).toBe(': keep-alive');
    expect(lines).toHaveLength(4);
  });

  it('a JSON string instead of a stream is one value', async () => {
    turn('generate', 'json_text');
    expect(await generate()).toEqual([expect.stringMatching(/^\{"event":"progress"/)]);
  });

  it.each([
    ['saved', 1],
    ['proposed', 0],
  ] as const)('%s cases are there when one looks again', async (form, more) => {
    turn('generated_cases', form);
    const before = (await page(ENDPOINTS.listCases)).total ?? 0;
    await generate();
    expect((await page(ENDPOINTS.listCases)).total).toBe(before + more);
  });
});

describe('errors', () => {
  it.each([
    'documented',
    'detail_text',
    'validation',
    'message',
    'error_text',
    'gateway',
    'nested_objects',
    'plain_text',
  ] as const)('the message of an error of the form %s is found', async (form) => {
    turn('errors', form);
    const problem = await rejection(read('none'));
    expect(problem).toMatchObject({ kind: 'not_found', details: { vendor: { status: 404 } } });
    expect(problem).toHaveProperty('details.vendor.message', expect.stringContaining('Simulation suite not found'));
  });

  it('request id and category are kept, and an empty error is still one', async () => {
    const problem = await rejection(read('none'));
    expect(problem).toMatchObject({
      details: { vendor: { code: 'not_found', request_id: expect.stringMatching(/^req_/) } },
    });
    turn('errors', 'empty');
    await expect(rig.tests.get('suite', ['none'], rig.call)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('the field that the vendor complains about is named', async () => {
    const problem = await rejection(rig.author.createCase({ ...newCase(''), suite_id: undefined }));
    expect(problem).toMatchObject({ kind: 'invalid_input', details: { vendor: { status: 422, field: 'name' } } });
  });

  it('a key of another region is refused with the host and the other regions', async () => {
    expect(await rig.provider.check(rig.call)).toMatchObject({ ok: true });
    turn('region', 'wrong');
    const check = await rig.provider.check(rig.call);
    expect(check.ok).toBe(false);
    expect(check.problem).toMatch(/127\.0\.0\.1:\d+ refused the key/);
    expect(check.problem).toMatch(/global \(api\.synthflow\.ai\).*us.*eu/);
    await expect(rig.sessions.list({ limit: 1 }, rig.call)).rejects.toMatchObject({ kind: 'unauthorized' });
  });

  it('a wrong key, and a base URL with or without /v2 and slashes', async () => {
    const key = { SYNTHFLOW_API_KEY: 'sandbox-synthflow-key' };
    for (const base of [rig.url, `${rig.url}/`, `${rig.url}/v2`, `${rig.url}/v2/`]) {
      const provider = rig.configure({ ...key, SYNTHFLOW_BASE_URL: base });
      expect(await provider.check(rig.call)).toMatchObject({ ok: true });
    }
    const stranger = rig.configure({ SYNTHFLOW_API_KEY: 'wrong', SYNTHFLOW_BASE_URL: rig.url });
    expect((await stranger.check(rig.call)).ok).toBe(false);
  });
});

/** Every tool on every provider over stdio, and equal facts in equal words: the same agent, callers and defects stand behind all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { readingOffers } from '../support/next-calls.ts';
import { NEEDED_TO_START, rowEach, VENDORS } from '../support/platforms.ts';
import { soundIn } from '../support/sound.ts';

interface Place {
  /** What starts one conversation per case of the suite. */
  suite: boolean;
  cancels: boolean;
  recordings: boolean;
}

const PLACES = rowEach<Place>('PLACES of test/e2e/providers.test.ts', {
  synthflow: { suite: true, cancels: false, recordings: true },
  cognigy: { suite: false, cancels: true, recordings: false },
  coval: { suite: true, cancels: true, recordings: true },
  futureagi: { suite: true, cancels: true, recordings: true },
});

/** What must come out on every platform for the suite "Bookings and changes" with the playbook as shipped. */
const FAILING = [
  'Book a cleaning',
  'Caller without a fixed time',
  'Chipped tooth, wants to come today',
  'Move an appointment on short notice',
  'Spanish caller books a check-up',
  'Two children, two appointments',
  'When is my appointment?',
];
const PASSING = ['Opening hours'];

let server: Connected;
beforeAll(async () => {
  server = await connect({ args: ['serve', '--sandbox', '--speed', '200'], env: { AGENT_SIM_CONFIRM: 'off' } });
});
afterAll(() => server.close());

async function ok(tool: string, args: Record<string, unknown>): Promise<Answer> {
  const answer = await server.call(tool, args);
  expect(answer.isError, `${tool} ${JSON.stringify(args)}: ${answer.text}`).toBe(false);
  expect(answer.data.sandbox).toBe(true);
  expect(Object.keys(answer.data)[0]).toBe('untrusted');
  return answer;
}

async function settle(session: string): Promise<Answer> {
  for (let tries = 0; tries < 12; tries += 1) {
    const waited = await ok('wait_for_session', { session, timeout_seconds: 20 });
    if (waited.data.done === true) return waited;
  }
  throw new Error(`${session} did not finish.`);
}

describe.each(VENDORS)('%s', (provider) => {
  const { suite, cancels, recordings } = PLACES[provider];
  const extra = NEEDED_TO_START[provider];
  const sessions: string[] = [];

  it('lists what it can do', async () => {
    const { data } = await ok('list_providers', { check: true });
    const entry = list(data.providers).find((one) => at(one, 'id') === provider);
    expect(entry).toMatchObject({ configured: true, sandbox: true, key_accepted: true });
    expect(list(at(entry, 'capabilities')).includes('cancel')).toBe(cancels);
  });

  it('lists and shows tests', async () => {
    const cases = list((await ok('list_tests', { provider, kind: 'case', search: 'Book a cleaning' })).data.tests);
    expect(cases.map((one) => at(one, 'name'))).toContain('Book a cleaning');
    const detail = (await ok('get_test', { test: text(at(cases[0], 'ref')) })).data.test;
    expect(at(detail, 'name')).toBe('Book a cleaning');
    expect(text(at(detail, 'caller')).length).toBeGreaterThan(10);
  });

  it('starts, follows and counts the same facts', async () => {
    if (suite) {
      const suites = list((await ok('list_tests', { provider, kind: 'suite' })).data.tests);
      const test = suites.find((one) => at(one, 'name') === 'Bookings and changes');
      const args = { test: text(at(test, 'ref')), ...extra };
      const plan = await ok('start_simulation', { ...args, dry_run: true });
      expect(plan.data).toMatchObject({ outcome: 'planned', plan: { runs: 8 } });
      const started = await ok('start_simulation', args);
      expect(started.data.outcome).toBe('started');
      sessions.push(text(started.data.session));
      const waited = await settle(text(started.data.session));
      expect(at(at(waited.data.session, 'counts'), 'runs')).toBe(8);
    } else {
      for (const name of [...FAILING, ...PASSING]) {
        const found = list((await ok('list_tests', { provider, kind: 'case', search: name })).data.tests);
        const started = await ok('start_simulation', {
          test: text(
            at(
              found.find((one) => at(one, 'name') === name),
              'ref',
            ),
          ),
          ...extra,
        });
        sessions.push(text(started.data.session));
      }
      for (const session of sessions) await settle(session);
    }
    const runs = (await Promise.all(sessions.map((session) => ok('list_runs', { session, limit: 100 })))).flatMap(
      (answer) => list(answer.data.runs),
    );
    const named = (verdict: string) =>
      runs
        .filter((run) => at(run, 'verdict') === verdict)
        .map((run) => text(at(run, 'name')))
        .sort();
    expect(named('failed')).toEqual(FAILING);
    expect(named('passed')).toEqual(PASSING);
  });

  it('digests a session with every failed run', async () => {
    const { data, text: words } = await ok('get_session', { session: sessions[0] });
    const counts = at(data.session, 'counts');
    expect(at(counts, 'failed')).toBe(suite ? 7 : 1);
    expect(Number(at(counts, 'failed'))).toBe(list(data.failed_runs).length + Number(data.omitted_failed_runs ?? 0));
    expect(words).toContain(sessions[0]);
  });

  it('reads a failed run, its failing turn and its transcript', async () => {
    const [run] = list((await ok('list_runs', { session: sessions[0], verdict: 'failed' })).data.runs);
    const ref = text(at(run, 'ref'));
    const read = await ok('get_run', { run: ref });
    const failed = list(read.data.evaluations).filter((one) => at(one, 'verdict') === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    for (const one of failed) expect(text(at(one, 'reason')).length).toBeGreaterThan(10);
    expect(list(read.data.excerpt).length).toBeGreaterThan(0);
    const whole = await ok('get_transcript', { run: ref, limit: 100 });
    expect(list(whole.data.turns).length).toBeGreaterThan(5);
    expect(list(whole.data.turns).some((turn) => at(turn, 'speaker') === 'agent')).toBe(true);
    expect(list(whole.data.turns).some((turn) => at(turn, 'speaker') === 'caller')).toBe(true);
    const window = await ok('get_transcript', { run: ref, around: 'failure', limit: 3 });
    expect(list(window.data.turns)).toHaveLength(3);
    expect(Number(window.data.omitted_before ?? 0) + Number(window.data.omitted_after ?? 0) + 3).toBe(
      list(whole.data.turns).length,
    );
  });

  it('searches transcripts', async () => {
    const { data } = await ok('search_transcripts', {
      session: sessions[0],
      query: 'appointment OR cleaning'.split(' ')[2],
    });
    expect(data.runs_searched).toBe(data.runs_total);
    expect(list(data.matches).length).toBeGreaterThan(0);
  });

  it('says why it failed, with evidence', async () => {
    const { data } = await ok('get_failure_clusters', { session: sessions[0] });
    const clusters = list(data.clusters);
    expect(clusters.length).toBeGreaterThan(0);
    for (const cluster of clusters) {
      expect(text(at(cluster, 'title')).length).toBeGreaterThan(3);
      expect(list(at(cluster, 'runs')).length).toBeGreaterThan(0);
      expect(list(at(cluster, 'evidence')).length).toBeGreaterThan(0);
    }
  });

  it('lists sessions, newest first, with the one just made', async () => {
    const found = list((await ok('list_sessions', { provider, limit: 50 })).data.sessions);
    const refs = found.map((one) => at(one, 'ref'));
    for (const session of sessions) expect(refs).toContain(session);
    const times = found.map((one) => at(one, 'created_at')).filter((time) => typeof time === 'string');
    expect(times).toEqual([...times].sort().reverse());
  });

  it('compares two sessions of the same test', async () => {
    const again = await ok('get_session', { session: sessions[0] });
    const test =
      at(again.data.session, 'test') ??
      at(list((await ok('list_runs', { session: sessions[0] })).data.runs)[0], 'test');
    const started = await ok('start_simulation', { test: text(test), ...extra, key: `again-${provider}` });
    await settle(text(started.data.session));
    const { data } = await ok('compare_sessions', { before: sessions[0], after: text(started.data.session) });
    expect(data).toMatchObject({ verdict: 'no clear difference', fixed: [], broken: [] });
    expect(data.matched).toBe(suite ? 8 : 1);
    expect(at(data.modes, 'resolved')).toEqual([]);
    expect(at(data.modes, 'new')).toEqual([]);
  });

  it(cancels ? 'cancels a running session and leaves an ended one alone' : 'says that it cannot cancel', async () => {
    const answer = await server.call('cancel_session', { session: sessions[0] });
    if (!cancels) {
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(/does not support stopping/);
      return;
    }
    expect(answer.data.outcome).toBe('already_ended');
  });

  it('suggests the closest ids for an unknown one', async () => {
    const known = sessions[0] ?? '';
    const wrong = `${known.slice(0, -1)}${known.endsWith('0') ? '1' : '0'}`;
    const answer = await server.call('get_session', { session: wrong });
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/not_found/);
  });

  it(recordings ? 'has recordings: sound as long as the call' : 'has no recordings', async () => {
    const [run] = list((await ok('list_runs', { session: sessions[0] })).data.runs);
    const uri = `simulation://${text(at(run, 'ref'))}/recording`;
    const read = server.client.readResource({ uri });
    if (!recordings) return expect(read).rejects.toThrow('does not support recordings');
    const { contents } = await read;
    expect(at(contents[0], 'mimeType')).toBe('audio/wav');
    const { seconds } = soundIn(Buffer.from(text(at(contents[0], 'blob')), 'base64'));
    const { turns } = (await ok('get_transcript', { run: text(at(run, 'ref')), limit: 200 })).data;
    const starts = list(turns).map((turn) => Number(at(turn, 'at_seconds') ?? 0));
    expect(seconds).toBeGreaterThanOrEqual(Math.max(...starts));
    return expect(seconds).toBeLessThan(Math.max(...starts) + 30);
  });
});

describe('all together', () => {
  it('lists the newest sessions of all platforms merged', async () => {
    const { data } = await ok('list_sessions', { limit: 40 });
    const found = list(data.sessions);
    const times = found.map((one) => at(one, 'created_at')).filter((time) => typeof time === 'string');
    expect(times).toEqual([...times].sort().reverse());
    expect(new Set(found.map((one) => at(one, 'provider'))).size).toBeGreaterThan(2);
  });

  it('offered next steps that are calls, and those that read work as they stand', async () => {
    const { made, faults } = await readingOffers(server);
    expect(faults).toEqual([]);
    expect(made).toBeGreaterThan(10);
  });
});

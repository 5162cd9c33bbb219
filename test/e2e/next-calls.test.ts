/**
 * Every next step of an answer is a call that works as it stands: tools are called in the states that they can be in, and
 * what their answers offer is made on the sandbox, with what that offers in turn.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { followingCalls } from '../support/next-calls.ts';

const refOf = (items: unknown, index = 0) => text(at(list(items)[index], 'ref'));

describe.each(PROVIDERS.map(({ id }) => id))('next steps on %s', (provider) => {
  let server: Connected;
  beforeAll(async () => {
    server = await connect({ args: ['serve', '--sandbox', '--speed', '5000'] });
  });
  afterAll(() => server.close());

  it('of reading', async () => {
    const { call, followed } = await followingCalls(server);
    await call('list_providers');
    await call('list_providers', { check: true });
    for (const kind of ['suite', 'case'] as const) {
      const { tests } = (await call('list_tests', { provider, kind })).data;
      if (list(tests).length > 0) await call('get_test', { test: refOf(tests) });
    }
    await call('list_tests', { provider, search: 'no test is called so' });
    await call('list_sessions', { provider, since: '2100-01-01T00:00:00Z' });
    const { sessions } = (await call('list_sessions', { provider })).data;
    for (const session of [
      refOf(sessions),
      list(sessions)
        .slice(0, 2)
        .map((one) => text(at(one, 'ref')))
        .join(','),
    ]) {
      for (const tool of ['get_session', 'list_runs', 'list_failures', 'get_failure_clusters', 'wait_for_session'])
        await call(tool, { session });
      for (const query of ['appointment', 'zzz qqq', '"no such phrase" OR nothing'])
        await call('search_transcripts', { session, query });
      for (const verdict of ['failed', 'passed', 'inconclusive', 'error'])
        for (const run of list((await call('list_runs', { session, verdict })).data.runs).slice(0, 1)) {
          await call('get_run', { run: text(at(run, 'ref')) });
          await call('get_transcript', { run: text(at(run, 'ref')), limit: 2 });
        }
    }
    const [first, second] = [refOf(sessions), refOf(sessions, 1)];
    await call('compare_sessions', { before: second, after: first });
    await call('compare_sessions', { before: first, after: second });
    await call('compare_sessions', { before: first, after: second, match: 'name' });
    const pool = (from: number) => [refOf(sessions, from), refOf(sessions, from + 1)].join(',');
    if (list(sessions).length > 3) await call('compare_sessions', { before: pool(2), after: pool(0) });
    await call('get_trend', { test: text(at(list(sessions)[0], 'test')) });
    await call('get_trend', { test: text(at(list(sessions)[0], 'test')), since: '2100-01-01T00:00:00Z' });
    expect(followed.faults).toEqual([]);
    expect(followed.made).toBeGreaterThan(10);
  });

  it('of starting, waiting and stopping', async () => {
    const { call, followed } = await followingCalls(server);
    const suites = list((await call('list_tests', { provider, kind: 'suite' })).data.tests);
    const cases = list((await call('list_tests', { provider, kind: 'case' })).data.tests);
    const persona = provider === 'coval' ? 'Relaxed regular patient' : undefined;
    const test = refOf(suites.length > 0 ? suites : cases);
    const several = [...suites, ...cases].slice(0, 2).map((one) => text(at(one, 'ref')));
    for (const args of [
      { test },
      { test, repeat: 10 },
      { test: several.join(',') },
      { test: several.join(','), repeat: 10 },
    ]) {
      await call('start_simulation', { ...args, persona, dry_run: true });
      const started = await call('start_simulation', { ...args, persona });
      expect([started.isError, started.text]).toEqual([false, started.text]);
      // The same call once more: the session it started, and the call that really starts another.
      await call('start_simulation', { ...args, persona });
      await call('start_simulation', { ...args, persona, dry_run: true });
      const session = text(started.data.session ?? '');
      if (session) await call('wait_for_session', { session, timeout_seconds: 0 });
    }
    const keyed = await call('start_simulation', { test, persona, key: 'next-calls' });
    await call('start_simulation', { test, persona, key: 'next-calls' });
    if (keyed.data.session && provider !== 'synthflow')
      await call('cancel_session', { session: text(keyed.data.session) });
    expect(followed.faults).toEqual([]);
    expect(followed.made).toBeGreaterThan(5);
  });

  it('of a comparison whose agent was changed', async () => {
    const own = await connect({
      args: ['serve', '--sandbox', '--speed', '5000'],
      env: { AGENT_SIM_CONFIRM: 'off' },
    });
    try {
      const { call, followed } = await followingCalls(own);
      const { sessions } = (await own.call('list_sessions', { provider })).data;
      const file = text((await own.call('list_providers')).data.agent_file);
      const persona = provider === 'coval' ? 'Relaxed regular patient' : undefined;
      const before = list(sessions).find((one) => text(at(one, 'name')).startsWith('Urgent')) ?? list(sessions)[0];
      const transfers = '- When a caller asks for a person, transfer them.';
      writeFileSync(file, readFileSync(file, 'utf8').replace(/^- Handle every request .*/m, transfers));
      const started = await own.call('start_simulation', { test: text(at(before, 'test')), persona });
      const session = text(started.data.session);
      await own.call('wait_for_session', { session });
      const compared = await call('compare_sessions', { before: text(at(before, 'ref')), after: session });
      if (provider !== 'cognigy') expect(compared.data.repeat).toMatchObject({ times: expect.any(Number) });
      expect(followed.faults).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

it('next steps name only tools that the server serves', async () => {
  const server = await connect({
    args: ['serve', '--sandbox', '--read-only', '--exclude-tools', 'get_failure_clusters'],
  });
  try {
    const { tests } = (await server.call('list_tests', { provider: 'synthflow', kind: 'suite' })).data;
    await server.call('get_test', { test: refOf(tests) });
    const { sessions } = (await server.call('list_sessions', { provider: 'synthflow' })).data;
    await server.call('get_session', { session: refOf(sessions) });
    expect([...server.offered].filter((line) => /^(start_simulation|get_failure_clusters)\b/.test(line))).toEqual([]);
    expect(server.offered.size).toBeGreaterThan(1);
  } finally {
    await server.close();
  }
});

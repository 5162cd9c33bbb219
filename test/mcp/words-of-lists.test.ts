/** What answers say where something was asked for that is not there, on later pages of lists, and of unlike things. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { connectInMemory, type InMemory } from './in-memory.ts';

let process: InProcess;
let server: InMemory;
beforeAll(async () => {
  process = await openInProcess();
  server = await connectInMemory(process.context.registry);
});
afterAll(async () => {
  await server.close();
  await process.close();
});

const sessionsOf = async (args: Record<string, unknown>) => (await server.call('list_sessions', args)).data;
const refsOf = (data: unknown) => list(at(data, 'sessions')).map((one) => text(at(one, 'ref')));

describe('a list of sessions', () => {
  it('says which place a later page has, and of how many', async () => {
    const first = await sessionsOf({ limit: 20 });
    const second = await sessionsOf({ limit: 20, cursor: at(first, 'next_cursor') });
    expect(text(at(second, 'headline'))).toMatch(/^14 of 34 sessions, newest first, from 21\./);
    expect(second).toMatchObject({ from: 21, total: 34 });
    expect(first).not.toHaveProperty('from');
  });

  it('says that an answer has no room for more, and not where it shows as many as were asked for', async () => {
    const asked = async (limit: number) => text(at(await sessionsOf({ limit }), 'headline'));
    expect(await asked(100)).toContain('An answer has no room for more.');
    expect(await asked(5)).not.toContain('no room');
  });

  it('offers the causes of all its sessions that failed as one', async () => {
    const data = await sessionsOf({ provider: 'cognigy', limit: 5 });
    const [, offered = ''] = /session=(\S+) says why runs of these failed/.exec(list(at(data, 'next')).join(' ')) ?? [];
    const failed = list(at(data, 'sessions')).filter((one) => Number(at(at(one, 'counts'), 'failed') ?? 0) > 0);
    expect(offered.split(',')).toEqual(failed.map((one) => text(at(one, 'ref'))));
    expect(failed.length).toBeGreaterThan(1);
  });

  it('is empty, and says so, where a platform knows no agent of that name', async () => {
    const { data, said, isError } = await server.call('list_sessions', { agent: 'nobody' });
    expect([isError ?? false, said]).toEqual([false, expect.not.stringContaining('Incomplete')]);
    expect(data).toMatchObject({ sessions: [], coverage: { complete: true } });
    expect(said).toContain('knows no agent of that id or name');
  });
});

describe('a list of runs', () => {
  it.each([
    ['evaluation', 'No evaluation of these runs has that in its name'],
    ['test', 'No case of these runs has that in its name'],
  ])('says that no %s is named so', async (filter, words) => {
    const [session = ''] = refsOf(await sessionsOf({ provider: 'coval' }));
    const none = await server.call('list_runs', { session, [filter]: 'nothing is named so' });
    expect(none.said).toContain(words);
    expect(none.data).toMatchObject({ unknown: [filter], total: 0 });
    const known = filter === 'test' ? 'tooth' : 'urgent';
    expect((await server.call('list_runs', { session, [filter]: known })).said).not.toContain(words);
  });
});

describe('a name where a reference is wanted', () => {
  it.each([
    ['get_test', { test: 'Knocked-out tooth' }, 'list_tests with `search`'],
    ['get_session', { session: 'last night' }, 'list_sessions'],
    ['get_run', { run: 'last' }, 'list_runs'],
  ])('of %s is answered with what finds it', async (tool, args, finder) => {
    const { said, isError } = await server.call(tool, args);
    expect([isError, said]).toEqual([true, expect.stringContaining(finder)]);
  });
});

it('a comparison of sessions without a test in common begins with that, and says which change is the largest', async () => {
  const [after, before] = refsOf(await sessionsOf({ provider: 'coval' }));
  const { said } = await server.call('compare_sessions', { before, after });
  expect(said).toMatch(/^No run of one side has its test on the other/);
  expect(said).toMatch(/[2-9] evaluations (higher|lower), of runs not paired by test \(most: \d/);
});

it('names that hold commas are quoted where several are listed', async () => {
  const tests = (await server.call('list_tests', { provider: 'coval', kind: 'suite' })).data;
  const { said } = await server.call('get_test', { test: text(at(list(at(tests, 'tests'))[0], 'ref')) });
  expect(said).toContain('"Busy professional, a little hurried", "');
});

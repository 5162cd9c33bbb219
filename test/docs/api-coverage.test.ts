import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { BOOK_VERSION, type Book } from '../../src/modes/book.ts';
import { createReading } from '../../src/reading/reading.ts';
import { bookInMemory } from '../support/book.ts';
import { openInProcess } from '../support/in-process.ts';
import { measureReach, PROVIDER_OPERATIONS, type ProviderOperation } from '../support/reach.ts';
import { ROOT } from '../support/root.ts';
import { runsOf } from '../support/whole-session.ts';
import { coverageDocument, TOOLS_OF } from './coverage.ts';

it('the table of API coverage is as the code has it (npm run docs), and the README leads to it', async () => {
  expect(readFileSync(join(ROOT, 'docs/api-coverage.md'), 'utf8')).toBe(coverageDocument(await measureReach()));
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('](docs/api-coverage.md)');
});

it('tells the tools that use an operation of a provider', async () => {
  const room = await openInProcess({ speed: 50 });
  try {
    const provider = room.providers.find(({ id }) => id === 'futureagi');
    if (!provider?.tests || !provider.sessions || !provider.runs || !provider.clusters || !provider.cancel)
      throw new Error('Future AGI lacks a group of operations.');
    const { signal } = room.context;
    const sessions = (await provider.sessions.list({ limit: 20, status: 'completed' }, { signal })).items;
    // The two oldest: nothing in them moves any more.
    const [before, after] = sessions.slice(-2).map((one) => one.ref);
    const suite = sessions.at(-1)?.test;
    const test = (await provider.tests.list({ limit: 1 }, { signal })).items[0]?.ref;
    let run = '';
    const runs = await runsOf(provider, [before?.split('/')[2] ?? ''], 'verdicts', { signal });
    run ||= runs.find((one) => one.verdict === 'failed')?.ref ?? '';

    // Clusters of the platform are read for modes that adopted some.
    const adopting: Book['agents'][string]['modes'][string] = {
      title: 'x',
      definition: 'x',
      status: 'active',
      by: 'assistant',
      adopts: ['x'],
      examples: [],
    };
    const agents = sessions.flatMap(({ agent_ref }) => agent_ref ?? []);
    const modes = bookInMemory({
      version: BOOK_VERSION,
      agents: Object.fromEntries(agents.map((agent) => [agent, { modes: { 'M-1': adopting }, sessions: {} }])),
    });
    let used = new Set<string>();
    const watch = (name: string, group: object) => {
      for (const [key, member] of Object.entries(group))
        if (typeof member === 'function')
          Reflect.set(group, key, (...args: unknown[]) => {
            used.add(name === '' ? key : `${name}.${key}`);
            return Reflect.apply(member, group, args);
          });
    };
    watch('', provider);
    watch('tests', provider.tests);
    watch('sessions', provider.sessions);
    watch('runs', provider.runs);
    watch('clusters', provider.clusters);
    watch('cancel', provider.cancel);

    const calls: Record<string, Record<string, unknown>> = {
      list_providers: { check: true },
      list_tests: { provider: 'futureagi' },
      get_test: { test },
      list_sessions: { provider: 'futureagi' },
      get_session: { session: before },
      list_runs: { session: before },
      get_run: { run },
      get_transcript: { run },
      search_transcripts: { session: before, query: 'appointment' },
      list_failures: { session: before },
      save_failure_modes: { session: before, modes: [{ title: 'y', definition: 'y' }] },
      get_failure_clusters: { session: before },
      compare_sessions: { before, after },
      get_trend: { test: suite },
      wait_for_session: { session: before },
      cancel_session: { session: before },
    };
    const seen: Record<string, string[]> = {};
    for (const tool of TOOLS) {
      const args = calls[tool.name];
      if (!args) continue;
      used = new Set();
      await Promise.resolve(tool.run(args, { ...room.context, modes, reading: createReading() })).catch(
        (error: unknown) => {
          // What comes after a cancellation belongs to the starting room, which this process has not opened.
          if (!(error instanceof Error && error.message === 'not here')) throw error;
        },
      );
      for (const operation of used) seen[operation] = [...(seen[operation] ?? []), tool.name];
    }
    expect(Object.keys(calls)).toHaveLength(TOOLS.filter(({ toolset }) => toolset !== 'fix').length - 1);
    const told = (tools: (operation: ProviderOperation) => readonly string[]) =>
      PROVIDER_OPERATIONS.filter((operation) => !/^(start|agents)\./.test(operation)).map((operation) => [
        operation,
        ...[...tools(operation)].sort(),
      ]);
    expect(told((operation) => seen[operation] ?? [])).toEqual(told((operation) => TOOLS_OF[operation]));
  } finally {
    await room.close();
  }
});

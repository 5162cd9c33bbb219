/** What the tests of the starting room share: a home that goes away, a clock that stands still, a vendor that counts. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Problem, type ProblemDetails } from '../../src/model/problem.ts';
import type { Provider, StartOperations, StartPlan, StartReceipt, StartStep } from '../../src/providers/provider.ts';
import type { Entry } from '../../src/starting/journal-entry.ts';
import type { StartAnswer } from '../../src/starting/start-answer.ts';
import type { StartArguments, StartQuestion } from '../../src/starting/start-arguments.ts';
import { createStarter, type Starter, type StarterOptions } from '../../src/starting/starter.ts';

export async function temporaryHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'starting-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

export interface Clock {
  now: () => number;
  /** Seconds since the machine started; only time that passes moves it. */
  uptime: () => number;
  /** Sets the wall clock forward or back; no time passes. */
  set(ms: number): void;
  /** Sleeping takes no time and moves the clock. */
  sleep: (ms: number) => Promise<void>;
  advance(ms: number): void;
}

export function frozenClock(start = Date.now()): Clock {
  let time = start;
  let up = 1_000_000;
  const advance = (ms: number) => {
    time += ms;
    up += ms;
  };
  return {
    now: () => time,
    uptime: () => up / 1000,
    sleep: async (ms) => advance(ms),
    advance,
    set: (ms) => {
      time += ms;
    },
  };
}

export const call = { signal: new AbortController().signal };

export interface FakeVendor {
  provider: Provider;
  sent: { step: StartStep; earlier: readonly StartReceipt[] }[];
  looks: { step: StartStep; since: Date; until: Date }[];
  /** What the next sends do; `session-<n>` when the list is empty. */
  answers: (StartReceipt | Problem | Error | (() => Promise<StartReceipt>))[];
  /** What a look finds. */
  find: StartOperations['find'];
  plan: StartPlan;
}

export function fakeVendor(plan: Partial<StartPlan> = {}, id = 'acme'): FakeVendor {
  const vendor: FakeVendor = {
    sent: [],
    looks: [],
    answers: [],
    find: async () => [],
    plan: {
      runs: 2,
      steps: [{ label: 'suite "Bookings"', runs: 2, body: { suite: 's1' } }],
      test_name: 'Bookings',
      agent: 'Receptionist',
      notes: ['Each run is billed.'],
      ...plan,
    },
    provider: {
      id,
      label: 'Acme',
      host: 'api.acme.test',
      sandbox: false,
      check: async () => ({ ok: true }),
      start: {
        accepts: ['agent', 'metrics', 'variables', 'repeat', 'name', 'provider_options'],
        marked: true,
        options: { region: 'Where it runs' },
        plan: async () => vendor.plan,
        send: async (step, _call, earlier) => {
          vendor.sent.push({ step, earlier });
          const answer = vendor.answers.shift() ?? { session: [`session-${vendor.sent.length}`] };
          if (answer instanceof Error) throw answer;
          return typeof answer === 'function' ? answer() : answer;
        },
        find: async (step, window, at, earlier) => {
          vendor.looks.push({ step, ...window });
          return vendor.find(step, window, at, earlier);
        },
      },
    },
  };
  return vendor;
}

export function steps(count: number, runs = 2): Partial<StartPlan> {
  return {
    runs: count * runs,
    steps: Array.from({ length: count }, (_, index) => ({ label: `repetition ${index + 1}`, runs, body: { index } })),
  };
}

export function starterFor(home: string, clock: Clock, options: Partial<StarterOptions> = {}): Starter {
  return createStarter({
    home,
    confirm: 'ask',
    confirmAbove: 20,
    maxRunsPerStart: 200,
    maxRunsPerDay: 2_000,
    now: clock.now,
    uptime: clock.uptime,
    sleep: clock.sleep,
    freshKey: () => 'again-1',
    ...options,
  });
}

export function request(more: Partial<StartArguments> = {}): StartArguments {
  return { tests: [{ kind: 'suite', ids: ['s1'] }], repeat: 1, ...more };
}

export async function answer(promise: Promise<StartAnswer | StartQuestion>): Promise<StartAnswer> {
  const result = await promise;
  if ('needs' in result) throw new Error(`A question instead of an answer: ${result.question}`);
  return result;
}

export async function question(promise: Promise<StartAnswer | StartQuestion>): Promise<StartQuestion> {
  const result = await promise;
  if (!('needs' in result)) throw new Error(`An answer instead of a question: ${result.outcome}`);
  return result;
}

export function lost(details: ProblemDetails = { sent: 'unknown' }): Problem {
  return new Problem('network', 'The connection broke.', details);
}

export async function journalOf(home: string): Promise<Entry[]> {
  const files = (await readdir(join(home, 'starts'))).filter((name) => name.endsWith('.json'));
  return Promise.all(files.sort().map(async (name) => JSON.parse(await readFile(join(home, 'starts', name), 'utf8'))));
}

export async function auditOf(home: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(home, 'audit.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** One platform as the demo walks it: calls that are shown, tests that are started and followed to their end. */
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/v4';
import { toCommaList } from '../model/comma-list.ts';
import { withoutUndefined } from '../model/without-undefined.ts';
import type { DemoClient } from './demo-client.ts';
import type { Printer } from './demo-print.ts';

export interface Walk {
  provider: string;
  client: DemoClient;
  print: Printer;
  /** Makes a call, shows it and so many lines of its answer, and gives its data. */
  say(tool: string, args: Record<string, unknown>, lines: number): Promise<Record<string, unknown>>;
  /** Starts a test, waits for its end, and gives its session. */
  run(args: Record<string, unknown>): Promise<string>;
}

const testsShape = z.object({
  tests: z.array(z.object({ ref: z.string(), name: z.string(), agent: z.string().optional() })),
  next_cursor: z.string().optional(),
});
const testShape = z.object({
  test: z.object({ agent_ref: z.string().optional(), options: z.record(z.string(), z.string()).default({}) }),
});
const startShape = z.object({ session: z.string() });
const waitShape = z.object({ done: z.boolean() });

/** What a platform has to be told besides the test. */
const NEEDED: Readonly<Record<string, Record<string, string>>> = { coval: { persona: 'Relaxed regular patient' } };

/** Cases started together. */
const MOST_CASES = 25;

export function createWalk(client: DemoClient, provider: string, print: Printer): Walk {
  let started = 0;
  const say: Walk['say'] = async (tool, args, lines) => {
    print.call(tool, args);
    const answer = await client.call(tool, args);
    print.answer(answer.text, lines);
    return answer.data;
  };
  return {
    provider,
    client,
    print,
    say,
    async run(args) {
      await secondAfter(started);
      const { session } = startShape.parse(await say('start_simulation', args, 5));
      started = Date.now();
      print.call('wait_for_session', { session });
      for (;;) {
        const answer = await client.call('wait_for_session', { session, timeout_seconds: 25 }, (message) =>
          print.progress(message),
        );
        if (!waitShape.parse(answer.data).done) continue;
        print.answer(answer.text, 4);
        return session;
      }
    },
  };
}

/**
 * What to start to test an agent: a suite of it, one that books where there is such; on a platform without suites its
 * cases, as many as one start takes, which are read as one. A suite that is bound to no agent, or to one version, is told which.
 */
export async function startOf(
  { provider, client, print, say }: Walk,
  agent: { ref: string; name: string },
): Promise<Start> {
  const suites = testsShape.parse(await say('list_tests', { provider, kind: 'suite' }, 8)).tests;
  const booking = suites.filter(({ name }) => /booking/i.test(name));
  const needed = NEEDED[provider] ?? {};
  for (const { ref: test } of [...booking, ...suites]) {
    const { agent_ref = agent.ref, options } = testShape.parse((await client.call('get_test', { test })).data).test;
    if (agent_ref !== agent.ref) continue;
    return { test, ...needed, ...('agent' in options ? { agent: agent.ref } : {}) };
  }

  print.note('This platform has no suites, so the demo starts its scenarios under one plan and reads them as one.');
  const cases: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const args = withoutUndefined({ provider, kind: 'case', cursor });
    const page = testsShape.parse((await client.call('list_tests', args)).data);
    cases.push(...page.tests.filter((one) => one.agent === agent.name).map(({ ref }) => ref));
    cursor = page.next_cursor;
    if (cursor === undefined || cases.length >= MOST_CASES) break;
  }
  if (cases.length === 0) throw new Error(`The sandbox lists no tests of ${agent.ref}.`);
  return { test: toCommaList(cases.slice(0, MOST_CASES)), ...needed };
}

export interface Start {
  [argument: string]: string;
  test: string;
}

/** Platforms tell to the second when a session was made: two of one second would have no order. */
async function secondAfter(moment: number): Promise<void> {
  const next = (Math.floor(moment / 1000) + 1) * 1000;
  await wait(Math.max(0, next - Date.now() + 5));
}

/**
 * `demo`: the whole loop over real MCP and real HTTP. The built server runs as a child process with the sandbox; a real
 * client walks it as an assistant would: start, follow, read the failures, name and save their modes, fix the playbook, run
 * again, compare, see the trend. Every number is from this run.
 */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/v4';
import type { Config } from '../config/config.ts';
import { UsageError } from '../config/flags.ts';
import { fromCommaList, toCommaList } from '../model/comma-list.ts';
import { withoutUndefined } from '../model/without-undefined.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { SHIPPED_PLAYBOOK } from '../sandbox/shipped.ts';
import { connectDemo, type DemoClient } from './demo-client.ts';
import { applyEdit, KNOWN_MODES, type KnownMode } from './demo-modes.ts';
import { createPrinter, type Printer } from './demo-print.ts';
import { readFailures, type Say } from './demo-reading.ts';

const testsShape = z.object({
  tests: z.array(z.object({ ref: z.string(), name: z.string() })),
  next_cursor: z.string().optional(),
});
const startShape = z.object({ session: z.string() });
const waitShape = z.object({ done: z.boolean() });
const clustersShape = z.object({
  clusters: z.array(z.object({ title: z.string(), source: z.string(), runs: z.array(z.string()) })),
  next_cursor: z.string().optional(),
});
/** What a platform has to be told besides the test. */
const NEEDED: Readonly<Record<string, Record<string, string>>> = { coval: { persona: 'Relaxed regular patient' } };

/** Cases started together. */
const MOST_CASES = 25;

export async function demo(config: Config): Promise<void> {
  const wanted = config.provider ?? 'synthflow';
  const chosen = PROVIDERS.filter(({ id }) => wanted === 'all' || id === wanted);
  if (chosen.length === 0)
    throw new UsageError(`Unknown provider "${wanted}". Providers: ${PROVIDERS.map(({ id }) => id).join(', ')}, all.`);
  const print = createPrinter(process.stdout);
  const began = Date.now();
  for (const { id, label } of chosen) await walk(id, label, config, print);
  print.note(
    `Done in ${Math.round((Date.now() - began) / 1000)} s. Everything above ran on the built-in sandbox, a rule-based stand-in: no key, no cost, no network.`,
  );
}

async function walk(provider: string, label: string, config: Config, print: Printer): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'agent-simulation-demo-'));
  const playbook = join(home, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  const script = process.argv[1] ?? '';
  const client = await connectDemo(
    [
      script,
      'serve',
      '--sandbox',
      '--playbook',
      playbook,
      '--speed',
      String(config.speed),
      ...(config.seed === undefined ? [] : ['--seed', String(config.seed)]),
    ],
    {
      PATH: process.env.PATH ?? '',
      HOME: home,
      AGENT_SIM_HOME: home,
      // Nothing costs anything here, and no person sits behind the demo's client.
      AGENT_SIM_CONFIRM: 'off',
    },
  );
  try {
    print.title(`${label}: start, diagnose, fix, prove`);
    await loop(client, provider, playbook, print);
  } finally {
    await client.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function loop(client: DemoClient, provider: string, playbook: string, print: Printer): Promise<void> {
  const say: Say = async (tool, args, lines) => {
    print.call(tool, args);
    const answer = await client.call(tool, args);
    print.answer(answer.text, lines);
    return answer.data;
  };

  let started = 0;
  print.step('What can be tested?');
  const { tests: suites } = testsShape.parse(await say('list_tests', { provider, kind: 'suite' }, 6));
  const suite = suites.find(({ name }) => /booking/i.test(name)) ?? suites[0];
  const test = suite?.ref ?? (await allCases());
  const start = { test, ...NEEDED[provider] };

  print.step('Plan, then start');
  await say('start_simulation', { ...start, dry_run: true }, 8);
  const before = await run({ ...start, key: 'demo-before' });

  print.step('What failed?');
  await say('get_session', { session: before }, 16);

  print.step('Why? Read the failures, name what to change');
  await readFailures(before, say, print);
  const causes = await modesOf(before, 18);
  const [largest] = causes;
  if (!largest) {
    print.note('Nothing failed that the script can read, so there is nothing to fix.');
    return;
  }

  print.step('Read the turns before believing the judge');
  await say('get_run', { run: largest.run }, 14);
  await say('get_transcript', { run: largest.run, around: 'failure', limit: 5 }, 9);

  print.step(`Fix one mode in the playbook: ${largest.mode.title}`);
  fix([largest.mode]);
  const middle = await run({ ...start, key: 'demo-one-fix' });

  print.step('Did it help? Only what no mode explains is read');
  await readFailures(middle, say, print);
  await say('compare_sessions', { before, after: middle }, 18);

  const left = await modesOf(middle, 0);
  if (left.length === 0) {
    print.note('Nothing is left to fix.');
    return;
  }
  print.step('Fix the other modes, too');
  fix(left.map(({ mode }) => mode));
  const after = await run({ ...start, key: 'demo-all-fixes' });

  print.step('Prove it');
  await readFailures(after, say, print);
  await say('compare_sessions', { before, after }, 24);

  print.step('What is new since when?');
  // A trend is of one test: of many that were read as one, of the first.
  await say('get_trend', { test: fromCommaList(test)[0] }, 14);

  /** The modes of a session that the script can mend, the largest first, each with one of its runs. */
  async function modesOf(session: string, lines: number): Promise<{ mode: KnownMode; run: string }[]> {
    const found: { mode: KnownMode; run: string }[] = [];
    for (let cursor: string | undefined, first = lines > 0; ; first = false) {
      const args = withoutUndefined({ session, cursor });
      const data = first
        ? await say('get_failure_clusters', args, lines)
        : (await client.call('get_failure_clusters', args)).data;
      const { clusters, next_cursor } = clustersShape.parse(data);
      for (const { source, title, runs } of clusters) {
        const mode = source === 'mode' ? KNOWN_MODES.find((known) => known.title === title) : undefined;
        if (mode && runs[0] !== undefined) found.push({ mode, run: runs[0] });
      }
      cursor = next_cursor;
      if (cursor === undefined) return found;
    }
  }

  /** References of the cases, as many as one start takes: what comes of them is read as one. */
  async function allCases(): Promise<string> {
    print.note('This platform has no suites, so the demo starts its scenarios under one plan and reads them as one.');
    const cases: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = testsShape.parse(await say('list_tests', withoutUndefined({ provider, kind: 'case', cursor }), 6));
      cases.push(...page.tests.map(({ ref }) => ref));
      cursor = page.next_cursor;
      if (cursor === undefined || cases.length >= MOST_CASES) break;
    }
    if (cases.length === 0) throw new Error('The sandbox lists no tests.');
    return toCommaList(cases.slice(0, MOST_CASES));
  }

  async function run(args: Record<string, unknown>): Promise<string> {
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
  }

  function fix(modes: readonly KnownMode[]): void {
    for (const mode of modes) {
      const current = readFileSync(playbook, 'utf8');
      if (current.includes(mode.bullet)) continue;
      const { text, removed, added } = applyEdit(current, mode);
      writeFileSync(playbook, text);
      print.diff(removed, added);
    }
  }
}

/** Platforms tell to the second when a session was made: two of one second would have no order. */
async function secondAfter(moment: number): Promise<void> {
  const next = (Math.floor(moment / 1000) + 1) * 1000;
  await wait(Math.max(0, next - Date.now() + 5));
}

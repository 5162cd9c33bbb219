/**
 * Many small starts by several processes of one home within an hour whose clocks are moved, against a vendor that counts:
 * how many runs started without a yes within any hour, and which start came twice.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onLoopback } from '../support/loopback.ts';
import { bundleWorker, randomFrom } from './crew.ts';
import type { HourOrder, HourRound } from './hour-worker.ts';

const HOUR = 3_600_000;
const CREW = 4;
/** Each process of a round is told most of the same starts, in an order of its own. */
const AT_ONCE = 6;

export interface HourResult {
  calls: number;
  outcomes: Record<string, number>;
  /** Most runs without a yes within any hour of real time. */
  most: number;
  /** Starts that the vendor took more than once. */
  twice: string[];
  /** Starts that the vendor took with a yes, and without. */
  taken: { confirmed: number; unconfirmed: number };
}

interface Taken {
  want: string;
  runs: number;
  confirmed: boolean;
  at: number;
}

/** `starts` calls over two hours of real time; `above` = runs that may start within an hour without a yes. */
export async function campaignHour(options: { starts: number; above: number; seed: number }): Promise<HourResult> {
  const { starts, above, seed } = options;
  const random = randomFrom(seed);
  const taken: Taken[] = [];
  let passed = 0;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    taken.push({ ...JSON.parse(text), at: passed });
    response.end(`session-${taken.length}`);
  });
  const { origin, close } = await onLoopback(server);
  const bundle = await bundleWorker('hour-worker.ts');
  const home = await mkdtemp(join(tmpdir(), 'starting-hour-'));
  const began = String(Date.now());
  const crew = await Promise.all(
    Array.from({ length: CREW }, () => hire([bundle.file, home, origin, String(above), began])),
  );
  const outcomes: Record<string, number> = {};
  let calls = 0;
  try {
    const rounds = Math.ceil(starts / (CREW * AT_ONCE));
    for (let round = 0; round < rounds; round += 1) {
      const wants = Array.from({ length: AT_ONCE }, (_, index): HourOrder => {
        const want = `want-${round}-${index}`;
        return { want, key: index % 2 ? want : undefined, runs: 1 + Math.floor(random() * 4), yes: random() < 0.15 };
      });
      const told = await Promise.all(
        crew.map((worker) =>
          worker.round({
            passed,
            shifted: random() < 0.5 ? 0 : Math.round((random() - 0.5) * 52 * HOUR),
            orders: [...wants].sort(() => random() - 0.5),
          }),
        ),
      );
      for (const outcome of told.flat()) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      calls += told.flat().length;
      passed += Math.round((2 * HOUR) / rounds);
    }
    return { calls, outcomes, ...booksOf(taken) };
  } finally {
    await Promise.all(crew.map((worker) => worker.end()));
    await close();
    await bundle.remove();
    await rm(home, { recursive: true, force: true });
  }
}

function booksOf(taken: readonly Taken[]): Omit<HourResult, 'calls' | 'outcomes'> {
  const free = taken.filter(({ confirmed }) => !confirmed);
  const within = (from: number) =>
    free.filter(({ at }) => at >= from && at < from + HOUR).reduce((sum, { runs }) => sum + runs, 0);
  const times = new Map<string, number>();
  for (const { want } of taken) times.set(want, (times.get(want) ?? 0) + 1);
  return {
    most: Math.max(0, ...free.map(({ at }) => within(at))),
    twice: [...times].filter(([, count]) => count > 1).map(([want]) => want),
    taken: { confirmed: taken.length - free.length, unconfirmed: free.length },
  };
}

async function hire(args: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  child.stdin?.on('error', () => undefined);
  if (!child.stdout) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async round(round: HourRound): Promise<string[]> {
      child.stdin?.write(`${JSON.stringify(round)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the worker ended');
      return JSON.parse(value);
    },
    async end() {
      child.stdin?.end();
      await exited;
    },
  };
}

/**
 * One server process of the test of the hour: it makes the starts that it is told, on clocks that it is told, and prints an
 * answer a line. Where a start needs a yes and is to get one, it passes the token back, and tells the vendor so.
 */
import { createInterface } from 'node:readline';
import { isProblem, Problem, toProblem } from '../../src/model/problem.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createStarter } from '../../src/starting/starter.ts';

export interface HourOrder {
  want: string;
  key?: string | undefined;
  runs: number;
  /** Give the yes that is asked for. */
  yes: boolean;
}

export interface HourRound {
  /** Time that has really passed, in ms, and how far the wall clock was set from it. */
  passed: number;
  shifted: number;
  orders: HourOrder[];
}

const [home = '', url = '', above = '20', began = '0'] = process.argv.slice(2);
const BOOTED_SECONDS = 1_000_000;
const time = { passed: 0, shifted: 0 };

const starter = createStarter({
  home,
  confirm: 'ask',
  confirmAbove: Number(above),
  maxRunsPerStart: 50,
  maxRunsPerDay: 1_000_000,
  now: () => Number(began) + time.passed + time.shifted,
  uptime: () => BOOTED_SECONDS + time.passed / 1000,
  busyWaits: Array.from({ length: 1_000 }, () => 20),
});

function providerFor({ want, runs }: HourOrder, confirmed: boolean): Provider {
  return {
    id: 'acme',
    label: 'Acme',
    host: 'api.acme.test',
    sandbox: false,
    check: async () => ({ ok: true }),
    start: {
      accepts: ['variables'],
      marked: true,
      options: {},
      plan: async () => ({ runs, steps: [{ label: want, runs, body: { want } }], test_name: want, notes: [] }),
      async send() {
        const body = JSON.stringify({ want, runs, confirmed });
        const response = await fetch(url, { method: 'POST', body }).catch(() => {
          throw new Problem('network', 'It broke.', { sent: 'unknown' });
        });
        return { session: [await response.text()] };
      },
      find: async () => [],
    },
  };
}

async function outcomeOf(order: HourOrder): Promise<string> {
  const { want, key, yes } = order;
  const args = { tests: [{ kind: 'suite' as const, ids: ['s'] }], repeat: 1, variables: { want }, key };
  const call = { signal: new AbortController().signal };
  try {
    const first = await starter.start(providerFor(order, false), args, call);
    if ('needs' in first) return 'asked';
    if (first.outcome !== 'confirmation_required' || !yes) return first.outcome;
    const second = await starter.start(providerFor(order, true), { ...args, confirm: first.confirm }, call);
    return 'needs' in second ? 'asked' : second.outcome;
  } catch (error) {
    return isProblem(error) ? `${error.kind} ${error.details.reason ?? ''}` : toProblem(error).kind;
  }
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const round: HourRound = JSON.parse(line);
  Object.assign(time, { passed: round.passed, shifted: round.shifted });
  const outcomes = await Promise.all(round.orders.map(outcomeOf));
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
}

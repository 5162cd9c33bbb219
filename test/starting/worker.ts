/**
 * One server process of the race tests: starts what it is told over real HTTP and prints an answer a line. It stands for
 * a provider whose sessions carry the claim's correlation_id (`correlated`) or do not.
 */
import { createInterface } from 'node:readline';
import { isProblem, Problem, toProblem } from '../../src/model/problem.ts';
import type { Provider, StartReceipt } from '../../src/providers/provider.ts';
import { createStarter } from '../../src/starting/starter.ts';

export interface Order {
  /** Name of the wanted start; the vendor counts by it. */
  want: string;
  key?: string;
  /** Steps of the plan. */
  steps?: number;
  correlated?: boolean;
}

export interface Report {
  want: string;
  outcome: string;
  session?: string;
}

const [home = '', url = ''] = process.argv.slice(2);

function providerFor(order: Order): Provider {
  return {
    id: 'acme',
    label: 'Acme',
    host: new URL(url).host,
    sandbox: false,
    check: async () => ({ ok: true }),
    start: {
      accepts: ['variables'],
      marked: true,
      options: {},
      plan: async () => ({
        runs: order.steps ?? 1,
        steps: Array.from({ length: order.steps ?? 1 }, (_, index) => ({
          label: `step ${index + 1}`,
          runs: 1,
          body: { want: order.want, index },
        })),
        test_name: order.want,
        notes: [],
      }),
      async send(step) {
        const body = JSON.stringify({
          step: step.body,
          correlation_id: order.correlated ? step.correlation_id : undefined,
        });
        const answer = await request('/start', { method: 'POST', body });
        return receiptOf(answer);
      },
      async find(step, { since, until }) {
        const correlation_id = order.correlated ? step.correlation_id : '';
        const answer = await request(
          `/sessions?correlation_id=${correlation_id}&since=${since.getTime()}&until=${until.getTime()}`,
          {},
        );
        return Array.isArray(answer)
          ? answer.map((one) => ({ receipt: receiptOf(one), certain: correlation_id !== '' }))
          : [];
      },
    },
  };
}

function receiptOf(answer: unknown): StartReceipt {
  if (typeof answer === 'object' && answer !== null && 'session' in answer && typeof answer.session === 'string')
    return { session: [answer.session] };
  throw new Problem('unreadable', 'No session in the answer.', { sent: 'yes' });
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(`${url}${path}`, init).catch((error: unknown) => {
    const refused = error instanceof Error && String(error.cause).includes('ECONNREFUSED');
    throw new Problem('network', 'It broke.', { sent: refused ? 'no' : 'unknown' });
  });
  const text = await response.text().catch(() => {
    throw new Problem('network', 'It broke in the body.', { sent: 'unknown' });
  });
  if (!response.ok) throw new Problem('vendor_error', 'No.', { sent: 'yes', vendor: { status: response.status } });
  return JSON.parse(text);
}

const starter = createStarter({
  home,
  confirm: 'off',
  confirmAbove: 100,
  maxRunsPerStart: 100,
  maxRunsPerDay: 100_000,
  lookupDelays: [0, 20],
  // However slow the other processes are, they end or are killed.
  busyWaits: Array.from({ length: 1_000 }, () => 50),
});

async function work(order: Order): Promise<Report> {
  const { want, key } = order;
  try {
    const args = { tests: [{ kind: 'suite' as const, ids: ['s'] }], repeat: 1, variables: { want }, key };
    const result = await starter.start(providerFor(order), args, { signal: new AbortController().signal });
    if ('needs' in result) return { want, outcome: 'asked' };
    return { want, outcome: result.outcome, session: result.session };
  } catch (error) {
    const problem = isProblem(error) ? error : toProblem(error);
    return { want, outcome: problem.kind };
  }
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'reconcile') {
    await starter.reconcile(providerFor({ want: '', correlated: true }));
    process.stdout.write(`${JSON.stringify({ want: '', outcome: 'reconciled' })}\n`);
    continue;
  }
  const orders: Order[] = JSON.parse(line);
  await Promise.all(orders.map(async (order) => process.stdout.write(`${JSON.stringify(await work(order))}\n`)));
}

/** One process of the campaign of changes: does what it is told to agents over real HTTP, and prints what came of it, a line each. */
import { createInterface } from 'node:readline';
import { createChanger } from '../../src/changing/create-changer.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import { createRedactor } from '../../src/http/secrets/redact.ts';
import type { ChangeTarget } from '../../src/model/agents.ts';
import { Problem, toProblem } from '../../src/model/problem.ts';
import { createRegistry } from '../../src/providers/registry.ts';

export type ChangeOrder = { id: number } & (
  | { do: 'propose'; provider: string; agent: string[]; edits: { part: string; old: string; new: string }[] }
  | { do: 'apply'; change: string; target: ChangeTarget }
  | { do: 'revert'; change: string; target: ChangeTarget }
);

export interface ChangeReport {
  id: number;
  /** The outcome, or the kind of the problem. */
  outcome: string;
  change?: string | undefined;
  verified?: boolean | undefined;
  already?: boolean | undefined;
  /** All that was answered, to look for what must not stand there. */
  said: string;
  ms: number;
}

const [home = '', settings = '{}'] = process.argv.slice(2);
const redactor = createRedactor();
const redact = (text: string) => redactor.redact(text);
const registry = createRegistry({
  settings: async () => ({ env: JSON.parse(settings) }),
  defaults: DEFAULTS,
  registerSecret: (value) => redactor.register(value),
  redact,
});
const changer = createChanger({
  home,
  confirm: 'off',
  liveChanges: true,
  redact,
  lookDelays: [0, 60],
  readBackDelays: [0, 60],
});
const call = { signal: new AbortController().signal };

async function work(order: ChangeOrder): Promise<Omit<ChangeReport, 'id' | 'said' | 'ms'>> {
  if (order.do === 'propose') {
    const provider = await registry.provider(order.provider);
    return { outcome: 'kept', ...(await changer.propose(provider, order.agent, order, call)) };
  }
  const does = order.do === 'apply' ? changer.apply : changer.revert;
  const answer = await does((id) => registry.provider(id), order, call, { canAsk: false });
  if ('needs' in answer) throw new Problem('internal', 'Somebody was asked.');
  return answer;
}

async function report(order: ChangeOrder): Promise<ChangeReport> {
  const began = performance.now();
  const done = (outcome: string, answer: object) => ({
    id: order.id,
    outcome,
    said: redact(JSON.stringify(answer)),
    ms: performance.now() - began,
  });
  try {
    const { outcome, change, verified, already, ...answer } = await work(order);
    return { ...done(outcome, answer), change, verified, already };
  } catch (error) {
    const { kind, message, details } = toProblem(error);
    return done(kind, { message, details });
  }
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin }))
  void report(JSON.parse(line)).then((one) => process.stdout.write(`${JSON.stringify(one)}\n`));

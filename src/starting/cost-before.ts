/** What a run of a test cost before, where the platform tells: read from its newest finished session, as a sentence beside the plan. */
import { isProblem } from '../model/problem.ts';
import { parseRef } from '../model/refs.ts';
import type { CallContext, Provider, StartRequest } from '../providers/provider.ts';
import type { Attempt } from './attempt.ts';
import { testRefs } from './start-call.ts';

/** Time it may take: a plan does not wait longer for what is only good to know. */
const LONGEST_MS = 4_000;
/** Tests of one start that are looked up. */
const MOST_TESTS = 2;

/** Adds the sentence to the attempts whose platform tells costs; never throws but for a call that was cancelled. */
export async function addCosts(attempts: readonly Attempt[], call: CallContext): Promise<void> {
  await Promise.all(
    attempts.slice(0, MOST_TESTS).map(async (attempt) => {
      const { provider, request, plan } = attempt;
      if (!provider.runs?.tells_cost || plan.known_runs === 0) return;
      const cost = await costBefore(provider, request.test, call);
      if (cost === undefined) return;
      const sum = `${round(cost.amount * plan.known_runs)} ${cost.unit}`;
      const test = attempts.length === 1 ? 'this test' : testRefs(provider, [attempt]);
      attempt.cost =
        `One run of ${test} in its newest finished session cost ${round(cost.amount)} ${cost.unit}; ` +
        `${plan.known_runs === 1 ? 'this one may cost as much' : `${plan.known_runs} like it would be ${sum}`}.`;
    }),
  );
}

async function costBefore(provider: Provider, test: StartRequest['test'], { signal }: CallContext) {
  const call = { signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]) };
  try {
    const { items = [] } = (await provider.sessions?.list({ test, status: 'completed', limit: 1 }, call)) ?? {};
    const session = parseRef(items[0]?.ref ?? '');
    if (!session || !provider.sessions) return undefined;
    const opened = await provider.sessions.open(session.ids, call);
    for await (const { runs } of opened.runs('verdicts', call)) {
      const run = parseRef(runs.find(({ status }) => status === 'completed')?.ref ?? '');
      if (run) return (await provider.runs?.get(run.ids, call))?.cost;
    }
  } catch (error) {
    if (signal.aborted || !(isProblem(error) || error instanceof DOMException)) throw error;
  }
  return undefined;
}

function round(amount: number): number {
  return Number(amount.toPrecision(3));
}

import * as z from 'zod/v4';
import { toCommaList } from '../../model/comma-list.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import { countOrAbsent, refSchema } from '../../model/schemas.ts';
import { mapLimited } from '../../providers/shared/concurrency.ts';
import { unsupported } from '../../reading/reading.ts';
import { budgetFor, fit } from '../budget.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { printRef, resolveSessions, sessionArgument } from './shared.ts';

/** Sessions that are stopped at the same time. */
const STOPPED_AT_ONCE = 4;

const OUTCOMES = ['stopping', 'cancelled', 'already_ended'] as const;

export const cancelSession = defineTool({
  name: 'cancel_session',
  title: 'Cancel a session',
  description: 'Stops what the platform can stop of a running session; one that has ended is left as it is.',
  toolset: 'run',
  operation: 'cancel',
  idempotent: true,
  input: z.strictObject({ session: sessionArgument }),
  output: z.object({
    session: refSchema,
    outcome: z.enum([...OUTCOMES, 'partly_stopped']),
    sessions: z
      .array(
        z.object({ ref: refSchema, outcome: z.enum([...OUTCOMES, 'not_stopped']), problem: z.string().optional() }),
      )
      .optional(),
    omitted_sessions: countOrAbsent,
  }),
  async run({ session: text }, context) {
    const named = await resolveSessions(text, context);
    const stopped = await mapLimited(named, STOPPED_AT_ONCE, (one) => stop(one, context));
    const [failed] = stopped.flatMap(({ problem }) => problem ?? []);
    if (failed && stopped.every(({ problem }) => problem !== undefined)) throw failed;
    const session = toCommaList(stopped.map(({ ref }) => ref));
    const outcome = failed
      ? ('partly_stopped' as const)
      : OUTCOMES.find((word) => stopped.some((one) => one.outcome === word));
    if (outcome === undefined) throw new Problem('internal', 'A session was stopped without an outcome.');
    if (stopped.length === 1) return { session, outcome, omitted_sessions: 0 };
    const { kept, omitted } = fit(
      stopped.map(({ ref, outcome: own, problem }) => ({
        ref,
        outcome: own ?? ('not_stopped' as const),
        problem: problem?.message,
      })),
      budgetFor('digest', session),
    );
    return { session, outcome, sessions: kept, omitted_sessions: omitted };
  },
});

export type CancelSession = DataOf<typeof cancelSession>;

/** What came of stopping one session, with a line in the audit; a problem of the platform is not thrown. */
async function stop(
  { provider, ref }: Awaited<ReturnType<typeof resolveSessions>>[number],
  { reading, signal, starter }: ToolContext,
) {
  const session = printRef(ref);
  try {
    if (!provider.cancel) throw unsupported(provider, 'stopping a session: its API has no such operation');
    const outcome = await provider.cancel.session(ref.ids, { signal });
    reading.forget(provider, ref.ids);
    const { audit } = await starter();
    await audit.record({ what: 'cancel', provider: provider.id, sandbox: provider.sandbox, outcome, subject: session });
    return { ref: session, outcome };
  } catch (error) {
    if (signal.aborted || !isProblem(error)) throw error;
    reading.forget(provider, ref.ids);
    return { ref: session, problem: error };
  }
}

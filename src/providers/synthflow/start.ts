/**
 * Starting simulations. The vendor has two ways: executing a suite (with a turn limit, without variables) and starting
 * one case (with variables, without a turn limit). A selection of cases, or a suite with variables, is a row of single
 * starts that share a session.
 */
import type * as z from 'zod/v4';
import { isProblem, Problem } from '../../model/problem.ts';
import type { StartOperations, StartReceipt, StartStep } from '../provider.ts';
import type { Catalogue } from './catalogue.ts';
import type { SynthflowClient } from './client.ts';
import { isRefusal } from './endpoints/answers.ts';
import { findCaseStart, findSuiteStart } from './find.ts';
import { planStart } from './plan.ts';
import { PLATFORM } from './platform.ts';
import { OPTIONS, stepSchema } from './steps.ts';

/** Longest wait for the session of a run that is already started. */
const LOOK_UP_MS = 10_000;

export function startOperations(client: SynthflowClient, catalogue: Catalogue): StartOperations {
  return {
    accepts: ['agent', 'cases', 'variables', 'repeat', 'max_turns', 'provider_options'],
    options: OPTIONS,
    plan: (request, call) => planStart(request, client, catalogue, call),

    async send(step, { signal }, earlier = []) {
      const body = readStep(step);
      if (body.kind === 'suite') {
        const { suite, agent: target_agent_id, max_turns } = body;
        const done = await client.suites.execute(suite, { target_agent_id, max_turns }, signal);
        return done.session_id ? { session: [done.session_id] } : {};
      }
      const session = body.join ? await joinedSession(client, earlier, signal) : undefined;
      try {
        const started = await client.simulations.start(
          {
            simulation_case_id: body.case,
            target_agent_id: body.agent,
            ...(session ? { simulation_session_id: session } : {}),
            ...(body.variables ? { custom_variables: body.variables } : {}),
          },
          signal,
        );
        const run = started.simulation_id;
        if (!run) return started.simulation_session_id ? { session: [started.simulation_session_id] } : {};
        // The documented example answers with nothing but the run's id.
        const own = started.simulation_session_id || (await sessionOfRun(client, run, signal));
        return { run: [run], ...(own ? { session: [own] } : {}) };
      } catch (error) {
        if (session && isRefusal(error) && isProblem(error)) throw joinRefused(error);
        throw error;
      }
    },

    find(step, window, call, earlier = []) {
      const body = readStep(step);
      return body.kind === 'suite'
        ? findSuiteStart(client, body, window, earlier, call)
        : findCaseStart(client, body, window, earlier, call);
    },
  };
}

function readStep(step: StartStep): z.output<typeof stepSchema> {
  const parsed = stepSchema.safeParse(step.body);
  if (parsed.success) return parsed.data;
  throw new Problem('internal', 'A step of a start that this server did not write.', {
    provider: PLATFORM.id,
    sent: 'no',
  });
}

/** The session of the first earlier step that has one, asking for it where only the run is known so far. */
async function joinedSession(
  client: SynthflowClient,
  earlier: readonly StartReceipt[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const receipt of earlier) {
    const [session] = receipt.session ?? [];
    if (session) return session;
    const [run] = receipt.run ?? [];
    const found = run ? await sessionOfRun(client, run, signal) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** A look-up after the fact: the run is started whatever becomes of it, so a failure is no answer and never thrown. */
async function sessionOfRun(client: SynthflowClient, run: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(LOOK_UP_MS)]);
    return (await client.simulations.get(run, soon)).simulation_session_id || undefined;
  } catch {
    return undefined;
  }
}

/** The rules for joining a session are undocumented, so a refusal names the way around it. */
function joinRefused(error: Problem): Problem {
  return new Problem(error.kind, error.message, {
    ...error.details,
    next:
      'Nothing of this step was started. If Synthflow does not let runs join a session, start the rest with ' +
      'provider_options {"separate_sessions": true}.',
  });
}

/** Starting simulations: what is accepted, planned, sent and looked for when an answer was lost. */
import { Problem } from '../../model/problem.ts';
import type { StartOperations, StartReceipt } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusedRequest } from './faults.ts';
import { findStart } from './find.ts';
import type { Lookup } from './lookup.ts';
import { type CaseStep, OPTIONS, planStart, readStep, type SuiteStep } from './plan.ts';

/** Longest wait for the session of a run that is already started. */
const LOOK_UP_MS = 10_000;

export function createStart(api: Api, lookup: Lookup): StartOperations {
  return {
    accepts: ['agent', 'cases', 'variables', 'repeat', 'max_turns', 'provider_options'],
    options: OPTIONS,
    // A suite is executed without a body, and a case takes nothing of ours but variables, which might reach the agent.
    marked: false,
    plan: (request, call) => planStart(api, lookup, request, call),
    async send(step, { signal }, earlier = []) {
      const body = readStep(step);
      return body.kind === 'suite' ? sendSuite(api, body, signal) : sendCase(api, body, earlier, signal);
    },
    find: (step, window, call, earlier = []) => findStart(api, step, window, earlier, call),
  };
}

async function sendSuite(api: Api, step: SuiteStep, signal: AbortSignal): Promise<StartReceipt> {
  const { suite: suite_id, agent: target_agent_id, max_turns } = step;
  const query = { target_agent_id, max_turns };
  const { session_id } = await api.one(ENDPOINTS.executeSuite, { params: { suite_id }, query, signal });
  return receipt(undefined, session_id);
}

async function sendCase(
  api: Api,
  step: CaseStep,
  earlier: readonly StartReceipt[],
  signal: AbortSignal,
): Promise<StartReceipt> {
  const joined = step.join ? await joinedSession(api, earlier, signal) : undefined;
  const body = {
    simulation_case_id: step.case,
    target_agent_id: step.agent,
    simulation_session_id: joined,
    custom_variables: step.variables,
  };
  try {
    const { simulation_id: run, simulation_session_id: session } = await api.one(ENDPOINTS.startSimulation, {
      body,
      signal,
    });
    // The documented example answers with nothing but the run's id.
    return receipt(run, session || (run ? await sessionOfRun(api, run, signal) : undefined));
  } catch (error) {
    if (joined && isRefusedRequest(error)) throw joinRefused(error);
    throw error;
  }
}

function receipt(run: string | undefined, session: string | undefined): StartReceipt {
  return { run: run ? [run] : undefined, session: session ? [session] : undefined };
}

/** The session of the first earlier step that has one, asking for it where only the run is known so far. */
async function joinedSession(
  api: Api,
  earlier: readonly StartReceipt[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const { session, run } of earlier) {
    const [started] = run ?? [];
    const found = session?.[0] || (started ? await sessionOfRun(api, started, signal) : undefined);
    if (found) return found;
  }
  return undefined;
}

/** A look-up after the fact: the run is started whatever becomes of it, so a failure is no answer and never thrown. */
async function sessionOfRun(api: Api, run: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(LOOK_UP_MS)]);
    const { simulation_session_id } = await api.one(ENDPOINTS.getSimulation, {
      params: { simulation_id: run },
      signal: soon,
    });
    return simulation_session_id || undefined;
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

/** Starting a batch: one request that runs a scenario some number of times. */

import { isRecord } from '../../model/json.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { StartOperations } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { identifier } from '../shared/scalars.ts';
import type { BatchLists } from './batch-lists.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isProblemDocument, namedMember, unreadable } from './faults.ts';
import { findStart, taggedName } from './find.ts';
import type { Lookup } from './lookup.ts';
import { OPTIONS, planStart, readStep } from './plan.ts';

export function createStart(api: Api, lookup: Lookup, lists: BatchLists): StartOperations {
  return {
    accepts: ['agent', 'repeat', 'name', 'provider_options'],
    options: OPTIONS,
    marked: true,
    plan: (request, call) => planStart(lookup, request, call),

    async send(step, { signal }) {
      const { scenario, name, ...rest } = readStep(step);
      const params = { simulationReference: scenario };
      const projectReference = await lookup.project(signal);
      const body = { name: taggedName(name, step.correlation_id), ...rest, projectReference };
      let answer: unknown;
      try {
        answer = await api.body(ENDPOINTS.runScenario, { params, body, signal });
      } catch (error) {
        throw explained(error);
      }
      const batch = batchIn(answer, scenario);
      // A yes may come without a name for what it started; an error that came with 200 is no yes.
      if (batch === undefined && isProblemDocument(answer))
        throw unreadable(ENDPOINTS.runScenario.what, answer, 'unknown');
      return batch === undefined ? {} : { session: [scenario, batch] };
    },

    find: (step, window, call, earlier = []) => findStart(api, lists, step, window, earlier, call),
  };
}

const MEMBER_WORDS = {
  flowReferenceId: 'flow (`agent`)',
  localeReferenceId: 'locale (provider_options.locale)',
  largeLanguageModelReferenceId: 'language model (provider_options.llm)',
  entrypoint: 'snapshot or project (provider_options.snapshot)',
} as const;

/** A refusal that names one of the ids: which form of id they take is documented nowhere, so the other way is offered. */
function explained(error: unknown): unknown {
  const member = namedMember(error);
  if (member === undefined || !isProblem(error)) return error;
  return new Problem(error.kind, error.message, {
    ...error.details,
    next:
      `Cognigy refused the id of the ${MEMBER_WORDS[member]}; nothing was started. If that is the right one, ` +
      'start again with provider_options {"id_form": "object"}: Cognigy has two forms of ids.',
  });
}

/** Members that can only mean the batch. */
const BATCH_MEMBERS = ['simulationRunBatchId', 'simulationRunBatchReference', 'batchId', 'batchReference'];
/** Objects that hold the batch, or the answer itself. */
const WRAPPERS = ['batch', 'simulationRunBatch', 'data', 'result'];
const OWN_MEMBERS = ['id', '_id', 'referenceId'];
/** What a scenario, a scheduler or a run has and a batch has not: their `id` is not the batch's. */
const FOREIGN = ['persona', 'mission', 'successCriteria', 'cronScheduler', 'enableSchedule', 'turns', 'scheduler'];

/**
 * The batch's id in the answer to a start, which no page of the vendor shows, in any plausible form; undefined when the
 * answer does not name it.
 */
export function batchIn(body: unknown, scenario: string): string | undefined {
  if (typeof body === 'string') return undefined;
  if (Array.isArray(body)) return batchIn(body[0], scenario);
  if (!isRecord(body)) return undefined;
  const named = firstId(body, BATCH_MEMBERS);
  if (named !== undefined) return named;
  for (const key of WRAPPERS) {
    const inner = body[key];
    if (isRecord(inner) || Array.isArray(inner)) {
      const found = batchIn(inner, scenario);
      if (found !== undefined) return found;
    } else if (key === 'batch' && typeof inner === 'string' && identifier(inner) !== undefined) {
      return inner;
    }
  }
  if (FOREIGN.some((key) => Object.hasOwn(body, key))) return undefined;
  const own = firstId(body, OWN_MEMBERS);
  return own === scenario ? undefined : own;
}

function firstId(body: Record<string, unknown>, members: readonly string[]): string | undefined {
  for (const key of members) {
    const value = body[key];
    if (typeof value === 'string' && identifier(value) !== undefined) return value;
  }
  return undefined;
}

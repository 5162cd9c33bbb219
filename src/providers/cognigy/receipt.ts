/** Which batch a start made, read from an answer that no page of the vendor shows. */
import { isRecord } from '../shared/fields.ts';

/** Members that can only mean the batch. */
const BATCH_MEMBERS = ['simulationRunBatchId', 'simulationRunBatchReference', 'batchId', 'batchReference'];
/** Objects that hold the batch, or the answer itself. */
const WRAPPERS = ['batch', 'simulationRunBatch', 'data', 'result'];
const OWN_MEMBERS = ['id', '_id', 'referenceId'];
/** What a scenario, a scheduler or a run has and a batch has not: their `id` is not the batch's. */
const FOREIGN = ['persona', 'mission', 'successCriteria', 'cronScheduler', 'enableSchedule', 'turns', 'scheduler'];

/** The batch's id in any plausible form; undefined when the answer does not name it. */
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
    } else if (key === 'batch' && typeof inner === 'string' && inner !== '') {
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
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}

/**
 * Pages of an execution. One numeric or reason-only evaluation makes the statistics of the whole execution, and with
 * them every page of its calls, a 500: then only those evaluations are asked for that the vendor can compute.
 */
import { isProblem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import { vendorStatus } from './answers.ts';
import type { FutureAgiClient } from './client.ts';
import { configNames, kindOf } from './evaluations.ts';
import { remembered } from './lookup.ts';
import { statusOf, type Unasked } from './map.ts';
import type { SharedNames } from './naming.ts';
import type { CallDetail, EvalEntry, ExecutionDetail } from './wire.ts';

/**
 * Calls a page. There is no maximum, and the vendor computes the statistics of the whole execution for every page, so
 * fewer, larger pages are less work for both sides, and of the 100 requests a minute that a plan allows more are left:
 * 500 calls with five reasons each are about 2.5 MB.
 */
export const PAGE_SIZE = 500;
/** Calls looked at one by one to learn which evaluations there are. */
const SAMPLE = 3;

export interface CallReader {
  /** One page of an execution, avoiding evaluations that the vendor cannot compute. */
  execution(
    id: string,
    query: { page: number; limit: number; summary?: boolean },
    call: CallContext,
    arrived?: () => void,
  ): Promise<ExecutionDetail>;
  /** Evaluations that pages of this execution are not asked for. */
  unasked(id: string): readonly Unasked[] | undefined;
  /** Names of the evaluation configurations of an execution, by id. */
  names(session: string, call: CallContext): Promise<ReadonlyMap<string, string>>;
  /** Names that several configurations of this execution share, as far as its calls were read. */
  readonly shared: { get(session: string): SharedNames | undefined; set(session: string, names: SharedNames): void };
}

export const isServerError = (error: unknown) => vendorStatus(error) === 500;

/** Evaluations to ask for, and those to leave out. */
interface Choice {
  names: readonly string[];
  unasked: readonly Unasked[];
}

/** Output types whose statistics the vendor can compute. */
const COMPUTABLE: ReadonlySet<string> = new Set(['pass/fail', 'score', 'choices']);

/** What to ask for instead of everything, the most hopeful first; nothing where that cannot be told. */
function choicesFrom(sample: readonly CallDetail[]): Choice[] {
  const seen = new Map<string, EvalEntry>();
  for (const { eval_outputs } of sample)
    for (const [id, entry] of eval_outputs) {
      const before = seen.get(id);
      seen.set(id, {
        ...entry,
        name: entry.name ?? before?.name,
        output_type: entry.output_type ?? before?.output_type,
      });
    }
  const choice = (untyped: boolean): Choice => {
    const names = new Set<string>();
    const unasked: Unasked[] = [];
    for (const [id, entry] of seen) {
      const { name, output_type: type } = entry;
      const fine = type === undefined ? untyped : COMPUTABLE.has(type.trim().toLowerCase());
      // A comma separates names, so a name that holds one cannot be asked for.
      if (fine && name !== undefined && !name.includes(',')) names.add(name);
      else unasked.push({ id, name: name ?? id, decides: !['score', 'text'].includes(kindOf(entry) ?? '') });
    }
    return { names: [...names], unasked };
  };
  const [most, least] = [choice(true), choice(false)];
  return [most, ...(least.names.length < most.names.length ? [least] : [])].filter(({ names }) => names.length > 0);
}

export function createCallReader(client: FutureAgiClient): CallReader {
  const choices = remembered<Choice>(500);
  const configs = remembered<ReadonlyMap<string, string>>(500);

  /** Some calls of the execution in full, finished ones first. */
  const sampleOf = async (id: string, { signal }: CallContext): Promise<CallDetail[]> => {
    const { rows } = await client.callIds(id, SAMPLE, signal).fetch({ offset: 0, size: SAMPLE });
    const known = rows.flatMap((row) => (row && row.id !== '' ? [row] : []));
    const finished = known.filter(({ status }) => statusOf(status) === 'completed');
    const ids = new Set([...finished, ...known].map((row) => row.id));
    const sample: CallDetail[] = [];
    for (const one of [...ids].slice(0, SAMPLE)) sample.push(await client.call(one, signal));
    return sample;
  };

  const execution: CallReader['execution'] = async (id, query, call, arrived) => {
    const known = choices.get(id);
    try {
      const detail = await client.execution(id, { ...query, evalNames: known?.names }, call.signal, arrived);
      configs.set(id, configNames(detail.eval_results));
      return detail;
    } catch (error) {
      if (!isServerError(error) || known !== undefined || query.page > 1) throw error;
      // When not even the calls can be listed, the first refusal is the one to report.
      const sample = await sampleOf(id, call).catch((failure: unknown): CallDetail[] => {
        if (isProblem(failure) && failure.kind === 'cancelled') throw failure;
        return [];
      });
      for (const choice of choicesFrom(sample)) {
        try {
          const detail = await client.execution(id, { ...query, evalNames: choice.names }, call.signal);
          choices.set(id, choice);
          return detail;
        } catch (again) {
          if (!isServerError(again)) throw again;
        }
      }
      throw error;
    }
  };

  return {
    execution,
    unasked: (id) => choices.get(id)?.unasked,
    shared: remembered<SharedNames>(500),
    async names(session, call) {
      const known = configs.get(session);
      if (known) return known;
      return configNames((await execution(session, { page: 1, limit: 1 }, call)).eval_results);
    },
  };
}

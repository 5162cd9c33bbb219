/**
 * Peculiar to Future AGI: one numeric or reason-only evaluation makes the statistics of an execution, and with them
 * every page of its calls, a 500. Then only those evaluations are asked for that the vendor can compute.
 */
import { isProblem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { joinedPage } from '../shared/list.ts';
import { PAGE_BYTES, readInPieces } from '../shared/long-page.ts';
import { firstPage } from '../shared/pages.ts';
import { readOne, saysFault } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { SharedNames } from './evaluation-names.ts';
import { remembered } from './lookup.ts';
import { statusOf, type Unasked } from './map-run.ts';
import { configNames, kindOf } from './verdict.ts';
import { executionReader, unwrap, type WireCallDetail, type WireEvaluation, type WireExecution } from './wire.ts';

/** Calls looked at one by one to learn which evaluations there are. */
const SAMPLE = 3;

export interface PageQuery {
  page: number;
  limit: number;
  /** With the failure clusters. */
  summary?: boolean;
}

export interface ExecutionPages {
  /** One page of an execution, avoiding evaluations that the vendor cannot compute. */
  read(id: string, query: PageQuery, call: CallContext, arrived?: () => void): Promise<WireExecution>;
  /** Evaluations that pages of this execution are not asked for. */
  unasked(id: string): readonly Unasked[] | undefined;
  /** Names of the evaluation configurations of an execution, by id. */
  names(id: string, call: CallContext): Promise<ReadonlyMap<string, string>>;
  /** Names that several configurations of this execution share, as far as its calls were read. */
  readonly shared: { get(id: string): SharedNames | undefined; set(id: string, names: SharedNames): void };
}

/** Evaluations to ask for, and those to leave out. */
interface Choice {
  names: readonly string[];
  unasked: readonly Unasked[];
}

export function createExecutionPages(api: Api): ExecutionPages {
  const choices = remembered<Choice>(500);
  const configs = remembered<ReadonlyMap<string, string>>(500);

  const read: ExecutionPages['read'] = async (id, query, call, arrived) => {
    const remembered = choices.get(id);
    try {
      const execution = await readPage(api, id, query, { signal: call.signal, arrived }, remembered?.names);
      configs.set(id, configNames(execution.eval_results));
      return execution;
    } catch (error) {
      if (!isRefusal(error, 500) || remembered !== undefined || query.page > 1) throw error;
      // When not even the calls can be listed, the first refusal is the one to report.
      const sample = await sampleOf(api, id, call).catch((failure: unknown): WireCallDetail[] => {
        if (isProblem(failure) && failure.kind === 'cancelled') throw failure;
        return [];
      });
      for (const choice of choicesFrom(sample)) {
        try {
          const execution = await readPage(api, id, query, call, choice.names);
          choices.set(id, choice);
          return execution;
        } catch (failure) {
          if (!isRefusal(failure, 500)) throw failure;
        }
      }
      throw error;
    }
  };

  return {
    read,
    unasked: (id) => choices.get(id)?.unasked,
    shared: remembered<SharedNames>(500),
    names: async (id, call) =>
      configs.get(id) ?? configNames((await read(id, { page: 1, limit: 1 }, call)).eval_results),
  };
}

/**
 * One page of an execution, of all evaluations or of those of these names. Calls that came beside an error are kept.
 */
export async function readPage(
  api: Api,
  id: string,
  { page, limit, summary }: PageQuery,
  { signal, arrived }: CallContext & { arrived?: (() => void) | undefined },
  names: readonly string[] = [],
): Promise<WireExecution> {
  const row = summary ? ENDPOINTS.getExecutionSummary : ENDPOINTS.getExecution;
  const query = {
    execution_id: id,
    page,
    limit,
    summary: summary ? 'true' : undefined,
    eval_name: names.length > 0 ? names.join(',') : undefined,
  };
  const body = await api.body(row, { query, arrived, signal, max_bytes: PAGE_BYTES });
  return readInPieces(
    body,
    (piece) => (summary ? undefined : besideFault(piece)) ?? readOne(row, piece),
    (parts) => {
      const [first = readOne(row, body)] = parts;
      const pages = parts.flatMap(({ call_results }) => call_results ?? []);
      return { ...first, call_results: pages.length > 0 ? joinedPage(pages) : undefined };
    },
  );
}

/** The execution with its calls, where they came in an answer that says that it is an error. */
function besideFault(body: unknown): WireExecution | undefined {
  const content = unwrap(body);
  if (!saysFault(body, content, true)) return undefined;
  const execution = executionReader(content);
  const rows = execution?.call_results?.rows ?? [];
  if (!execution || rows.every((row) => row === undefined)) return undefined;
  return { ...execution, call_results: { ...execution.call_results, rows, failed: true } };
}

/** Some calls of an execution in full, finished ones first. */
async function sampleOf(api: Api, id: string, { signal }: CallContext): Promise<WireCallDetail[]> {
  const calls = await firstPage(api.list(ENDPOINTS.listCalls, { params: { id }, signal }, SAMPLE));
  const finished = calls.filter(({ status }) => statusOf(status) === 'completed');
  const ids = new Set([...finished, ...calls].map((row) => row.id));
  const sample: WireCallDetail[] = [];
  for (const call_execution_id of [...ids].slice(0, SAMPLE))
    sample.push(await api.one(ENDPOINTS.getCall, { query: { call_execution_id }, signal }));
  return sample;
}

/** Output types whose statistics the vendor can compute. */
const COMPUTABLE: ReadonlySet<string> = new Set(['pass/fail', 'score', 'choices']);

/** Selections of evaluations to ask for, most evaluations first; none where the sample names no evaluation that can be asked for. */
function choicesFrom(sample: readonly WireCallDetail[]): Choice[] {
  const seen = new Map<string, WireEvaluation>();
  for (const { eval_outputs } of sample)
    for (const [id, entry] of eval_outputs) {
      const earlier = seen.get(id);
      const output_type = entry.output_type ?? earlier?.output_type;
      seen.set(id, { ...entry, name: entry.name ?? earlier?.name, output_type });
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
  const choices = least.names.length < most.names.length ? [most, least] : [most];
  return choices.filter(({ names }) => names.length > 0);
}

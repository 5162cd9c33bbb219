/**
 * Finds the run of a start whose answer was lost: the run carries the claim's correlation id in its free metadata, and in
 * its name where the caller gave none.
 */
import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import type { StartOperations, StartStep } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isMarkedWith, markedName } from '../shared/marked-name.ts';
import { collect, walk } from '../shared/pages.ts';
import { ENDPOINTS } from './endpoints.ts';
import { allOf, timeValue } from './filter.ts';
import { PLATFORM } from './settings.ts';
import type { WireRun } from './wire.ts';

/** Key of the free metadata that carries a claim's correlation id, so that a run whose answer was lost can be recognised. */
const CORRELATION_ID = 'agent_simulation_mark';
/** Candidates whose detail is read when the list leaves out the metadata. */
const MAX_DETAILS = 10;
const MAX_NAME = 200;

const bodySchema = z.object({
  agent_id: z.string(),
  persona_id: z.string(),
  test_set_id: z.string(),
  metadata: z.looseObject({
    display_name: z.string().optional(),
    customer: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** The body to send, with the correlation id of the claim in it. */
export function correlated({ body, label, correlation_id }: StartStep): unknown {
  const parsed = bodySchema.loose().parse(body);
  if (correlation_id === undefined) return parsed;
  const own = markedName(label.replaceAll('"', ''), correlation_id, MAX_NAME);
  const { display_name = own, customer, ...metadata } = parsed.metadata;
  return {
    ...parsed,
    metadata: { display_name, ...metadata, customer: { ...customer, [CORRELATION_ID]: correlation_id } },
  };
}

/** The runs that this step may have started, the certain ones alone where there are any. */
export async function findStart(
  api: Api,
  step: StartStep,
  window: { since: Date; until: Date },
  signal: AbortSignal,
): ReturnType<StartOperations['find']> {
  const { agent_id, persona_id, test_set_id, metadata } = bodySchema.parse(step.body);
  const filter = allOf(
    ['agent_id', '=', agent_id],
    ['test_set_id', '=', test_set_id],
    ['create_time', '>=', timeValue(wholeSecond(window.since, Math.floor))],
    ['create_time', '<=', timeValue(wholeSecond(window.until, Math.ceil))],
  );
  const list = api.list(ENDPOINTS.listRuns, { query: { filter }, signal });
  const { rows, coverage } = await collect(walk(list, { ahead: 1 }));
  const fitting = rows.filter((run) => (run.persona_id ?? persona_id) === persona_id);
  const detailed = (run: WireRun) => api.one(ENDPOINTS.getRun, { params: { id: run.run_id }, signal }).catch(() => run);
  const withMetadata = await Promise.all(
    fitting.map((run, index) => (run.metadata || index >= MAX_DETAILS ? run : detailed(run))),
  );
  const ours = withMetadata.filter((run) => step.correlation_id !== undefined && carries(run, step.correlation_id));
  if (ours.length > 0) return ours.map((run) => ({ receipt: { session: [run.run_id] }, certain: true }));
  // "No run was started" is certain only where the whole list was read.
  if (!coverage.complete) throw lookedInVain();
  return withMetadata
    .filter((run) => correlationIdOf(run) === undefined)
    .filter((run) => metadata.display_name === undefined || run.display_name === metadata.display_name)
    .map((run) => ({ receipt: { session: [run.run_id] }, certain: false }));
}

function correlationIdOf(run: WireRun): unknown {
  const { metadata } = run;
  const customer = metadata?.customer;
  if (typeof customer === 'object' && customer !== null && CORRELATION_ID in customer) return customer[CORRELATION_ID];
  return metadata?.[CORRELATION_ID];
}

function carries(run: WireRun, id: string): boolean {
  return correlationIdOf(run) === id || (run.display_name !== undefined && isMarkedWith(run.display_name, id));
}

function lookedInVain(): Problem {
  return new Problem(
    'unreadable',
    'The runs that Coval began could not be listed whole, so that this one may be among them.',
    {
      provider: PLATFORM.id,
      next: 'Look at the newest runs in Coval before anything is started again.',
    },
  );
}

function wholeSecond(time: Date, round: (value: number) => number): Date {
  return new Date(round(time.getTime() / 1000) * 1000);
}

/** Finds the copy of an agent whose answer was lost. A copy gets its mark only afterwards, so that it is not certain without. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { StepResult } from '../provider.ts';
import { revisionOf } from '../shared/agent-parts.ts';
import { beforeSending } from '../shared/agent-write.ts';
import { idsBefore } from '../shared/known-before.ts';
import { markOfCopy } from '../shared/marked-name.ts';
import { collect, walk } from '../shared/pages.ts';
import { instant } from '../shared/scalars.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Opened } from './opened-agent.ts';
import { PLATFORM } from './settings.ts';

/** Agents that are read to see whether they are as the origin is. */
const MOST_READ = 5;
/** What a copy takes over. */
const COPIED = ['model_type', 'phone_number', 'endpoint', 'prompt', 'language', 'attributes', 'metadata', 'workflows'];

/** The agents that there are before one is copied: none of them is the copy. */
export async function agentsBefore({ api }: Opened, signal: AbortSignal): Promise<StepResult> {
  const { rows, coverage } = await beforeSending(collect(walk(api.list(ENDPOINTS.listAgents, { signal }))));
  return {
    agents_before: idsBefore(
      rows.map(({ id }) => id),
      coverage.complete,
    ),
  };
}

/** The copy with this mark; undefined where none is certain to be it. */
export async function findCopy({ api }: Opened, mark: string, signal: AbortSignal): Promise<StepResult | undefined> {
  const { rows } = await collect(walk(api.list(ENDPOINTS.listAgents, { signal })));
  const [marked, another] = rows.filter(({ display_name }) => markOfCopy(display_name) === mark);
  // Somebody may have copied the copy, with its name.
  return marked && !another ? { agent: marked.id } : undefined;
}

/** A lost answer about a copy, with the agents that may be the copy; every other error as it is. */
export async function withLikeAgents(opened: Opened, error: unknown, signal: AbortSignal): Promise<unknown> {
  if (!isProblem(error) || error.details.sent !== 'unknown') return error;
  const alike = await likeAgents(opened, signal).catch(() => []);
  const told =
    alike.length === 0
      ? 'No agent like it is seen in Coval.'
      : `Agents like it that were made later: ${alike.length}; nothing tells whether one of them is the copy.`;
  return new Problem(error.kind, `${error.message} ${told}`, {
    ...error.details,
    candidates: alike.map((id) => formatRef(PLATFORM.id, 'agent', id)),
    next: 'Look at the newest agents in Coval and delete the copy there, if there is one; then propose the change again.',
  });
}

/** Ids of later agents with the content of the origin, newest first. */
async function likeAgents({ api, lookup, id, record }: Opened, signal: AbortSignal): Promise<string[]> {
  const { rows } = await collect(walk(api.list(ENDPOINTS.listAgents, { signal })));
  const madeAt = (time: unknown) => instant(time) ?? 0;
  const later = rows
    .filter((row) => row.id !== id && madeAt(row.create_time) >= madeAt(record.create_time))
    .toSorted((a, b) => madeAt(b.create_time) - madeAt(a.create_time))
    .slice(0, MOST_READ);
  const read = await Promise.all(later.map((row) => lookup.agentRecord(row.id, signal).catch(() => undefined)));
  return later.flatMap((row, at) => (read[at] && copiedOf(read[at]) === copiedOf(record) ? [row.id] : []));
}

/** A member that is null and one that is absent are the same to Coval. */
function copiedOf(record: Record<string, unknown>): string {
  return revisionOf(COPIED.map((name) => record[name] ?? null));
}

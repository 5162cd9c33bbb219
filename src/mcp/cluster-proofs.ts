/** The turns that prove a cluster: of a few of its failures, in different words and of different runs. */
import { parseRef } from '../model/refs.ts';
import type { Turn } from '../model/schemas.ts';
import type { Failure, FailureGroup } from '../modes/failures.ts';
import { mapLimited } from '../providers/shared/concurrency.ts';
import { providerOf } from '../reading/pool.ts';
import type { Opened } from '../reading/reading.ts';
import type { ToolContext } from './tool.ts';
import { readTurns } from './tools/shared.ts';

/** What shows a failure (or a breakage) of one run. */
export interface Evidence {
  /** Reference of the run. */
  run: string;
  evaluation?: string | undefined;
  /** What the judge said (untrusted). */
  reason?: string | undefined;
  /** Index of the turn that shows it. */
  turn?: number | undefined;
  /** Text of that turn (untrusted). */
  text?: string | undefined;
}

type Transcripts = ReadonlyMap<string, readonly Turn[]>;

/** Transcripts that one answer may fetch to show the turns that prove its clusters: few by default, more with `detail=full`. */
export const MOST_FETCHED = { digest: 16, full: 48 } as const;

/** Up to `most` failures that show what a cluster is about: each of another run, first each of another wording. */
export function telling(failures: readonly Failure[], most: number): Failure[] {
  const firsts = new Map<FailureGroup, Failure>();
  for (const failure of failures) {
    if (!firsts.has(failure.group)) firsts.set(failure.group, failure);
  }
  const chosen: Failure[] = [];
  const runs = new Set<string>();
  for (const from of [firsts.values(), failures])
    for (const failure of from) {
      if (chosen.length >= most) return chosen;
      if (runs.has(failure.run)) continue;
      runs.add(failure.run);
      chosen.push(failure);
    }
  return chosen;
}

/** What the judge said of a failure; of those that are not kept, what was said of the first of this wording. */
export function reasonOf(failure: Failure): string | undefined {
  const { group } = failure;
  const reason = group.reasons[group.failures.slice(0, group.reasons.length).indexOf(failure)] ?? group.reason;
  return reason.trim() === '' ? undefined : reason;
}

/** Transcripts of the first `most` of these runs, and how many of them could not be read. */
export async function fetchTranscripts(
  runs: readonly string[],
  most: number,
  at: Opened,
  context: ToolContext,
): Promise<{ transcripts: Transcripts; unread: number }> {
  const wanted = [...new Set(runs)].slice(0, most);
  const found = await mapLimited(wanted, 6, async (ref) => {
    try {
      const read = () => readTurns(providerOf(at, ref), parseRef(ref)?.ids ?? [], undefined, context);
      const { turns } = await at.computed(`turns ${ref}`, read);
      return [ref, turns] as const;
    } catch {
      return undefined;
    }
  });
  const read = found.filter((entry) => entry !== undefined);
  return { transcripts: new Map(read), unread: wanted.length - read.length };
}

/** The failure with the turn that its reason speaks of, where it speaks of one. */
export async function proof(failure: Failure, transcripts: Transcripts): Promise<Evidence> {
  const { evidenceFinder } = await import('../analysis/evidence.ts');
  const { run, group } = failure;
  const reason = reasonOf(failure);
  const turns = transcripts.get(run) ?? [];
  const [found] = evidenceFinder(turns)({ name: group.evaluation, verdict: 'failed', reason }).turns;
  const turn = found && turns[found.position];
  return { run, evaluation: group.evaluation || undefined, reason, turn: turn?.index, text: turn?.text };
}

/**
 * What a reading found of what there is. Every answer that counts carries it: a number that may be short says so, and a
 * reading that cannot be vouched for names each reason with one trusted sentence.
 */
import * as z from 'zod/v4';

export const GAP_KINDS = [
  /** The platform counts more than its pages held. */
  'missing',
  /** Pages held more than the platform counts. */
  'surplus',
  /** Rows that are no objects, or cannot be read. */
  'unreadable',
  /** Rows without an id, which cannot be referred to or told apart. */
  'without_id',
  /** Pages showed the same rows again, and nothing says that no other was lost in their place. */
  'repeated',
  /** One row came twice with different contents. */
  'changed',
  /** The list ended although the platform said that more follows. */
  'ended_early',
  /** An error where the end of the list may be, as this platform also answers there. */
  'end_unknown',
  /** Rows came together with an error in one answer. */
  'error_in_answer',
  /** The platform's own sums say something else than its rows. */
  'counters_disagree',
  /** The reading stopped at a bound of ours. */
  'capped',
  /** A part of the platform that was not asked. */
  'not_looked_at',
  /** A platform, or a part of one, that did not answer. */
  'not_answering',
  /** Asked for and never executed: there is nothing to read. Leaves a reading complete. */
  'never_ran',
  /** Deleted at the platform since: no result any more. Leaves a reading complete. */
  'deleted',
] as const;

const gapSchema = z.object({
  kind: z.enum(GAP_KINDS),
  count: z.int().min(0).optional().describe('How many; absent = not known'),
  note: z.string(),
});
export const coverageSchema = z.object({
  complete: z.boolean(),
  expected: z.int().min(0).optional(),
  read: z.int().min(0),
  missing: z.int().min(0).optional(),
  unreadable: z.int().min(0).optional(),
  gaps: z.array(gapSchema).optional(),
});
/** One reason why a reading may be short or wrong; `note` is one trusted sentence. */
export type Gap = z.infer<typeof gapSchema>;
export type Coverage = z.infer<typeof coverageSchema>;

/** What is said of a reading although it found everything that there is. */
export function leavesComplete({ kind }: Pick<Gap, 'kind'>): boolean {
  return kind === 'never_ran' || kind === 'deleted';
}

export interface CoverageFacts {
  /** Rows that were read and can be used, each once. */
  read: number;
  /** How many there are by the highest word of the platform, without those that never ran; absent = it said nothing. */
  expected?: number | undefined;
  /** Rows that arrived and cannot be used. */
  unusable?: number | undefined;
  gaps?: readonly Gap[] | undefined;
}

/** Coverage of one reading. `missing` follows from the numbers: what is expected and neither read nor unusable. */
export function coverageOf({ read, expected, unusable = 0, gaps = [] }: CoverageFacts): Coverage {
  const missing = Math.max(0, (expected ?? 0) - read - unusable);
  return {
    complete: gaps.every(leavesComplete) && missing === 0 && unusable === 0,
    expected,
    read,
    missing: missing > 0 ? missing : undefined,
    unreadable: unusable > 0 ? unusable : undefined,
    gaps: gaps.length > 0 ? [...gaps] : undefined,
  };
}

/** The same reading with further gaps; one that it has already is not said twice. */
export function withGaps(coverage: Coverage, gaps: readonly Gap[]): Coverage {
  const before = coverage.gaps ?? [];
  const more = gaps.filter((gap) => !before.some(({ kind, note }) => kind === gap.kind && note === gap.note));
  if (more.length === 0) return coverage;
  const complete = coverage.complete && more.every(leavesComplete);
  return { ...coverage, complete, gaps: [...before, ...more] };
}

/** Several readings as one: sums, and the gaps of all; those of one sentence once, unless they count. */
export function foldCoverages(parts: readonly Coverage[]): Coverage {
  const gaps: Gap[] = [];
  for (const gap of parts.flatMap((part) => part.gaps ?? [])) {
    const said = gaps.some(({ kind, note, count }) => kind === gap.kind && note === gap.note && count === gap.count);
    if (gap.count !== undefined || !said) gaps.push(gap);
  }
  const sum = (of: (part: Coverage) => number | undefined) => parts.reduce((all, part) => all + (of(part) ?? 0), 0);
  const expected = parts.every((part) => part.expected !== undefined) ? sum((part) => part.expected) : undefined;
  return {
    complete: parts.every((part) => part.complete),
    expected: parts.length > 0 ? expected : undefined,
    read: sum((part) => part.read),
    missing: sum((part) => part.missing) || undefined,
    unreadable: sum((part) => part.unreadable) || undefined,
    gaps: gaps.length > 0 ? gaps : undefined,
  };
}

/**
 * How many runs may exist, or be other than they read, beyond what a reading counted: what its gaps leave open. 0 for a
 * complete one; undefined when it is not known.
 */
export function openRuns({ complete, missing = 0, unreadable = 0, gaps = [] }: Coverage): number | undefined {
  if (complete) return 0;
  let open = missing + unreadable;
  for (const { kind, count } of gaps) {
    // In the numbers above already, or nothing that a verdict depends on.
    if (kind === 'missing' || kind === 'unreadable' || kind === 'without_id') continue;
    if (kind === 'surplus' || kind === 'never_ran' || kind === 'deleted') continue;
    if (count === undefined) return undefined;
    open += count;
  }
  return open;
}

/** Of `openRuns`, those that stand in the counts already and may be other than they read. */
export function doubtfulRuns({ gaps = [] }: Coverage): number {
  return gaps
    .filter(({ kind }) => kind === 'changed' || kind === 'counters_disagree')
    .reduce((sum, { count = 0 }) => sum + count, 0);
}

/** The same reading after `found` rows that were missing were read one by one; `what` as in its sentence. */
export function withFound(coverage: Coverage, found: number, what: string): Coverage {
  if (found === 0) return coverage;
  const { expected, read, missing = 0, unreadable, gaps = [] } = coverage;
  const short = Math.max(0, missing - found);
  const others = gaps.filter(({ kind }) => kind !== 'missing');
  const note = `${short} of the ${expected ?? read + missing} ${what} that the platform counts could not be found.`;
  const left: Gap[] = short > 0 ? [{ kind: 'missing', count: short, note }, ...others] : others;
  return coverageOf({ read: read + found, expected, unusable: unreadable, gaps: left });
}

/** The same coverage, each of its sentences beginning with whose it is: `Coval: …`, `Before: …` (trusted words). */
export function coverageFor(whose: string, coverage: Coverage): Coverage {
  const { gaps } = coverage;
  return gaps === undefined
    ? coverage
    : { ...coverage, gaps: gaps.map((gap) => ({ ...gap, note: `${whose}: ${gap.note}` })) };
}

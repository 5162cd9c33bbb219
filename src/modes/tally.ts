/** What a coded reading counts: failures and runs by mode, what nobody read, whose fault it was, and shares from a sample. */

import { modeWords } from '../model/mode-words.ts';
import type { CodedBy, Coder, Mode, ModeSource } from '../model/modes.ts';
import type { Interval } from '../model/pass-rate.ts';
import type { BookEntry, StoredMode } from './book.ts';
import type { Coded } from './coding.ts';
import type { Failure, FailureTable } from './failures.ts';
import { type Sample, shareInterval } from './sampling.ts';

export interface ModeCount {
  failures: Failure[];
  /** References of the runs, each once, in the order in which they were read. */
  runs: Set<string>;
  coded_by: CodedBy;
}

export interface Tally {
  total: number;
  /** Those of a mode, and singles. */
  coded: number;
  uncoded: Failure[];
  singles: Failure[];
  coded_by: CodedBy;
  modes: ReadonlyMap<string, ModeCount>;
}

/** Counts every failure of a table once. */
export function tallyOf(table: FailureTable, codes: Coded): Tally {
  const modes = new Map<string, ModeCount>();
  const uncoded: Failure[] = [];
  const singles: Failure[] = [];
  const coded_by: CodedBy = {};
  for (const { failures } of table.groups)
    for (const failure of failures) {
      const coding = codes.of(failure);
      if (!coding) {
        uncoded.push(failure);
        continue;
      }
      bump(coded_by, coding.by);
      if (coding.mode === undefined) {
        singles.push(failure);
        continue;
      }
      const count = modes.get(coding.mode) ?? { failures: [], runs: new Set(), coded_by: {} };
      modes.set(coding.mode, count);
      count.failures.push(failure);
      count.runs.add(failure.run);
      bump(count.coded_by, coding.by);
    }
  return { total: table.total, coded: table.total - uncoded.length, uncoded, singles, coded_by, modes };
}

function bump(by: CodedBy, coder: Coder): void {
  by[coder] = (by[coder] ?? 0) + 1;
}

/**
 * The mode of an id as it is shown, its words without links. Where several agents have it, the words are those of the one that
 * was seen last, and it was seen from the first time at any of them to the last.
 */
export function storedMode(entries: readonly BookEntry[], id: string): StoredMode | undefined {
  const found = entries.flatMap(({ modes }) => (Object.hasOwn(modes, id) ? (modes[id] ?? []) : []));
  const seen = (member: 'first_seen' | 'last_seen') => found.flatMap((mode) => mode[member] ?? []).sort(byTime);
  const last_seen = seen('last_seen').at(-1);
  const mode = found.find((one) => one.last_seen === last_seen) ?? found[0];
  if (!mode) return undefined;
  const { title, definition, fix } = mode;
  const words = { title: modeWords(title), definition: modeWords(definition), fix: fix && modeWords(fix) };
  return { ...mode, ...words, first_seen: seen('first_seen')[0], last_seen };
}

function byTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}

/** Ids of all modes of these entries, each once. */
export function modeIds(entries: readonly BookEntry[]): string[] {
  return [...new Set(entries.flatMap(({ modes }) => Object.keys(modes)))];
}

/**
 * A mode with its counts. Its share is of all failures: exact where each is coded, estimated from a sample that was read,
 * else absent.
 */
export function countedMode(id: string, stored: StoredMode, tally: Tally, sample?: Sample): Mode {
  const { failures = [], runs = new Set(), coded_by } = tally.modes.get(id) ?? {};
  const { title, definition, source, fix_kind, fix, status, first_seen, last_seen } = stored;
  return {
    id,
    title,
    definition,
    source,
    fix_kind,
    fix,
    status,
    failures: failures.length,
    runs: runs.size,
    coded_by: failures.length > 0 ? coded_by : undefined,
    ...shareOf(failures.length, tally, sample?.byMode.get(id) ?? 0, sample),
    first_seen,
    last_seen,
  };
}

function shareOf(count: number, { total, uncoded }: Tally, sampled: number, sample: Sample | undefined) {
  if (total === 0) return {};
  if (uncoded.length === 0) return { share: count / total };
  if (!sample || sample.read < sample.size) return {};
  const share_interval: Interval | undefined = shareInterval(sampled, sample.size, total);
  return { share: sampled / sample.size, share_interval };
}

/** Failures of modes by whose fault they are; modes that do not say count as `unclear`. */
export function bySource(modes: readonly Pick<Mode, 'source' | 'failures'>[]): Partial<Record<ModeSource, number>> {
  const sums: Partial<Record<ModeSource, number>> = {};
  for (const { source = 'unclear', failures } of modes) if (failures > 0) sums[source] = (sums[source] ?? 0) + failures;
  return sums;
}

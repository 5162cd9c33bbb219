/** What answers count of failures: those of each mode, what is coded by whom, whose fault it was, and what a sample says. */
import * as z from 'zod/v4';
import { codedBySchema, codedSchema, MODE_SOURCES, type Mode } from '../model/modes.ts';
import { countOrAbsent } from '../model/schemas.ts';
import type { CodedReading } from './mode-reading.ts';

/** Members of an answer that counts failures. */
export const failureCounts = {
  total: codedSchema.shape.failures,
  ...codedSchema.omit({ failures: true }).shape,
  coded_by: codedBySchema.optional(),
  by_source: z.partialRecord(z.enum(MODE_SOURCES), z.int()).optional(),
  sampled: z.object({ size: z.int(), read: z.int(), unseen: z.number().optional() }).optional(),
};

/** Members of an answer that says which runs are no failures. */
export const otherRunCounts = {
  broken: countOrAbsent,
  inconclusive: countOrAbsent,
  pending: countOrAbsent,
  passed_with_failures: countOrAbsent,
};

type Counted = Pick<CodedReading, 'entries' | 'tally' | 'sample' | 'coverage'>;

/**
 * Every mode that the book has for these sessions, with its counts here, most failures first. Shares only of a reading that
 * is complete.
 */
export async function countedModes({ entries, tally, sample, coverage }: Counted): Promise<Mode[]> {
  const { countedMode, modeIds, storedMode } = await import('../modes/tally.ts');
  return modeIds(entries)
    .flatMap((id) => {
      const stored = storedMode(entries, id);
      return stored ? countedMode(id, stored, tally, sample) : [];
    })
    .map((mode) => (coverage.complete ? mode : { ...mode, share: undefined, share_interval: undefined }))
    .sort((a, b) => b.failures - a.failures || (a.id < b.id ? -1 : 1));
}

/** The values of `failureCounts`. `modes`: as `countedModes` gives them. */
export async function countsOfFailures({ tally, sample, coverage }: Counted, modes: readonly Mode[]) {
  const [{ bySource }, { unseenShare }] = await Promise.all([
    import('../modes/tally.ts'),
    import('../modes/sampling.ts'),
  ]);
  const sources = bySource(modes);
  return {
    total: tally.total,
    coded: tally.coded,
    uncoded: tally.uncoded.length,
    singles: tally.singles.length,
    coded_by: tally.coded > 0 ? tally.coded_by : undefined,
    by_source: Object.keys(sources).length > 0 ? sources : undefined,
    sampled: sample && {
      size: sample.size,
      read: sample.read,
      unseen: sample.read === sample.size && coverage.complete ? unseenShare(sample, tally.total) : undefined,
    },
  };
}

/** The values of `otherRunCounts`. */
export function countsOfOtherRuns({ session, table, passed_with_failures }: CodedReading) {
  const { counts } = session;
  return {
    broken: counts.error,
    inconclusive: counts.failed + counts.inconclusive - table.runs.size,
    pending: counts.pending,
    passed_with_failures,
  };
}

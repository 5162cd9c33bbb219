import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { modeSchema } from '../../model/modes.ts';
import { countOrAbsent } from '../../model/schemas.ts';
import type { Place } from '../../modes/lines.ts';
import { budgetFor, bytesOf, DIGEST_BUDGET } from '../budget.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { failureRows, fittingRows, rowsSchema } from '../failure-rows.ts';
import { countedModes, countsOfFailures, countsOfOtherRuns, failureCounts, otherRunCounts } from '../mode-counts.ts';
import { type CodedReading, codedReading, readFailures } from '../mode-reading.ts';
import { contains } from '../run-filter.ts';
import { saidSession, saidSessionSchema } from '../said-session.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { cursorArgument, openSession, openStatus, sessionArgument, thresholdsArgument } from './shared.ts';

/** Bytes of an answer whose `limit` was asked for: about 6,000 tokens. */
const LONG_BUDGET = 24_000;
const MOST_LINES = 150;
/** Of an answer's room, what known modes may take. */
const ROOM_OF_MODES = 0.4;
const STATES = ['uncoded', 'coded', 'all'] as const;

export const listFailures = defineTool({
  name: 'list_failures',
  title: 'List failures',
  description:
    'The failures of a session as lines to read and to name causes from: id, criterion, reason, how many say the same; known failure modes first. By default those that nobody has read. Longer reasons alike but for numbers and names share a line. Of a large session `sample` draws some at random.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  budget: ({ limit }) => (limit === undefined ? DIGEST_BUDGET : LONG_BUDGET),
  input: z.strictObject({
    session: sessionArgument,
    evaluation: z.string().optional().describe('Failed evaluation (part of its name)'),
    state: z.enum(STATES).optional().describe('Default uncoded'),
    sample: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('Only so many failures, drawn at random; the same ones every time'),
    limit: z.int().min(1).max(150).optional().describe('Lines; default: as many as fit 10 kB, else up to 24 kB'),
    cursor: cursorArgument,
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    ...saidSessionSchema,
    session_status: z.string().optional(),
    modes: z.array(modeSchema.partial().required({ id: true, title: true })),
    modes_omitted: countOrAbsent,
    modes_limit: z.int().optional().describe('`limit` that shows them'),
    modes_retired: countOrAbsent,
    ...rowsSchema,
    from: z.int().optional(),
    distinct: z.int().describe('Lines in all'),
    matching: z.int().describe('Failures in these lines'),
    ...failureCounts,
    ...otherRunCounts,
    unknown: z.array(z.enum(['evaluation'])).optional(),
    vendor_problem: z.string().optional(),
    coverage: coverageSchema,
    read_at: z.string().optional(),
    next_cursor: z.string().optional(),
    repeat: z
      .object({ state: z.enum(STATES).optional(), sample: z.int().optional(), limit: z.int().optional() })
      .optional()
      .describe('What to give with next_cursor'),
  }),
  async run(args, context) {
    const at = await openSession(args.session, context);
    const query = { ...args, session: at.ref };
    const { skip: rank, shown } = readCursor('list_failures', query, args.cursor);
    const [
      { failureId },
      { failureLines, linesBehind, orderedGroups, placeOf },
      { drawSample, sampleOf },
      { suggester },
    ] = await Promise.all([
      import('../../modes/failures.ts'),
      import('../../modes/lines.ts'),
      import('../../modes/sampling.ts'),
      import('../../modes/suggest.ts'),
    ]);
    const reading = await codedReading(at, await readFailures(at, context, args.thresholds), context);
    const { table, codes, coverage } = reading;
    const all = table.groups.flatMap(({ failures }) => failures);
    const sample = args.sample === undefined ? reading.sample : sampleOf(table, codes, args.sample);
    const ordered = orderedGroups(table);
    const lines = failureLines(ordered, codes, {
      state: args.state ?? 'uncoded',
      evaluation: args.evaluation === undefined ? undefined : (name) => contains(name, args.evaluation),
      among: args.sample === undefined ? undefined : new Set(drawSample(all, args.sample)),
    });
    const before: Place | undefined =
      shown === undefined ? undefined : (placeOf(ordered, shown, rank) ?? { group: rank, at: 0 });
    const behind = before ? linesBehind(lines, before) : lines;
    const named = saidSession(at.ref);
    const budget =
      budgetFor('digest', named.session, coverage, coverage.gaps) +
      (args.limit === undefined ? 0 : LONG_BUDGET - DIGEST_BUDGET);
    const counted = await countedModes({ ...reading, sample });
    const chosen = behind.slice(0, args.limit ?? MOST_LINES);
    const suggest = counted.length > 0 ? suggester(reading.entries) : undefined;
    const sized = await failureRows(chosen, table, suggest);
    const { knownModes } = await import('../known-modes.ts');
    const knownIn = (bytes: number) =>
      knownModes(counted, {
        room: bytes * ROOM_OF_MODES,
        spare: bytes - sized.rows.reduce((sum, row) => sum + row.bytes, 0),
        later: before !== undefined,
      });
    const known = knownIn(budget);
    const rows = fittingRows(sized, budget - bytesOf(known.modes));
    const long = budget + (args.limit === undefined ? LONG_BUDGET - DIGEST_BUDGET : 0);
    const shows = knownIn(long).modes_omitted === 0 ? MOST_LINES : 1;
    const last = behind[rows.failures.length - 1];
    const goesOn = rows.failures.length < behind.length && last !== undefined;
    const counts = await countsOfFailures({ ...reading, sample }, counted);
    return {
      ...named,
      session_status: openStatus(at),
      ...known,
      modes_limit: known.modes_omitted > 0 && shows !== args.limit ? shows : undefined,
      ...rows,
      from: before ? lines.length - behind.length + 1 : undefined,
      distinct: lines.length,
      matching: lines.reduce((sum, { failures }) => sum + failures.length, 0),
      ...counts,
      ...countsOfOtherRuns(reading),
      unknown: isUnknown(args.evaluation, reading) ? ['evaluation' as const] : undefined,
      vendor_problem: reading.vendorProblem,
      coverage,
      read_at: at.read_at,
      next_cursor: goesOn
        ? writeCursor('list_failures', query, { skip: last.place.group, shown: failureId(last.failures[0]) })
        : undefined,
      // A filter is a text of whoever calls, and stands in no next step.
      repeat:
        goesOn && args.evaluation === undefined && args.thresholds === undefined
          ? { state: args.state, sample: args.sample, limit: args.limit }
          : undefined,
    };
  },
});

export type ListFailures = DataOf<typeof listFailures>;

/** Whether a filter names no failed evaluation of a reading that is complete. */
function isUnknown(evaluation: string | undefined, { table, coverage }: CodedReading): boolean {
  return (
    evaluation !== undefined &&
    coverage.complete &&
    !table.groups.some(({ evaluation: name }) => contains(name, evaluation))
  );
}

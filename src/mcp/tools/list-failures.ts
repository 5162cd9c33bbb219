import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { CODERS, modeSchema } from '../../model/modes.ts';
import { quotedText } from '../../model/quoted.ts';
import { countOrAbsent, refSchema } from '../../model/schemas.ts';
import type { Place } from '../../modes/lines.ts';
import { budgetFor, bytesOf, DIGEST_BUDGET, fit } from '../budget.ts';
import { clip } from '../clean.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { countedModes, countsOfFailures, countsOfOtherRuns, failureCounts, otherRunCounts } from '../mode-counts.ts';
import { type CodedReading, codedReading, readFailures } from '../mode-reading.ts';
import { contains } from '../run-filter.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { cursorArgument, openSession, openStatus, sessionArgument, thresholdsArgument } from './shared.ts';

/** Bytes of an answer whose `limit` was asked for: about 6,000 tokens. */
const LONG_BUDGET = 24_000;
const MOST_LINES = 150;
const LONGEST_REASON = 300;
const LONGEST_CRITERION = 120;
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
    session: refSchema,
    session_status: z.string().optional(),
    modes: z.array(modeSchema.partial().required({ id: true, title: true })),
    modes_omitted: countOrAbsent,
    modes_limit: z.int().optional().describe('`limit` that shows them'),
    modes_retired: countOrAbsent,
    failures: z.array(
      z.object({
        id: z.string(),
        run: refSchema,
        evaluation: quotedText,
        reason: quotedText,
        alike: z.int().optional(),
        mode: z.string().optional(),
        coded_by: z.enum(CODERS).optional(),
        suggested: z.string().optional(),
      }),
    ),
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
      { failureLines, linesBehind, orderedGroups, placeOf, reasonOf },
      { drawSample, sampleOf },
      { suggester },
      { maskedWording },
    ] = await Promise.all([
      import('../../modes/failures.ts'),
      import('../../modes/lines.ts'),
      import('../../modes/sampling.ts'),
      import('../../modes/suggest.ts'),
      import('../../analysis/wording.ts'),
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
    const budget =
      budgetFor('digest', at.ref, coverage, coverage.gaps) +
      (args.limit === undefined ? 0 : LONG_BUDGET - DIGEST_BUDGET);
    const counted = await countedModes({ ...reading, sample });
    const chosen = behind.slice(0, args.limit ?? MOST_LINES);
    const suggest = counted.length > 0 ? suggester(reading.entries) : undefined;
    const rows = chosen.map((line) => ({
      id: failureId(line.failures[0]),
      run: line.failures[0].run,
      evaluation: clip(line.group.evaluation, LONGEST_CRITERION),
      reason: clip(reasonOf(line), LONGEST_REASON),
      alike: line.failures.length > 1 ? line.failures.length : undefined,
      mode: line.coding?.mode,
      coded_by: line.coding?.by,
      suggested: line.coding
        ? undefined
        : suggest?.(`[${line.group.evaluation}] ${maskedWording(reasonOf(line).slice(0, 1_000))}`),
    }));
    const { knownModes } = await import('../known-modes.ts');
    const knownIn = (bytes: number, shown: typeof rows) =>
      knownModes(counted, { room: bytes * ROOM_OF_MODES, spare: bytes - bytesOf(shown), later: before !== undefined });
    const known = knownIn(budget, rows);
    const { kept } = fit(rows, budget - bytesOf(known.modes));
    const long = budget + (args.limit === undefined ? LONG_BUDGET - DIGEST_BUDGET : 0);
    const shows = knownIn(long, rows).modes_omitted === 0 ? MOST_LINES : 1;
    const last = behind[kept.length - 1];
    const goesOn = kept.length < behind.length && last !== undefined;
    const counts = await countsOfFailures({ ...reading, sample }, counted);
    return {
      session: at.ref,
      session_status: openStatus(at),
      ...known,
      modes_limit: known.modes_omitted > 0 && shows !== args.limit ? shows : undefined,
      failures: kept,
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

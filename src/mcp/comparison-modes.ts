/** What the book says of both sides of a comparison, and the form in which an answer shows what became of modes. */
import * as z from 'zod/v4';
import type { Coverage } from '../model/coverage.ts';
import { MODE_SOURCES, UNSETTLED_BECAUSE } from '../model/modes.ts';
import { quotedText } from '../model/quoted.ts';
import { countOrAbsent, refSchema } from '../model/schemas.ts';
import type { ChangesSide } from '../modes/changes.ts';
import type { FailureTable } from '../modes/failures.ts';
import type { ModeKeys } from '../modes/keys.ts';
import type { Opened } from '../reading/reading.ts';
import { keysFor } from './mode-keys.ts';
import { adoptedClusters } from './mode-reading.ts';
import type { ToolContext } from './tool.ts';

const modeChangeSchema = z.object({
  id: z.string(),
  title: quotedText,
  source: z.enum(MODE_SOURCES).optional(),
  before: z.int().describe('Failures'),
  after: z.int(),
  runs_before: countOrAbsent,
  runs_after: countOrAbsent,
  tests: z.int().describe('In which it failed, on the side that has it'),
  tests_judged: z.int().describe('Of these, with a verdict on the other side'),
});
const sideSchema = z.object({ failures: z.int(), uncoded: countOrAbsent, singles: countOrAbsent });

export const modeChangesSchema = z.object({
  new: z.array(modeChangeSchema),
  resolved: z.array(modeChangeSchema.extend({ relocated: countOrAbsent })),
  persisting: z.array(modeChangeSchema),
  relocated: z.array(
    z.object({
      test: refSchema.optional(),
      name: quotedText.optional(),
      from: z.array(z.string()),
      to: z.array(z.string()),
    }),
  ),
  unsettled: z.array(
    modeChangeSchema.extend({
      because: z.enum(UNSETTLED_BECAUSE),
      unread: countOrAbsent,
      unread_in_tests: countOrAbsent,
    }),
  ),
  untested: z.array(modeChangeSchema).optional(),
  counts: z.object({
    new: countOrAbsent,
    resolved: countOrAbsent,
    persisting: countOrAbsent,
    relocated: countOrAbsent,
    unsettled: countOrAbsent,
    untested: countOrAbsent,
  }),
  before: sideSchema,
  after: sideSchema,
});

interface ReadSide {
  opened: Opened;
  table: FailureTable;
  coverage: Coverage;
  /** Runs that are missing or go on; undefined = not known. */
  open: number | undefined;
}

/**
 * Both sides as the book codes them, each by the modes of the agents of both; the words of a mode; and notes: where the sides
 * keep their modes apart, and where clusters of the platform that a mode adopted could not be read. Throws `local_io` where the book cannot be read.
 */
export async function codedSides(
  before: ReadSide,
  after: ReadSide,
  { modes, signal, changer }: Pick<ToolContext, 'modes' | 'signal' | 'changer'>,
) {
  const [{ adoptedBy }, { coded, entriesOf }, { storedMode }] = await Promise.all([
    import('../modes/adoption.ts'),
    import('../modes/coding.ts'),
    import('../modes/tally.ts'),
  ]);
  const book = await (await modes()).read();
  const keysOf = ({ opened, table }: ReadSide) => keysFor(opened, table, book, { signal, changer });
  const [was, is] = [await keysOf(before), await keysOf(after)];
  const entries = entriesOf(book, [...was.read, ...is.read]);
  const notes = entries.length > 0 ? keysNote(was, is) : [];
  for (const problem of new Set([was.problem, is.problem])) if (problem !== undefined) notes.push(problem);
  const side = async ({ opened, table, coverage, open }: ReadSide, where: string): Promise<ChangesSide> => {
    const { clusters, problem } = await adoptedClusters(entries, opened, { signal });
    if (problem !== undefined) notes.push(`${where}: ${problem}`);
    const codes = coded(entries, table, clusters && adoptedBy(entries, clusters));
    return { table, codes, settled: coverage.complete && open === 0 };
  };
  return {
    before: await side(before, 'Before'),
    after: await side(after, 'After'),
    wordsOf: (id: string) => storedMode(entries, id) ?? { title: id },
    notes,
  };
}

/** Where no agent of one side is one of the other. */
function keysNote({ own: before }: ModeKeys, { own: after }: ModeKeys): string[] {
  if (before.some((key) => after.includes(key))) return [];
  const named = (keys: readonly string[]) =>
    keys.slice(0, 2).join(', ') + (keys.length > 2 ? ` and ${keys.length - 2} more` : '');
  return [
    `The sides keep their failure modes apart (before: ${named(before)}; after: ${named(after)}); modes of one id count as one.`,
  ];
}

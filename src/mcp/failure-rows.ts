/**
 * Lines of failures as rows of an answer. What many rows have in common is said once: a criterion with the first of the
 * rows that failed it, the reference of a run in `run_refs`, by the key that the rows of this run have, and in `run_prefix`
 * how all of these references begin.
 */
import * as z from 'zod/v4';
import { CODERS } from '../model/modes.ts';
import { quotedText } from '../model/quoted.ts';
import type { FailureTable } from '../modes/failures.ts';
import type { FailureLine } from '../modes/lines.ts';
import { bytesOf, fit } from './budget.ts';
import { clip } from './clean.ts';

const LONGEST_REASON = 300;
const LONGEST_CRITERION = 120;

const rowSchema = z.object({
  id: z.string(),
  run: z.string().describe('Key of its reference in `run_refs`; a run of a finished session has one key on all pages'),
  evaluation: quotedText.optional().describe('Criterion of this line and of those that follow without one'),
  reason: quotedText,
  alike: z.int().optional(),
  mode: z.string().optional(),
  coded_by: z.enum(CODERS).optional(),
  suggested: z.string().optional(),
});

export const rowsSchema = {
  failures: z.array(rowSchema),
  run_prefix: z.string().optional().describe('How the references of all these runs begin'),
  run_refs: z
    .record(z.string(), z.string())
    .optional()
    .describe('By the key in `failures`: what follows `run_prefix` in the reference that get_run takes'),
};

type Row = z.infer<typeof rowSchema>;

/** Rows, and what they take in an answer. */
export interface SizedRows {
  /** How the references of their runs begin; '' where they have nothing in common. */
  prefix: string;
  /** `rest`: what follows in the reference of its run, where no row before it has this run. */
  rows: { row: Row; rest?: string | undefined; bytes: number }[];
}

/** The rows of lines. `suggest`: a known mode for a wording that nobody coded. */
export async function failureRows(
  lines: readonly FailureLine[],
  table: FailureTable,
  suggest: ((wording: string) => string | undefined) | undefined,
): Promise<SizedRows> {
  const [{ failureId }, { reasonOf }, { maskedWording }] = await Promise.all([
    import('../modes/failures.ts'),
    import('../modes/lines.ts'),
    import('../analysis/wording.ts'),
  ]);
  const keys = runKeys(lines, table);
  const prefix = commonBeginning([...keys.keys()]);
  const named = new Set<string>();
  let criterion: string | undefined;
  const rows = lines.map((line) => {
    const { run } = line.failures[0];
    const evaluation = clip(line.group.evaluation, LONGEST_CRITERION);
    const row: Row = {
      id: failureId(line.failures[0]),
      run: keys.get(run) ?? run,
      evaluation: evaluation === criterion ? undefined : evaluation,
      reason: clip(reasonOf(line), LONGEST_REASON),
      alike: line.failures.length > 1 ? line.failures.length : undefined,
      mode: line.coding?.mode,
      coded_by: line.coding?.by,
      suggested: line.coding
        ? undefined
        : suggest?.(`[${line.group.evaluation}] ${maskedWording(reasonOf(line).slice(0, 1_000))}`),
    };
    const rest = named.has(run) ? undefined : run.slice(prefix.length);
    named.add(run);
    criterion = evaluation;
    return { row, rest, bytes: bytesOf(row) + (rest === undefined ? 0 : bytesOf({ [row.run]: rest })) };
  });
  return { prefix, rows };
}

/** What references have in common up to the beginning of an id: the platform, the kind, the ids of their session where these are part of them. */
function commonBeginning([first = '', ...others]: readonly string[]): string {
  let length = first.length - 1;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return /^.*[/~]/.exec(first.slice(0, length))?.[0] ?? '';
}

/** `r1`, `r2`, … of the runs of lines: the place among the runs that failed, in the order in which they were read. */
function runKeys(lines: readonly FailureLine[], { runs }: FailureTable): Map<string, string> {
  const wanted = new Set(lines.map(({ failures }) => failures[0].run));
  const keys = new Map<string, string>();
  let place = 0;
  for (const ref of runs.keys()) {
    place += 1;
    if (wanted.has(ref)) keys.set(ref, `r${place}`);
  }
  return keys;
}

/** As many rows as fit, with the references of their runs. */
export function fittingRows({ prefix, rows }: SizedRows, budget: number): z.infer<z.ZodObject<typeof rowsSchema>> {
  const { kept } = fit(rows, budget - bytesOf(prefix), ({ bytes }) => bytes);
  const rests = kept.flatMap(({ row, rest }) => (rest === undefined ? [] : [[row.run, rest] as const]));
  return {
    failures: kept.map(({ row }) => row),
    run_prefix: prefix || undefined,
    run_refs: kept.length > 0 ? Object.fromEntries(rests) : undefined,
  };
}

import * as z from 'zod/v4';
import type { TurnWindow } from '../../analysis/turn-windows.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { Problem } from '../../model/problem.ts';
import { countOrAbsent, type Run, refSchema, type Turn, turnSchema } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import { budgetFor, DIGEST_BUDGET, FULL_BUDGET, fit } from '../budget.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { coverageOfTurns, readRun, readTurns, runArgument, shortTurn } from './shared.ts';

const AROUND_TURNS = 9;
const LONGEST_TURN = 2_000;

/** More turns than are shown by default are asked for. */
function isLong({ limit }: Record<string, unknown>): boolean {
  return typeof limit === 'number' && limit > 40;
}

export const getTranscript = defineTool({
  name: 'get_transcript',
  title: 'Get a transcript',
  description:
    'The turns of one run: a range, or those around its failure or around one turn. Speakers: agent (under test), caller (simulated), tool, system.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    run: runArgument,
    from: z.int().min(0).optional().describe('First turn index'),
    to: z.int().min(0).optional().describe('Last turn index'),
    around: z.string().optional().describe('"failure" or a turn index'),
    limit: z.int().min(1).max(500).optional().describe('Default 40; 9 with around'),
  }),
  budget: (args) => (isLong(args) ? FULL_BUDGET : DIGEST_BUDGET),
  output: z.object({
    run: refSchema,
    run_status: z.string().optional(),
    turns: z.array(turnSchema),
    coverage: coverageSchema,
    omitted_before: countOrAbsent,
    omitted_after: countOrAbsent,
    around_turn: z.int().optional(),
    speaker_inferred: z.boolean().optional(),
  }),
  async run(args, context) {
    const { provider, ids, run } = await readRun(args.run, context);
    const { turns, speaker_inferred } = await readTurns(provider, ids, run, context);
    const coverage = coverageOfTurns(run, turns.length);
    const { window, centre } = await choose(turns, run, args);
    const { kept, omitted } = fit(
      window.turns.map((turn) => shortTurn(turn, LONGEST_TURN)),
      budgetFor(isLong(args) ? 'full' : 'digest'),
    );
    return {
      run: run.ref,
      run_status: isTerminal(run.status) ? undefined : run.status,
      turns: kept,
      coverage,
      omitted_before: window.omitted_before,
      omitted_after: window.omitted_after + omitted,
      around_turn: centre,
      speaker_inferred: speaker_inferred || undefined,
    };
  },
});

export type GetTranscript = DataOf<typeof getTranscript>;

async function choose(
  turns: readonly Turn[],
  run: Run,
  { from, to, around, limit }: { from?: number; to?: number; around?: string; limit?: number },
): Promise<{ window: TurnWindow; centre?: number }> {
  const { turnRange, turnsAround } = await import('../../analysis/turn-windows.ts');
  if (around === undefined) return { window: turnRange(turns, { from, to, limit: limit ?? 40 }) };
  if (from !== undefined || to !== undefined) {
    throw new Problem('invalid_input', '`around` does not go with `from` and `to`.', {
      next: 'Pass either a range or `around`.',
    });
  }
  const size = limit ?? AROUND_TURNS;
  const wanted = around.trim().toLowerCase();
  if (/^\d{1,6}$/.test(wanted)) return { window: turnsAround(turns, Number(wanted), size) };
  if (wanted !== 'failure') {
    throw new Problem('invalid_input', '`around` is "failure" or a turn index.', {
      next: 'get_run shows the failed evaluations and where they point.',
    });
  }
  if (run.failed_evaluations.length === 0)
    return { window: turnRange(turns, { to: turns.at(-1)?.index, limit: size }) };
  const { failureWindow } = await import('../../analysis/evidence.ts');
  const { window, centre } = failureWindow(turns, run.evaluations, size);
  return { window, centre };
}

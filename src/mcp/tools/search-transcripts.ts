import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { isProblem } from '../../model/problem.ts';
import { quotedText } from '../../model/quoted.ts';
import { parseRef } from '../../model/refs.ts';
import { countOrAbsent, type Run, refSchema, SPEAKERS } from '../../model/schemas.ts';
import { mapLimited } from '../../providers/shared/concurrency.ts';
import { providerOf } from '../../reading/pool.ts';
import { budgetFor, bytesOf } from '../budget.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { eachRun } from '../session-counts.ts';
import { type DataOf, defineTool } from '../tool.ts';
import {
  coverageOfTurns,
  cursorArgument,
  limitArgument,
  openSession,
  openStatus,
  readTurns,
  sessionArgument,
} from './shared.ts';

/** Time and reads one call may take; the cursor goes on behind it. */
const SEARCH_MS = 25_000;
const MOST_RUNS = 1_000;
const BATCH = 24;
const WIDTH = 8;

/** What keeps one transcript from being read, and says nothing of the others. */
const UNREADABLE: ReadonlySet<string> = new Set(['not_found', 'unreadable', 'vendor_error', 'forbidden', 'too_large']);

export const searchTranscripts = defineTool({
  name: 'search_transcripts',
  title: 'Search transcripts',
  description:
    'Which runs of a session contain words or a phrase, who said it, at which turn. Bounded per call; the cursor goes on where it stopped.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    session: sessionArgument,
    query: z.string().min(1).max(300).describe('Words (all in one turn), "a phrase", promis*, OR'),
    speaker: z.enum(SPEAKERS).optional().describe('Said by'),
    limit: limitArgument,
    cursor: cursorArgument,
  }),
  output: z.object({
    session: refSchema,
    session_status: z.string().optional(),
    from_run: z.int().optional(),
    matches: z.array(z.object({ run: refSchema, turn: z.int(), speaker: z.enum(SPEAKERS), text: quotedText })),
    runs_searched: z.int(),
    runs_total: z.int(),
    runs_without_transcript: countOrAbsent,
    runs_unreadable: countOrAbsent,
    runs_partly_read: countOrAbsent,
    widened: z.array(z.object({ word: quotedText, stem: quotedText })).optional(),
    parts_alone: z
      .object({ parts: z.array(z.object({ part: quotedText, turns: z.int(), runs: z.int() })), runs_with_all: z.int() })
      .optional(),
    coverage: coverageSchema,
    read_at: z.string().optional(),
    next_cursor: z.string().optional(),
  }),
  async run(args, context) {
    const { compileQuery } = await import('../../analysis/search-query.ts');
    const { partTally, searchTurns } = await import('../../analysis/search.ts');
    const query = compileQuery(args.query); // says at once what is wrong with it
    const tally = partTally(query, args.speaker);
    const opened = await openSession(args.session, context);
    const scope = { ...args, session: opened.ref };
    const { skip } = readCursor('search_transcripts', scope, args.cursor);
    const limit = args.limit ?? 20;
    const runs: Run[] = [];
    const coverage = await eachRun(opened, 'verdicts', context, undefined, (run) => runs.push(run));
    const until = Date.now() + SEARCH_MS;
    const budget = budgetFor('digest', opened.ref, coverage, coverage.gaps);
    const matches: { run: string; turn: number; speaker: (typeof SPEAKERS)[number]; text: string }[] = [];
    let at = skip;
    let silent = 0;
    let unreadable = 0;
    let partly = 0;
    let used = 0;
    const last = Math.min(runs.length, skip + MOST_RUNS);
    while (at < last && matches.length < limit && used < budget && Date.now() < until) {
      const batch = runs.slice(at, Math.min(at + BATCH, last));
      const transcripts = await mapLimited(batch, WIDTH, (run) =>
        readTurns(providerOf(opened, run.ref), parseRef(run.ref)?.ids ?? [], run, context).catch((error: unknown) => {
          // Gone since it was listed, or not to be read here: said, and the others are read on.
          if (isProblem(error) && UNREADABLE.has(error.kind)) return undefined;
          throw error;
        }),
      );
      for (const [index, run] of batch.entries()) {
        const turns = transcripts[index]?.turns ?? [];
        if (transcripts[index] === undefined) unreadable += 1;
        else if (turns.length === 0) silent += 1;
        else if (!coverageOfTurns(run, turns.length).complete) partly += 1;
        if (matches.length === 0 && query.parts.length > 1) tally.add(turns);
        const found = searchTurns(turns, query, { speaker: args.speaker, limit: 5, width: 220 }).matches;
        for (const match of found) {
          const shown = { run: run.ref, turn: match.turn, speaker: match.speaker, text: match.text };
          matches.push(shown);
          used += bytesOf(shown) + 1;
        }
        at += 1;
        if (matches.length >= limit || used >= budget) break;
      }
      context.progress(
        // Reading the list was the first part.
        runs.length + at - skip,
        2 * runs.length - skip,
        `${at} of ${runs.length} runs searched, ${matches.length} matches`,
      );
    }
    return {
      session: opened.ref,
      session_status: openStatus(opened),
      matches,
      from_run: skip > 0 ? skip + 1 : undefined,
      runs_searched: at - skip - unreadable,
      runs_total: runs.length,
      runs_without_transcript: silent,
      runs_unreadable: unreadable,
      runs_partly_read: partly,
      widened: query.widened.length > 0 ? [...query.widened] : undefined,
      parts_alone: matches.length === 0 && query.parts.length > 1 ? tally.result() : undefined,
      coverage,
      read_at: opened.read_at,
      next_cursor: at < runs.length ? writeCursor('search_transcripts', scope, { skip: at }) : undefined,
    };
  },
});

export type SearchTranscripts = DataOf<typeof searchTranscripts>;

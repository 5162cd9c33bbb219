import * as z from 'zod/v4';
import type { FailureCluster } from '../../model/clusters.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { FIX_KINDS, MODE_SOURCES, MODE_STATUSES, modeSchema } from '../../model/modes.ts';
import { countOrAbsent, refSchema } from '../../model/schemas.ts';
import type { Book } from '../../modes/book.ts';
import type { BookFile } from '../../modes/book-file.ts';
import type { ModeKeys } from '../../modes/keys.ts';
import type { SaveRequest } from '../../modes/saving/request.ts';
import type { Saved } from '../../modes/saving/save-modes.ts';
import type { SaveSubject } from '../../modes/saving/subject.ts';
import type { Opened } from '../../reading/reading.ts';
import { budgetFor, fit } from '../budget.ts';
import { countedModes, countsOfFailures, failureCounts } from '../mode-counts.ts';
import { keysFor } from '../mode-keys.ts';
import {
  adoptedClusters,
  bothProblems,
  codedWith,
  entriesFor,
  type FailureReading,
  readFailures,
} from '../mode-reading.ts';
import { otherPlan, personYes } from '../person-yes.ts';
import { platformClusters } from '../platform-clusters.ts';
import { type DataOf, defineTool, isQuestion, type ToolContext, type ToolQuestion } from '../tool.ts';
import { openSession, sessionArgument, thresholdsArgument } from './shared.ts';

/** Failures whose coding changed that an answer names; the others are counted. */
const SHOWN_CONFLICTS = 10;

const modeArgument = z.strictObject({
  id: z.string().optional().describe('Of a known mode; then only what changes'),
  title: z.string().optional().describe('The cause, not the criterion (80 characters)'),
  definition: z.string().optional().describe('What belongs to it (500)'),
  source: z.enum(MODE_SOURCES).optional().describe('Whose fault'),
  fix_kind: z.enum(FIX_KINDS).optional(),
  fix: z.string().optional(),
  status: z.enum(MODE_STATUSES).optional(),
  merge_into: z.string().optional().describe('Mode that takes it over'),
  adopts: z.string().optional().describe("Id of one of the platform's own clusters"),
  failures: z.array(z.string()).optional().describe('Ids of list_failures'),
});

export const saveFailureModes = defineTool({
  name: 'save_failure_modes',
  title: 'Save failure modes',
  description:
    'Keeps what was read: failure modes with the ids of their failures; later answers speak in them. A known mode takes further failures by its id; a new one needs title and definition. A line stands for all that say the same. All or nothing: what does not fit is refused by name. Answers what is still uncoded. Words that a person wrote change only with a yes.',
  toolset: 'diagnose',
  operation: 'note',
  idempotent: true,
  input: z.strictObject({
    session: sessionArgument,
    modes: z.array(modeArgument).optional().describe('Up to 60, with up to 5,000 failures'),
    singles: z.array(z.string()).optional().describe('Ids of failures that were read and are of no mode'),
    sample: z.int().min(1).optional().describe('As it was given to list_failures'),
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    session: refSchema,
    agents: z.array(z.string()),
    modes: z.array(
      modeSchema.pick({ id: true, title: true, failures: true, runs: true }).extend({
        status: modeSchema.shape.status.optional(),
        adopted: z.int().optional().describe('Of these, by an adopted cluster'),
      }),
    ),
    modes_omitted: countOrAbsent,
    new_modes: countOrAbsent,
    ...failureCounts,
    conflicts: z.array(z.object({ failure: z.string(), was: z.string(), now: z.string() })).optional(),
    conflicts_omitted: countOrAbsent,
    now_uncoded: countOrAbsent,
    without_room: countOrAbsent,
    unchanged: z.boolean().optional(),
    dropped_sessions: countOrAbsent,
    vendor_problem: z.string().optional(),
    coverage: coverageSchema,
  }),
  async run(args, context) {
    const { readRequest } = await import('../../modes/saving/request.ts');
    const request = readRequest(args, 'assistant');
    const at = await openSession(args.session, context);
    const reading = await readFailures(at, context, args.thresholds);
    const file = await context.modes();
    const book = await file.read();
    const keys = await keysFor(at, reading.table, book, {
      signal: context.signal,
      changer: context.changer,
      saves: true,
    });
    const { clusters, problem } = await clustersFor(request, book, at, keys, context);
    const subject = subjectOf(at, reading, keys, clusters);
    const kept = await keep(file, book, request, subject, { ...context, args });
    if (isQuestion(kept)) return kept;
    const { saved, dropped } = kept;
    // What there was no room for may be of this very session.
    const stands = dropped > 0 ? await file.read() : saved.book;
    const after = await codedWith(clusters, stands, at, reading, keys);
    const counted = await countedModes(after);
    const conflicts = saved.conflicts.slice(0, SHOWN_CONFLICTS);
    const agents = saved.keys.length > 0 ? saved.keys : [...keys.own];
    const { kept: modes, omitted } = fit(
      counted
        .filter(({ id }) => saved.modes.includes(id))
        .map(({ id, title, failures, runs, status, coded_by }) => ({
          id,
          title,
          failures,
          runs,
          status: status === 'active' ? undefined : status,
          adopted: saved.adopting.includes(id) ? (coded_by?.vendor ?? 0) : undefined,
        })),
      budgetFor('digest', at.ref, agents, conflicts, reading.coverage, reading.coverage.gaps),
    );
    return {
      session: at.ref,
      agents,
      modes: saved.modes.length > 0 ? modes : [],
      modes_omitted: omitted,
      new_modes: saved.made.length,
      ...(await countsOfFailures(after, counted)),
      conflicts: saved.changed && conflicts.length > 0 ? conflicts : undefined,
      conflicts_omitted: saved.changed ? saved.conflicts.length - conflicts.length : 0,
      now_uncoded: saved.now_uncoded,
      without_room: saved.without_room,
      unchanged: !saved.changed || undefined,
      vendor_problem: bothProblems(keys.problem, problem),
      dropped_sessions: dropped,
      coverage: reading.coverage,
    };
  },
});

export type SaveFailureModes = DataOf<typeof saveFailureModes>;

/** The platform's clusters, read only where a mode adopted some or is about to. */
async function clustersFor(request: SaveRequest, book: Book, at: Opened, keys: ModeKeys, { signal }: ToolContext) {
  if (request.modes.every(({ adopts }) => adopts === undefined))
    return adoptedClusters(await entriesFor(book, keys), at, { signal });
  const { set, problem } = await platformClusters(at, { signal });
  return { clusters: set?.clusters, problem };
}

/** What a save is made of: the failures, by session where they are kept, and the platform's clusters where these are read. */
export function subjectOf(
  { members }: Opened,
  { table }: FailureReading,
  keys: ModeKeys,
  clusters: readonly FailureCluster[] | undefined,
): SaveSubject {
  const sessions = members.map(({ ref, session }) => [ref, { at: momentOf(session.created_at) }] as const);
  return { table, keys, sessions: new Map(sessions), clusters };
}

/** A time in the one form of the book; undefined for what is none. */
function momentOf(time: string | undefined): string | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** Writes it, once a person who wrote what it changes has said yes. Nothing is written where nothing changes. */
async function keep(
  file: BookFile,
  book: Book,
  request: SaveRequest,
  subject: SaveSubject,
  context: ToolContext & { args: unknown },
): Promise<{ saved: Saved; dropped: number } | ToolQuestion> {
  const { saveModes } = await import('../../modes/saving/save-modes.ts');
  const first = saveModes(book, request, subject);
  if (!first.changed) return { saved: first, dropped: 0 };
  if (first.persons.length > 0) {
    const { persons: changes, persons_plan: plan } = first;
    const question = await personYes({ changes, plan, path: file.path, args: context.args }, context);
    if (question) return question;
  }
  const { result: saved, dropped } = await file.update((now) => {
    const result = saveModes(now, request, subject);
    if (result.persons.length > 0 && result.persons_plan !== first.persons_plan) throw otherPlan(result.persons);
    return { book: result.book, result };
  });
  return { saved, dropped };
}

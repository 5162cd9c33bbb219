import * as z from 'zod/v4';
import { type Coverage, coverageSchema, foldCoverages } from '../../model/coverage.ts';
import { type Mode, modeSchema } from '../../model/modes.ts';
import { Problem } from '../../model/problem.ts';
import { quotedText } from '../../model/quoted.ts';
import { formatRef, isUsableId, parseRef } from '../../model/refs.ts';
import { countOrAbsent, refSchema, sessionSchema } from '../../model/schemas.ts';
import type { Trend } from '../../modes/trend.ts';
import type { Provider, SessionQuery } from '../../providers/provider.ts';
import { historyOf } from '../../reading/history.ts';
import { poolCoverage } from '../../reading/pool-coverage.ts';
import { budgetFor } from '../budget.ts';
import { clip } from '../clean.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { fitPoints, fitTrend } from '../trend-fit.ts';
import type { ReadPoint, ReadPoints } from '../trend-reading.ts';
import { scopeOf } from '../trend-scope.ts';
import { readTime, testArgument, thresholdsArgument } from './shared.ts';

const DEFAULT_SESSIONS = 8;

const count = z.int().min(0);
const pointSchema = z.object({
  session: refSchema,
  at: z.string().optional(),
  status: z.enum(['failed', 'cancelled']).optional(),
  counts: sessionSchema.shape.counts,
  pass_rate: sessionSchema.shape.pass_rate,
  pass_rate_interval: sessionSchema.shape.pass_rate_interval,
  pass_rate_bounds: sessionSchema.shape.pass_rate_bounds,
  incomplete: z.literal(true).optional(),
  tests: count.optional(),
  other_runs: countOrAbsent.describe('Of other tests, in no number here'),
  untold_runs: countOrAbsent.describe('Do not tell their test; in no number here'),
  latency: z.object({ seconds: z.number(), runs: count }).optional(),
  cost: z.array(z.object({ amount: z.number(), unit: z.enum(['USD', 'credits', 'messages']), runs: count })).optional(),
  failures: count,
  uncoded: countOrAbsent,
  singles: countOrAbsent,
  modes: z.array(z.object({ id: z.string(), runs: count })),
});

export const getTrend = defineTool({
  name: 'get_trend',
  title: 'Get trend',
  description:
    'The last sessions of a test or an agent: pass rates and failure modes of each, which came back, are new, are gone. Latency and cost where the platform tells them; what nobody has read is "not known", never absent.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    test: testArgument.optional(),
    agent: z.string().optional().describe('Instead of test: <provider>/agent/<id or name>'),
    since: z.string().optional().describe('ISO 8601, or a span back: 24h, 7d'),
    until: z.string().optional().describe('Same forms as since'),
    limit: z.int().min(1).max(20).optional().describe('Sessions; default 8'),
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    of: refSchema.optional(),
    agent_name: quotedText.optional().describe('As asked for, where no id of it is told'),
    agent_tests: z
      .object({ shown: z.array(refSchema), found: count.describe('Among those looked at') })
      .optional()
      .describe('Tests that name the agent; their sessions may have run on another'),
    points: z.array(pointSchema),
    modes: z.array(
      modeSchema.extend({
        course: z
          .string()
          .describe('Runs with it / judged runs, by session; ? = not known, – = its tests were not judged there'),
      }),
    ),
    new_modes: z.array(z.string()),
    gone_modes: z.array(z.string()),
    came_back: z.array(z.object({ id: z.string(), gone_in: z.array(refSchema), back_in: refSchema })),
    counts: z.object({ modes: countOrAbsent, new: countOrAbsent, gone: countOrAbsent, came_back: countOrAbsent }),
    order_unknown: z.literal(true).optional(),
    same_tests: z.boolean().optional(),
    comparable: z.object({ before: refSchema, after: refSchema }).optional(),
    sessions_uncoded: count.optional(),
    running: count.optional(),
    sessions_omitted: countOrAbsent,
    older: z.boolean(),
    coverage: coverageSchema,
    notes: z.array(z.string()).optional(),
  }),
  async run(args, context) {
    const [since, until] = [readTime('since', args.since), readTime('until', args.until)];
    const { provider, of, test, agent } = await subjectOf(args, context);
    const { signal } = context;
    const query = { test, agent, since, until };
    const history = await historyOf(provider, query, args.limit ?? DEFAULT_SESSIONS, { signal });
    const { readPoints, withinRuns } = await import('../trend-reading.ts');
    const chosen = withinRuns(history.sessions);
    const scope = scopeOf(provider, test && { ref: of, ...test }, { signal });
    const reading = await readPoints(provider, chosen.toReversed(), context, args.thresholds, scope);
    const { points: read, unread } = reading;
    const { testsOfAgent } = await import('../agent-tests.ts');
    const agent_tests =
      agent !== undefined && history.sessions.length === 0
        ? await testsOfAgent(provider, agent, { signal })
        : undefined;
    const coverage = foldCoverages([
      poolCoverage([...read.map(({ session, coverage: own }) => ({ ref: session.ref, coverage: own })), ...unread]),
      ofList(history.coverage),
    ]);
    const problems = new Set(read.flatMap(({ coded }) => coded.vendorProblem ?? []));
    const said = [...history.notes, ...problems, ...scopeNotes(reading)];
    const notes = said.length > 0 ? said : undefined;
    const budget = budgetFor(undefined, of, coverage, coverage.gaps, notes, notes);
    const points = fitPoints(read, budget);
    const ordered = isOrdered(points.map(({ session }) => session.created_at));
    const { trendOf } = await import('../../modes/trend.ts');
    const { storedMode } = await import('../../modes/tally.ts');
    const entries = points.flatMap(({ coded }) => coded.entries);
    const counted = (id: string, failures: number, runs: number): Mode | undefined => {
      const stored = storedMode(entries, id);
      if (!stored) return undefined;
      const { title, definition, source, fix_kind, status } = stored;
      return { id, title, definition, source, fix_kind, status, failures, runs };
    };
    return {
      ...named(
        points.map(({ session }) => session.agent_ref),
        of,
        agent,
      ),
      agent_tests,
      ...fitTrend(points, ordered ? trendOf(points) : withoutOrder(trendOf(points)), counted, budget),
      order_unknown: ordered ? undefined : (true as const),
      same_tests: sameTests(points.map(({ tests }) => tests)),
      comparable: ordered ? comparableOf(points) : undefined,
      sessions_uncoded: points.filter(({ coded }) => coded.tally.uncoded.length > 0).length || undefined,
      running: history.running || undefined,
      sessions_omitted: history.sessions.length - chosen.length + read.length - points.length,
      older: history.more,
      coverage,
      notes,
    };
  },
});

export type GetTrend = DataOf<typeof getTrend>;

/** What the sessions are of, as a reference, and how its platform is asked for them. Throws `invalid_input` unless it is exactly one. */
async function subjectOf(
  { test, agent }: { test?: string | undefined; agent?: string | undefined },
  { registry }: Pick<ToolContext, 'registry'>,
): Promise<{ provider: Provider; of: string } & Pick<SessionQuery, 'test' | 'agent'>> {
  if ((test === undefined) === (agent === undefined))
    throw new Problem('invalid_input', 'A trend is of a test or of an agent: pass exactly one of `test` and `agent`.', {
      next: 'list_sessions shows sessions with their test and agent.',
    });
  if (test !== undefined) {
    const { provider, ref } = await registry.resolve(test, ['suite', 'case']);
    const kind = ref.kind === 'suite' ? 'suite' : 'case';
    return { provider, of: formatRef(provider.id, kind, ...ref.ids), test: { kind, ids: ref.ids } };
  }
  const { provider, id } = await agentOf(agent?.trim() ?? '', registry);
  if (!isUsableId(id))
    throw new Problem('invalid_input', '`agent` names none that could be looked for.', {
      next: 'Pass it as list_sessions shows it.',
    });
  const ids = id.split('~');
  return { provider, of: formatRef(provider.id, 'agent', ...(ids.every(isUsableId) ? ids : [id])), agent: id };
}

/** A reference, whose id may be a name with blanks, or, where one platform is configured, an id or a name. */
async function agentOf(text: string, registry: ToolContext['registry']): Promise<{ provider: Provider; id: string }> {
  const other = parseRef(text);
  if (other && other.kind !== 'agent') await registry.resolve(text, ['agent']);
  const [, platform, rest] = /^([a-z][a-z0-9]*)\/agent\/(.+)$/.exec(text) ?? [];
  if (platform !== undefined && rest !== undefined)
    return { provider: await registry.provider(platform), id: decoded(rest) };
  const [only, ...others] = await registry.configured();
  if (only && others.length === 0) return { provider: only, id: decoded(text) };
  throw new Problem('invalid_input', 'Several platforms are configured, and that does not say on which the agent is.', {
    next: `Pass it as <provider>/agent/<id or name>. Configured providers: ${[only, ...others].map((one) => one?.id).join(', ')}.`,
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * What the trend is of: an agent by the id that its sessions tell; one that was asked for by a name which none resolves is
 * named by that, which is text of others.
 */
function named(refs: readonly (string | undefined)[], of: string, agent: string | undefined) {
  if (agent === undefined) return { of };
  const [told, ...others] = new Set(refs.filter((ref) => ref !== undefined));
  const ref = told !== undefined && others.length === 0 ? told : of;
  return ref.includes('%') ? { agent_name: clip(agent, 100) } : { of: ref };
}

/** What is said of sessions that ran other tests, too. */
function scopeNotes({ points, without }: ReadPoints): string[] {
  const { sessions, untold } = without;
  const left =
    sessions === 1
      ? '1 session that the platform lists for it is left out: no run of it says to be of this test'
      : `${sessions} sessions that the platform lists for it are left out: no run of theirs says to be of this test`;
  return [
    ...(sessions > 0 ? [`${left}${untold > 0 ? ', and some do not tell their test' : ''}.`] : []),
    ...(points.some(({ mixed }) => mixed)
      ? ['Which cases the suite holds could not be read: where a session ran other tests too, their runs count.']
      : []),
  ];
}

/** The last two sessions at least half of whose judged tests are the same; of a platform that tells no tests the last two. */
function comparableOf(points: readonly ReadPoint[]) {
  for (const [back, after] of points.toReversed().entries()) {
    const earlier = points.slice(0, points.length - 1 - back);
    const before = earlier.findLast(({ judged }) => {
      const shared = [...judged].filter((test) => after.judged.has(test)).length;
      const least = Math.min(judged.size, after.judged.size);
      return least === 0 ? judged.size === after.judged.size : shared * 2 >= least;
    });
    if (before) return { before: before.session.ref, after: after.session.ref };
  }
  return undefined;
}

/** Whether each is later than the one before. */
function isOrdered(times: readonly (string | undefined)[]): boolean {
  return times.every((time, index) => index === 0 || (times[index - 1] ?? '~') < (time ?? ''));
}

/** Of sessions whose order is not known nothing is new, gone or back. */
function withoutOrder({ modes }: Trend): Trend {
  return { modes, new_modes: [], gone_modes: [], came_back: [] };
}

/** Sessions that the list lacks, without the numbers of its rows: those count sessions, not runs. */
function ofList(coverage: Coverage): Coverage {
  const gaps = coverage.gaps?.map((gap) => ({ ...gap, note: `The list of sessions: ${gap.note}` }));
  return { ...coverage, gaps, read: 0, expected: undefined };
}

/** Undefined where a platform does not say which tests ran, and of a single session. */
function sameTests(sets: readonly (ReadonlySet<string> | undefined)[]): boolean | undefined {
  const [first, ...others] = sets.map((tests) => tests && JSON.stringify([...tests].toSorted()));
  if (others.length === 0 || first === undefined || others.includes(undefined)) return undefined;
  return others.every((other) => other === first);
}

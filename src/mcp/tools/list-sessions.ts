import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { withCounts } from '../../model/pass-rate.ts';
import { sessionSchema, statusSchema } from '../../model/schemas.ts';
import { pageOfList } from '../page-of-list.ts';
import { howMany, sessionLine } from '../present/words.ts';
import { defineTool } from '../tool.ts';
import { cursorArgument, limitArgument, providerArgument, readTime } from './shared.ts';

export const listSessions = defineTool({
  name: 'list_sessions',
  title: 'List sessions',
  description:
    'Executions of tests, newest first over all platforms: status, counts, pass rate. "How did last night go?" starts here.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted: 'sessions[].name, sessions[].agent, sessions[].vendor_status',
  input: z.strictObject({
    provider: providerArgument,
    test: z.string().optional().describe('<provider>/suite/<id> or <provider>/case/<id>'),
    agent: z.string().optional().describe('Agent id, name or reference'),
    status: statusSchema.optional(),
    since: z.string().optional().describe('ISO 8601, or a span back: 24h, 7d'),
    until: z.string().optional().describe('Same forms as since'),
    limit: limitArgument,
    cursor: cursorArgument,
  }),
  output: z.object({
    sessions: z.array(sessionSchema),
    coverage: coverageSchema,
    next_cursor: z.string().optional(),
    total: z.int().optional(),
    not_answering: z.array(z.string()).optional(),
  }),
  async run(args, context) {
    const since = readTime('since', args.since);
    const until = readTime('until', args.until);
    const named = args.test === undefined ? undefined : await context.registry.resolve(args.test, ['suite', 'case']);
    const test = named && {
      kind: named.ref.kind === 'suite' ? ('suite' as const) : ('case' as const),
      ids: named.ref.ids,
    };
    const agent = args.agent?.replace(/^[a-z]+\/agent\//, '');
    const scope = { ...args, provider: args.provider ?? named?.provider.id };
    const page = await pageOfList('list_sessions', 'sessions', scope, context, (provider, query, call) =>
      provider.sessions?.list({ test, agent, status: args.status, since, until, ...query }, call),
    );
    // Counts that hold every verdict give a rate with its interval; where verdicts were not read, the platform's word stands.
    const sessions = page.items.map((listed) => {
      const session = context.reading.counted(listed);
      return session.counts.uncounted ? session : withCounts(session, session.counts);
    });
    const { coverage, next_cursor } = page;
    return {
      data: { sessions, coverage, next_cursor, total: page.total, not_answering: page.not_answering },
      headline: `${page.before ? `${page.before}\n` : ''}${howMany(page.items.length, page.total, 'session')}, newest first${next_cursor ? `; more with cursor ${next_cursor}` : ''}.${page.behind}`,
      lines: sessions.map((session) => sessionLine(session)),
      next:
        page.items.length > 0
          ? ['get_session shows the failed runs of one', 'get_failure_clusters says why they failed']
          : coverage.complete
            ? ['start_simulation makes one; list_tests shows what can be started']
            : ['list_sessions again later: none was shown, but there may be some'],
    };
  },
});

import * as z from 'zod/v4';
import { withLink } from '../../model/links.ts';
import { withCounts } from '../../model/pass-rate.ts';
import { sessionSchema, statusSchema } from '../../model/schemas.ts';
import { listSchema, pageOfList } from '../page-of-list.ts';
import { sessionRow } from '../session-row.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { cursorArgument, limitArgument, providerArgument, readTime } from './shared.ts';

export const listSessions = defineTool({
  name: 'list_sessions',
  title: 'List sessions',
  description:
    'Executions of tests, newest first over all platforms: status, counts, pass rate. "How did last night go?" starts here.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
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
  output: z.object({ sessions: z.array(sessionSchema), ...listSchema.shape }),
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
    const { items, page } = await pageOfList('list_sessions', 'sessions', scope, context, (provider, query, call) =>
      provider.sessions
        ?.list({ test, agent, status: args.status, since, until, ...query }, call)
        .then(({ items, ...rest }) => ({
          ...rest,
          items: items.map((one) => sessionRow(withLink(context.config.links, one))),
        })),
    );
    // Counts that hold every verdict give a rate with its interval; where verdicts were not read, the platform's word stands.
    const sessions = items.map((listed) => {
      const session = context.reading.counted(listed);
      return session.counts.uncounted ? session : withCounts(session, session.counts);
    });
    return { sessions, ...page };
  },
});

export type ListSessions = DataOf<typeof listSessions>;

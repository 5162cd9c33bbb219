import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { testBriefSchema } from '../../model/schemas.ts';
import { pageOfList } from '../page-of-list.ts';
import { howMany, testLine } from '../present/words.ts';
import { defineTool } from '../tool.ts';
import { cursorArgument, limitArgument, providerArgument } from './shared.ts';

export const listTests = defineTool({
  name: 'list_tests',
  title: 'List tests',
  description:
    'Test definitions that can be started: suites (groups of cases) and cases (one simulated caller with success criteria). Not results: their executions are sessions.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted: 'tests[].name, tests[].agent',
  input: z.strictObject({
    provider: providerArgument,
    kind: z.enum(['case', 'suite']).optional(),
    search: z.string().max(200).optional().describe('Part of the name'),
    limit: limitArgument,
    cursor: cursorArgument,
  }),
  output: z.object({
    tests: z.array(testBriefSchema),
    coverage: coverageSchema,
    next_cursor: z.string().optional(),
    total: z.int().optional(),
    not_answering: z.array(z.string()).optional(),
  }),
  async run(args, context) {
    const page = await pageOfList('list_tests', 'tests', args, context, (provider, query, call) =>
      provider.tests?.list({ kind: args.kind, search: args.search, ...query }, call),
    );
    const { coverage, next_cursor } = page;
    return {
      data: { tests: page.items, coverage, next_cursor, total: page.total, not_answering: page.not_answering },
      headline: `${page.before ? `${page.before}\n` : ''}${howMany(page.items.length, page.total, 'test')}${next_cursor ? `; more with cursor ${next_cursor}` : ''}.${page.behind}`,
      lines: page.items.map(testLine),
      next:
        page.items.length > 0
          ? ['get_test shows criteria and caller of one', 'start_simulation with dry_run=true plans a start']
          : undefined,
    };
  },
});

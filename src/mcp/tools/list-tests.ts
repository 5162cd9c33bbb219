import * as z from 'zod/v4';
import { testBriefSchema } from '../../model/schemas.ts';
import { pageAcross } from '../paging.ts';
import { howMany, testLine } from '../present/words.ts';
import { defineTool } from '../tool.ts';
import { cursorArgument, limitArgument, providerArgument } from './shared.ts';

export const listTests = defineTool({
  name: 'list_tests',
  title: 'List tests',
  description:
    'Test definitions that can be started: suites (groups of cases) and cases (one simulated caller with success criteria). Search by name, page. These are definitions, not results: executions of them are sessions.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted: 'tests[].name, tests[].agent',
  input: z.strictObject({
    provider: providerArgument,
    kind: z.enum(['case', 'suite']).optional().describe('Only cases or only suites'),
    search: z.string().max(200).optional().describe('Part of the name'),
    limit: limitArgument,
    cursor: cursorArgument,
  }),
  output: z.object({
    tests: z.array(testBriefSchema),
    next_cursor: z.string().optional(),
    total: z.int().optional(),
    problems: z.array(z.string()).optional(),
  }),
  async run(args, context) {
    const page = await pageAcross('list_tests', args, context, (provider, query, call) =>
      provider.tests?.list({ kind: args.kind, search: args.search, ...query }, call),
    );
    return {
      data: { tests: page.items, next_cursor: page.nextCursor, total: page.total, problems: page.problems },
      headline: `${howMany(page.items.length, page.total, 'test')}${page.nextCursor ? `; more with cursor ${page.nextCursor}` : ''}.${page.problemText}`,
      lines: page.items.map(testLine),
      next:
        page.items.length > 0
          ? ['get_test shows criteria and caller of one', 'start_simulation with dry_run=true plans a start']
          : undefined,
    };
  },
});

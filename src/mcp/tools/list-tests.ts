import * as z from 'zod/v4';
import { testBriefSchema } from '../../model/schemas.ts';
import { listSchema, pageOfList } from '../page-of-list.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { cursorArgument, limitArgument, providerArgument } from './shared.ts';

export const listTests = defineTool({
  name: 'list_tests',
  title: 'List tests',
  description:
    'Test definitions that can be started: suites (groups of cases) and cases (one simulated caller with success criteria). Not results: their executions are sessions.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    provider: providerArgument,
    kind: z.enum(['case', 'suite']).optional(),
    search: z.string().max(200).optional().describe('Part of the name'),
    limit: limitArgument,
    cursor: cursorArgument,
  }),
  output: z.object({ tests: z.array(testBriefSchema), ...listSchema.shape }),
  async run(args, context) {
    const { items, page } = await pageOfList('list_tests', 'tests', args, context, (provider, query, call) =>
      provider.tests
        ?.list({ kind: args.kind, search: args.search, ...query }, call)
        .then((found) => ({ ...found, items: found.items.map(({ agent_ref: _agent, ...test }) => test) })),
    );
    return { tests: items, ...page };
  },
});

export type ListTests = DataOf<typeof listTests>;

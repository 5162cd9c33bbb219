import * as z from 'zod/v4';
import { agentBriefSchema } from '../agent-schema.ts';
import { listSchema, pageOfList } from '../page-of-list.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { cursorArgument, limitArgument, providerArgument } from './shared.ts';

export const listAgents = defineTool({
  name: 'list_agents',
  title: 'List agents',
  description: 'Agents under test, and who runs each: the platform, or somebody whose agent it only describes.',
  toolset: 'fix',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    provider: providerArgument,
    search: z.string().max(200).optional().describe('Part of the name'),
    limit: limitArgument,
    cursor: cursorArgument,
  }),
  output: z.object({ agents: z.array(agentBriefSchema), ...listSchema.shape }),
  async run(args, context) {
    const { items, page } = await pageOfList('list_agents', 'agents', args, context, (provider, query, call) =>
      provider.agents?.list({ search: args.search, ...query }, call),
    );
    return { agents: items, ...page };
  },
});

export type ListAgents = DataOf<typeof listAgents>;

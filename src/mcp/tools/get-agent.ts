import * as z from 'zod/v4';
import type { Agent } from '../../model/agents.ts';
import { EXPOSURES } from '../../model/agents.ts';
import { isProblem } from '../../model/problem.ts';
import { countOrAbsent, refSchema } from '../../model/schemas.ts';
import { agentBriefSchema, historySchema, partSchema, targetSchema } from '../agent-schema.ts';
import { shownHistory, shownPart, shownParts, shownTargets } from '../shown-agent.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { agentArgument, printRef, resolveAgent } from './shared.ts';

const objectSchema = z.object({ id: z.string(), what: z.string(), revision: z.string() });

const agentSchema = agentBriefSchema.extend({
  /** Of a copy of ours: the agent that it was made of. */
  origin: refSchema.optional(),
  lives_at: z.string().optional(),
  /** Who meets a text that is written to the agent itself; of one that cannot be, absent. */
  exposure: z.enum(EXPOSURES).optional(),
  /** Of its objects in order, separated by commas. */
  revision: z.string(),
  objects: z.array(objectSchema),
  parts: z.array(partSchema),
  /** Where not all are shown: how many there are, before those that are shown, and behind them. */
  parts_total: z.int().optional(),
  parts_from: z.int().optional(),
  parts_omitted: countOrAbsent,
  /** Members that are never shown. */
  hidden: z.int().optional(),
  notes: z.array(z.string()).optional(),
  targets: z.array(targetSchema).optional(),
  history: z.array(historySchema).optional(),
  history_omitted: countOrAbsent,
});

export const getAgent = defineTool({
  name: 'get_agent',
  title: 'Get an agent',
  description:
    'The agent in parts (prompt, greeting, voice, model, tools), each with its exact text; who runs it, where a change could go and whom it would reach, what was changed before. Of long parts the beginning, with the call for the rest.',
  toolset: 'fix',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    agent: agentArgument,
    part: z.string().optional().describe('Only this part'),
    from: z.int().min(0).optional().describe('Skip so many characters of `part`, else parts'),
  }),
  output: z.object({ agent: agentSchema }),
  async run({ agent: text, part, from = 0 }, context) {
    const { agents, ref } = await resolveAgent(text, context);
    const { agent } = await agents.open(ref.ids, { signal: context.signal });
    const { name, provider, ownership, type, updated_at, copy_of_change, lives_at, objects } = agent;
    const base = {
      ref: agent.ref,
      provider,
      name,
      ownership,
      type,
      updated_at,
      copy_of_change,
      lives_at,
      revision: objects.map(({ revision }) => revision).join(','),
      objects: objects.map(({ id, what, revision }) => ({ id, what, revision })),
    };
    if (part !== undefined)
      return { agent: { ...base, ...shownPart(agent, part, context.redact, from, base), history_omitted: 0 } };
    const { changes, origin, problem } = await changesOf(agent, printRef(ref), context);
    const { unproven } = await import('../../changing/copies.ts');
    const met = origin === undefined ? unproven(agent) : agent;
    const { history, omitted } = shownHistory(changes, agent.versions);
    const notes = [...agent.notes, ...(problem === undefined ? [] : [problem])];
    const rest = {
      ...base,
      copy_of_change: met.copy_of_change,
      origin,
      exposure: met.targets.find(({ target }) => target === 'live')?.exposure,
      hidden: agent.hidden > 0 ? agent.hidden : undefined,
      notes: notes.length > 0 ? notes : undefined,
      targets: shownTargets(met.targets),
      history: history.length > 0 ? history : undefined,
      history_omitted: omitted,
    };
    return { agent: { ...rest, ...shownParts(agent, context.redact, from, rest) } };
  },
});

export type GetAgent = DataOf<typeof getAgent>;

/** What this home knows of the agent; where that cannot be read, why (trusted words). */
async function changesOf({ ref }: Agent, asked: string, { changer }: Pick<ToolContext, 'changer'>) {
  try {
    const { history, originOf } = await changer();
    const changes = await history(ref);
    return { changes, origin: (await originOf(ref)) ?? (asked === ref ? undefined : await originOf(asked)) };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { changes: [], problem: `What was changed from here before could not be read: ${error.message}` };
  }
}

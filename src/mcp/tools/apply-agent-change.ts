import * as z from 'zod/v4';
import { CHANGE_TARGETS } from '../../model/agents.ts';
import { changeAnswerSchema } from '../agent-schema.ts';
import { answeredChange } from '../change-answer.ts';
import { defineTool } from '../tool.ts';
import { changeArgument, confirmArgument } from './shared.ts';

export const applyAgentChange = defineTool({
  name: 'apply_agent_change',
  title: 'Apply a change of an agent',
  description:
    'Writes a proposed change to a copy, a draft, the agent itself, or the record of an agent that lives elsewhere, after a yes: the client asks, or a preview gives a token, which proves that the caller saw the diff, not that a person did; what callers meet at once takes a client that asks. Refused where the agent was changed since. Reads back, and says what a person must still do. Once per target.',
  toolset: 'fix',
  operation: 'change',
  idempotent: true,
  input: z.strictObject({
    change: changeArgument,
    target: z.enum(CHANGE_TARGETS).describe('One of those that it was proposed with'),
    confirm: confirmArgument,
  }),
  output: changeAnswerSchema,
  async run(args, context) {
    const changer = await context.changer();
    const { registry, signal, canAsk, answer } = context;
    const result = await changer.apply((id) => registry.provider(id), args, { signal }, { canAsk, answer });
    return answeredChange('apply_agent_change', result, context);
  },
});

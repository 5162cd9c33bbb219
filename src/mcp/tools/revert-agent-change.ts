import * as z from 'zod/v4';
import { CHANGE_TARGETS } from '../../model/agents.ts';
import { changeAnswerSchema } from '../agent-schema.ts';
import { answeredChange } from '../change-answer.ts';
import { defineTool } from '../tool.ts';
import { changeArgument, confirmArgument } from './shared.ts';

export const revertAgentChange = defineTool({
  name: 'revert_agent_change',
  title: 'Take back a change of an agent',
  description:
    'Takes back a change that was applied from here, after a yes: the old text stands again, the former version counts again, or the copy is discarded. Refused where somebody has edited the same text since.',
  toolset: 'fix',
  operation: 'change',
  idempotent: true,
  input: z.strictObject({
    change: changeArgument,
    target: z.enum(CHANGE_TARGETS).optional().describe('Where it was applied, if to several'),
    confirm: confirmArgument,
  }),
  output: changeAnswerSchema,
  async run(args, context) {
    const changer = await context.changer();
    const { registry, signal, canAsk, answer } = context;
    const result = await changer.revert((id) => registry.provider(id), args, { signal }, { canAsk, answer });
    return answeredChange('revert_agent_change', result, context);
  },
});

import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import { unsupported } from '../../reading/reading.ts';
import { type StartAnswer, startAnswerSchema } from '../../starting/start-answer.ts';
import type { StartArguments, StartQuestion } from '../../starting/starter.ts';
import { clip } from '../clean.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { testArgument } from './shared.ts';

/** Steps of a plan that an answer shows. */
const SHOWN_STEPS = 20;

export const startSimulation = defineTool({
  name: 'start_simulation',
  title: 'Start a simulation',
  description:
    'Starts a case or suite on its platform: real runs, which may cost money and trigger actions of the agent under test. Larger starts need a confirmation by a person. The same start is never sent twice; a new key starts another. Answers at once with the session, which runs on by itself.',
  toolset: 'run',
  operation: 'start',
  idempotent: false,
  input: z.strictObject({
    test: testArgument,
    agent: z.string().optional().describe('Agent under test, if the test does not fix it'),
    persona: z.string().optional().describe('Simulated caller, if the platform has personas'),
    metrics: z.array(z.string()).optional().describe('Metrics to judge with, if they can be chosen'),
    cases: z.array(z.string()).optional().describe('Only these of the suite: references, ids or names'),
    variables: z.record(z.string(), z.unknown()).optional().describe('Variables of the conversation'),
    repeat: z.int().min(1).max(100).optional().describe('Runs per case (default 1)'),
    concurrency: z.int().min(1).max(100).optional().describe('Runs at once, if it can be chosen'),
    max_turns: z.int().min(1).max(200).optional().describe('Turns per conversation at most'),
    name: z.string().max(200).optional().describe('Name of the session, if the platform has names'),
    provider_options: z.record(z.string(), z.unknown()).optional().describe('Those that get_test names'),
    dry_run: z.boolean().optional().describe('Only plan and count'),
    confirm: z.string().optional().describe('Token from the preview of this start'),
    key: z.string().max(200).optional().describe('Your name for this start; a key never starts twice'),
  }),
  output: startAnswerSchema,
  async run(args, context) {
    const { provider, ref } = await context.registry.resolve(args.test, ['suite', 'case']);
    if (!provider.start) throw unsupported(provider, 'starting simulations');
    const starter = await context.starter();
    const cases = args.cases && (await Promise.all(args.cases.map((one) => caseId(one, provider.id, context))));
    const request: StartArguments = {
      ...args,
      test: { kind: ref.kind === 'suite' ? 'suite' : 'case', ids: ref.ids },
      agent: args.agent?.replace(/^[a-z]+\/agent\//, ''),
      cases,
      repeat: args.repeat ?? 1,
    };
    const personChannel = { canAsk: context.canAsk, answer: context.answer };
    const result = await starter.start(provider, request, { signal: context.signal }, personChannel);
    return isQuestionOf(result) ? { ask: result.question, state: result.token } : shortened(result);
  },
});

export type StartSimulation = DataOf<typeof startSimulation>;

/** The answer with as many steps, and so much of the names in it, as it has room for. */
function shortened(answer: StartAnswer): StartAnswer {
  const { plan } = answer;
  const steps = plan.steps.slice(0, SHOWN_STEPS).map((step) => ({ ...step, label: clip(step.label, 160) }));
  const names = { test_name: clip(plan.test_name, 120), agent: clip(plan.agent, 100) };
  return { ...answer, plan: { ...plan, ...names, steps, steps_omitted: plan.steps.length - steps.length } };
}

function isQuestionOf(result: StartAnswer | StartQuestion): result is StartQuestion {
  return 'needs' in result;
}

/** The vendor id of a case given as a reference of this provider; a bare id or a name as it is. */
async function caseId(text: string, provider: string, { registry }: ToolContext): Promise<string> {
  if (parseRef(text) === undefined) return text;
  const { ref } = await registry.resolve(text, ['case']);
  if (ref.provider !== provider) {
    throw new Problem('invalid_input', 'A case of another provider cannot be part of this start.', {
      next: 'Pass cases of the same provider as `test`.',
    });
  }
  return ref.ids.at(-1) ?? text;
}

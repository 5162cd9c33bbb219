import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import { refSchema } from '../../model/schemas.ts';
import { unsupported } from '../../reading/reading.ts';
import type { StartAnswer } from '../../starting/answers.ts';
import type { StartArguments, StartQuestion } from '../../starting/starter.ts';
import { clip } from '../present/clean.ts';
import { defineTool, type ToolAnswer, type ToolContext } from '../tool.ts';
import { testArgument } from './shared.ts';

const stepSchema = z.object({
  label: z.string(),
  runs: z.int(),
  state: z.string().optional(),
  session: refSchema.optional(),
  run: refSchema.optional(),
});
const SHOWN_STEPS = 20;

const outputShape = z.object({
  outcome: z.enum(['started', 'planned', 'confirmation_required', 'already_started', 'unknown']),
  session: refSchema.optional(),
  sessions: z.array(refSchema).optional(),
  run: refSchema.optional(),
  plan: z.object({
    runs: z.int().optional(),
    test: refSchema,
    test_name: z.string(),
    agent: z.string().optional(),
    steps: z.array(stepSchema),
    steps_omitted: z.int().optional(),
    notes: z.array(z.string()),
  }),
  confirm: z.string().optional(),
  expires_at: z.string().optional(),
  candidates: z.array(refSchema).optional(),
  message: z.string(),
  problem: z.string().optional(),
});

export const startSimulation = defineTool({
  name: 'start_simulation',
  title: 'Start a simulation',
  description:
    'Starts a case or suite on its platform: real runs, which may cost money and trigger actions of the agent under test. Larger starts need a confirmation by a person. The same start is never sent twice; a new key starts another. Answers at once with the session, which runs on by itself.',
  toolset: 'run',
  operation: 'start',
  idempotent: false,
  untrusted: 'plan.test_name, plan.agent, plan.steps[].label',
  input: z.strictObject({
    test: testArgument,
    agent: z.string().optional().describe('Agent under test, if the test does not fix it'),
    persona: z.string().optional().describe('Simulated caller, if the platform has personas'),
    metrics: z.array(z.string()).optional().describe('Metrics to judge with, if they can be chosen'),
    cases: z.array(z.string()).optional().describe('Only these of the suite: references or ids'),
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
  output: outputShape,
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
    const asking = { canAsk: context.canAsk, answer: context.answer };
    const result = await starter.start(provider, request, { signal: context.signal }, asking);
    if (isQuestionOf(result)) {
      return { ask: result.question, state: result.token };
    }
    return answer(result);
  },
});

function answer(result: StartAnswer): ToolAnswer<z.input<typeof outputShape>> {
  const { plan, problem } = result;
  const steps = plan.steps.slice(0, SHOWN_STEPS);
  const omitted = plan.steps.length - steps.length;
  const runs =
    plan.runs === undefined ? 'an unknown number of runs' : `${plan.runs} ${plan.runs === 1 ? 'run' : 'runs'}`;
  return {
    data: {
      outcome: result.outcome,
      session: result.session,
      sessions: result.sessions,
      run: result.run,
      plan: { ...plan, steps, steps_omitted: omitted || undefined },
      confirm: result.confirm,
      expires_at: result.expires_at,
      candidates: result.candidates,
      message: result.message,
      problem: problem?.message,
    },
    headline: [
      `${result.outcome}: ${result.message}`,
      `Plan: ${runs} of ${plan.test}${plan.steps.length > 1 ? ` in ${plan.steps.length} requests` : ''}.`,
      ...plan.notes,
      result.session ? `session ${result.session}` : '',
      result.sessions ? `sessions ${result.sessions.join(', ')}` : '',
      result.run ? `run ${result.run}` : '',
      result.candidates ? `may be: ${result.candidates.join(', ')}` : '',
      result.confirm ? `confirm=${result.confirm} (until ${result.expires_at ?? 'it expires'})` : '',
      problem ? `Stopped by: ${problem.message} ${problem.details.next ?? ''}` : '',
    ]
      .filter(Boolean)
      .join('\n'),
    lines: [
      `test "${clip(plan.test_name, 120)}"${plan.agent ? `, agent ${clip(plan.agent, 100)}` : ''}`,
      ...steps.map(
        (step) =>
          `step: ${clip(step.label, 160)} · ${step.runs} runs${step.state ? ` · ${step.state}` : ''}${step.session ? ` · ${step.session}` : ''}`,
      ),
      ...(omitted > 0 ? [`${omitted} more steps`] : []),
    ],
    next: result.next,
  };
}

function isQuestionOf(result: StartAnswer | StartQuestion): result is StartQuestion {
  return 'needs' in result;
}

/** The vendor id of a case given as a reference of this provider or as a bare id. */
async function caseId(text: string, provider: string, { registry }: ToolContext): Promise<string> {
  if (!text.includes('/')) return text;
  const { ref } = await registry.resolve(text, ['case']);
  if (ref.provider !== provider) {
    throw new Problem('invalid_input', 'A case of another provider cannot be part of this start.', {
      next: 'Pass cases of the same provider as `test`.',
    });
  }
  return ref.ids.at(-1) ?? text;
}

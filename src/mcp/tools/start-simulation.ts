import * as z from 'zod/v4';
import { fromCommaList } from '../../model/comma-list.ts';
import { Problem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import type { StartRequest } from '../../providers/provider.ts';
import { unsupported } from '../../reading/reading.ts';
import { type StartAnswer, startAnswerSchema } from '../../starting/start-answer.ts';
import type { StartArguments, StartQuestion } from '../../starting/start-arguments.ts';
import { budgetFor, bytesOf, DIGEST_BUDGET, fit } from '../budget.ts';
import { clip } from '../clean.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { testArgument } from './shared.ts';

const testsArgument = testArgument.describe(
  '<provider>/suite/<id> or <provider>/case/<id>, or several of one platform, separated by commas',
);

/** Steps of a plan that an answer shows. */
const SHOWN_STEPS = 20;
/** Bytes of what stands around the data of an answer. */
const FRAME = 1_000;
/** Sessions that are also shown as a list. */
const LISTED_SESSIONS = 10;
/** Tests that one start takes: an answer names each, with its session. */
const MOST_TESTS = 25;

export const startSimulation = defineTool({
  name: 'start_simulation',
  title: 'Start a simulation',
  description:
    'Starts a case or suite on its platform: real runs, which may cost money and trigger actions of the agent under test. Beyond the budget of the hour a yes is needed: the client asks, or a preview gives a token, which proves that the caller saw the plan, not that a person did. The same start is never sent twice; a new key starts another. Answers at once with the session, which runs on by itself.',
  toolset: 'run',
  operation: 'start',
  idempotent: false,
  input: z.strictObject({
    test: testsArgument,
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
  async run({ test: text, ...args }, context) {
    const { provider, tests } = await resolveTests(text, context);
    if (!provider.start) throw unsupported(provider, 'starting simulations');
    const starter = await context.starter();
    const cases = args.cases && (await Promise.all(args.cases.map((one) => caseId(one, provider.id, context))));
    const request: StartArguments = {
      ...args,
      tests,
      agent: args.agent?.replace(/^[a-z]+\/agent\//, ''),
      cases,
      repeat: args.repeat ?? 1,
    };
    const personChannel = { canAsk: context.canAsk, answer: context.answer };
    const result = await starter.start(provider, request, { signal: context.signal }, personChannel);
    if (!isQuestionOf(result)) return shortened(result);
    return { ask: result.question, state: result.token, form: { further_runs: result.further_runs } };
  },
});

export type StartSimulation = DataOf<typeof startSimulation>;

/** The answer with as many sessions and steps, and so much of the names in it, as it has room for. */
function shortened(answer: StartAnswer): StartAnswer {
  const { plan, sessions = [], tests } = answer;
  const names = { test_name: clip(plan.test_name, 120), agent: clip(plan.agent, 100) };
  const short: StartAnswer = {
    ...answer,
    // Of many sessions the list in `session` is enough.
    sessions: sessions.length > 1 && sessions.length <= LISTED_SESSIONS ? sessions : undefined,
    tests: tests?.map((test) => ({ ...test, name: clip(test.name, 40) })),
    plan: { ...plan, ...names, steps: [] },
  };
  const steps = plan.steps.slice(0, SHOWN_STEPS).map((step) => ({ ...step, label: clip(step.label, 160) }));
  // Of several tests each has its outcome already; their steps stand beside it where there is room for all.
  const room = tests ? DIGEST_BUDGET - FRAME - bytesOf(short) : budgetFor('digest', short);
  const kept = tests && (steps.length < plan.steps.length || bytesOf(steps) > room) ? [] : fit(steps, room).kept;
  return { ...short, plan: { ...short.plan, steps: kept, steps_omitted: plan.steps.length - kept.length } };
}

function isQuestionOf(result: StartAnswer | StartQuestion): result is StartQuestion {
  return 'needs' in result;
}

/** The tests that one or several references name, and their platform. Throws `invalid_input` for tests of several platforms. */
async function resolveTests(text: string, { registry }: ToolContext) {
  const parts = fromCommaList(text);
  // A name may hold a comma; a list holds references only.
  const isList = text.includes(',') && parts.some((part) => parseRef(part) !== undefined);
  const named = isList ? parts : [text];
  const odd = isList ? named.find((part) => parseRef(part) === undefined) : undefined;
  if (odd !== undefined)
    throw new Problem('invalid_input', 'A list of tests holds references only, separated by commas.', {
      next: 'Pass <provider>/suite/<id> or <provider>/case/<id> for each; list_tests prints them.',
      sent: 'no',
    });
  if (named.length > MOST_TESTS)
    throw new Problem('invalid_input', `${named.length} tests were named; one start takes ${MOST_TESTS}.`, {
      next: `Start at most ${MOST_TESTS} at a time, or the suite that holds them.`,
      sent: 'no',
    });
  const resolved = await Promise.all(named.map((one) => registry.resolve(one, ['suite', 'case'])));
  const [first, ...others] = resolved;
  if (!first) throw new Problem('invalid_input', 'No test was named.', { sent: 'no' });
  const labels = [...new Set(resolved.map(({ provider }) => provider.label))];
  if (others.some(({ provider }) => provider.id !== first.provider.id))
    throw new Problem('invalid_input', `These tests are of ${labels.join(' and ')}; one start is of one platform.`, {
      next: 'Start one platform at a time: a call for the tests of each.',
      sent: 'no',
    });
  const tests = resolved.map(({ ref }): StartRequest['test'] => ({
    kind: ref.kind === 'suite' ? 'suite' : 'case',
    ids: ref.ids,
  }));
  return { provider: first.provider, tests };
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

/** Checks the arguments of a start before the provider plans it, and counts the runs of the plan. */
import { escapeInvisible } from '../model/clean.ts';
import { Problem } from '../model/problem.ts';
import type { Provider, StartOperations, StartPlan, StartRequest, StartStep } from '../providers/provider.ts';
import { digest } from './fingerprint.ts';

export interface MeasuredPlan extends StartPlan {
  /** Runs that the plan causes at least. */
  known_runs: number;
  digests: string[];
}

/** The start operations of a provider. Throws `unsupported` when it has none. */
export function startOperations(provider: Provider): StartOperations {
  if (provider.start) return provider.start;
  throw new Problem('unsupported', `${provider.label} has no way to start a simulation through its API.`, {
    provider: provider.id,
    next: 'list_providers says which platforms can start.',
    sent: 'no',
  });
}

/** Refuses by name what this provider does not take. Throws `invalid_input`. */
export function checkArguments(provider: Provider, operations: StartOperations, request: StartRequest): void {
  const { test: _test, repeat, ...options } = request;
  if (!Number.isInteger(repeat) || repeat < 1)
    throw new Problem('invalid_input', '`repeat` is a whole number of 1 or more.', { sent: 'no' });
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (repeat !== 1) given.push(['repeat', repeat]);
  const accepted: readonly string[] = operations.accepts;
  const refused = given.map(([name]) => name).filter((name) => !accepted.includes(name));
  if (refused.length > 0)
    throw notTaken(provider, refused, accepted.length > 0 ? `It takes: ${accepted.join(', ')}.` : 'It takes none.');
  const optionNames = Object.keys(operations.options);
  const unknown = Object.keys(request.provider_options ?? {}).filter((name) => !optionNames.includes(name));
  if (unknown.length > 0)
    throw notTaken(
      provider,
      unknown.map((name) => `provider_options.${name}`),
      optionNames.length > 0
        ? `provider_options can hold: ${optionNames.join(', ')}.`
        : 'provider_options can hold nothing.',
    );
}

/** Refused names that are told; a caller may have passed thousands. */
const MOST_NAMED = 5;

function notTaken(provider: Provider, names: string[], next: string): Problem {
  const listed = names.slice(0, MOST_NAMED).map((name) => escapeInvisible(JSON.stringify(name.slice(0, 60))));
  const others = names.length > listed.length ? ` and ${names.length - listed.length} more` : '';
  return new Problem(
    'invalid_input',
    `${provider.label} does not take ${listed.join(', ')}${others} when it starts a simulation.`,
    {
      provider: provider.id,
      next,
      sent: 'no',
    },
  );
}

/** Counts a plan. Throws `refused` on an empty one and `internal` on one that makes no sense. */
export function measure(provider: Provider, plan: StartPlan): MeasuredPlan {
  if (plan.steps.length === 0)
    throw new Problem('refused', 'There is nothing to start: the plan holds no run.', {
      provider: provider.id,
      reason: 'empty_plan',
      next: 'get_test shows what this test holds.',
      sent: 'no',
    });
  const numbers = [plan.runs ?? 0, ...plan.steps.map((step) => step.runs)];
  if (numbers.some((runs) => !Number.isInteger(runs) || runs < 0))
    throw new Problem('internal', 'The plan counts its runs in something other than whole numbers.', {
      provider: provider.id,
      sent: 'no',
    });
  const sum = runsOf(plan.steps);
  return { ...plan, known_runs: Math.max(plan.runs ?? 0, sum), digests: plan.steps.map(stepDigest) };
}

function stepDigest({ label, runs, body }: StartStep): string {
  return digest({ label, runs, body });
}

/** Runs that steps cause at least: a step that does not know its number causes one or more. */
export function runsOf(steps: readonly StartStep[]): number {
  return steps.reduce((sum, step) => sum + Math.max(1, step.runs), 0);
}

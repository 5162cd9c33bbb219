/** What a launch may say: our request checked against the ranges and exclusions of POST /runs, before anything is sent. */
import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import type { StartRequest } from '../provider.ts';
import { PLATFORM } from './platform.ts';

/** Keys of `provider_options`, each with its meaning. */
export const LAUNCH_OPTIONS = {
  mutation_ids: 'Variants of the agent to run beside it, by id or name (at most 100); each repeats every simulation',
  mutation_id: 'One variant, instead of mutation_ids',
  sub_sample_size: 'Run only this many randomly chosen test cases of the set; 0 = all',
  sub_sample_seed: 'Seed of that choice, 0 to 2147483647; only with sub_sample_size',
  tags: 'Tags of the run, at most 20 of 200 characters each',
  config_overrides: 'Simulator settings for this run only, e.g. {"simulation_timeout_seconds": 120}',
  created_by: 'Who started it, for the run’s metadata',
  customer: 'Free metadata of your own (an object), kept with the run',
} as const;

const optionsSchema = z.strictObject({
  mutation_ids: z.array(z.string().min(1)).max(100).optional(),
  mutation_id: z.string().min(1).nullish(),
  sub_sample_size: z.int().min(0).optional(),
  sub_sample_seed: z.int().min(0).max(2_147_483_647).nullish(),
  tags: z.array(z.string()).nullish(),
  config_overrides: z.record(z.string(), z.unknown()).nullish(),
  created_by: z.string().min(1).optional(),
  customer: z.record(z.string(), z.unknown()).optional(),
});

export interface LaunchOptions {
  mutations: string[];
  sub_sample_size: number;
  sub_sample_seed?: number;
  tags?: string[];
  config_overrides?: Record<string, unknown>;
  created_by?: string;
  customer?: Record<string, unknown>;
}

export function refuse(message: string, next: string): Problem {
  return new Problem('invalid_input', message, { provider: PLATFORM.id, next, sent: 'no' });
}

/** Throws `invalid_input`, naming the argument, for whatever Coval would answer with 400 (or would silently ignore). */
export function checkedLaunch(request: StartRequest): LaunchOptions {
  within('repeat', request.repeat, 1, 50);
  if (request.concurrency !== undefined) within('concurrency', request.concurrency, 1, 100);
  if (request.name !== undefined && request.name.length > 200)
    throw refuse('The name is longer than the 200 characters Coval keeps.', 'Pass a shorter name.');
  if (request.variables !== undefined && Object.keys(request.variables).length > 0)
    throw refuse('Coval has no variables for a run.', 'Leave variables out; a mutation or a test case can hold them.');
  if (request.max_turns !== undefined)
    throw refuse(
      'Coval has no limit of turns for a run.',
      'Leave max_turns out; provider_options.config_overrides can hold {"simulation_timeout_seconds": …}.',
    );
  const parsed = optionsSchema.safeParse(request.provider_options ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.');
    throw refuse(
      `provider_options.${name} is not what Coval takes there.`,
      `Coval takes: ${Object.entries(LAUNCH_OPTIONS)
        .map(([key, meaning]) => `${key} (${meaning})`)
        .join('; ')}.`,
    );
  }
  const { mutation_id, mutation_ids, sub_sample_size = 0, sub_sample_seed, ...rest } = parsed.data;
  if (mutation_id != null && mutation_ids !== undefined)
    throw refuse('mutation_id and mutation_ids cannot be combined.', 'Put all variants into mutation_ids.');
  const picked = request.test.kind === 'case' || (request.cases?.length ?? 0) > 0;
  if (picked && sub_sample_size > 0)
    throw refuse('Chosen cases and sub_sample_size cannot be combined.', 'Leave one of the two out.');
  if (sub_sample_seed != null && sub_sample_size === 0)
    throw refuse('sub_sample_seed has no meaning without sub_sample_size.', 'Pass sub_sample_size, or leave it out.');
  if ((request.cases?.length ?? 0) > 100)
    throw refuse('Coval takes at most 100 chosen cases for a run.', 'Start several runs, or the whole suite.');
  const tags = [...new Set((rest.tags ?? []).map((tag) => tag.trim()).filter(Boolean))];
  if (tags.length > 20 || tags.some((tag) => tag.length > 200))
    throw refuse('Coval takes at most 20 tags of 200 characters each.', 'Pass fewer or shorter tags.');
  return {
    mutations: [...new Set(mutation_ids ?? (mutation_id == null ? [] : [mutation_id]))],
    sub_sample_size,
    ...(sub_sample_seed == null ? {} : { sub_sample_seed }),
    ...(tags.length > 0 ? { tags } : {}),
    ...(rest.config_overrides ? { config_overrides: rest.config_overrides } : {}),
    ...(rest.created_by ? { created_by: rest.created_by } : {}),
    ...(rest.customer ? { customer: rest.customer } : {}),
  };
}

function within(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw refuse(`${name} is ${value}; Coval takes whole numbers from ${low} to ${high}.`, `Pass another ${name}.`);
}

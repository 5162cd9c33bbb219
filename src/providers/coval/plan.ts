/** What a start request comes to: checked against the ranges and exclusions of POST /runs, chosen, counted. */

import * as z from 'zod/v4';
import { plural } from '../../model/plural.ts';
import { Problem } from '../../model/problem.ts';
import type { StartPlan, StartRequest } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import type { Named } from '../shared/choose.ts';
import { agentTypeOf } from './agent-types.ts';
import { choicesIn, choose } from './choices.ts';
import { ENDPOINTS } from './endpoints.ts';
import { checkedId, inTestSet } from './filter.ts';
import { bareId, type Lookup } from './lookup.ts';
import { caseName, suiteName } from './map-test.ts';
import { PLATFORM } from './settings.ts';
import type { WireAgent, WireTestSet } from './wire.ts';

/** Keys of `provider_options`, each with its meaning. */
export const OPTIONS = {
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

function refuse(message: string, next: string): Problem {
  return new Problem('invalid_input', message, { provider: PLATFORM.id, next, sent: 'no' });
}

/** Throws `invalid_input`, naming the argument, for whatever Coval would answer with 400 (or would silently ignore). */
function checkedLaunch(request: StartRequest) {
  within('repeat', request.repeat, 1, 50);
  if (request.concurrency !== undefined) within('concurrency', request.concurrency, 1, 100);
  if (request.name !== undefined && request.name.length > 200)
    throw refuse('The name is longer than the 200 characters Coval keeps.', 'Pass a shorter name.');
  const parsed = optionsSchema.safeParse(request.provider_options ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.');
    throw refuse(
      `provider_options.${name} is not what Coval takes there.`,
      `Coval takes: ${Object.entries(OPTIONS)
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
  checkOverrides(rest.config_overrides ?? {});
  const tags = [...new Set((rest.tags ?? []).map((tag) => tag.trim()).filter(Boolean))];
  if (tags.length > 20 || tags.some((tag) => tag.length > 200))
    throw refuse('Coval takes at most 20 tags of 200 characters each.', 'Pass fewer or shorter tags.');
  return {
    mutations: [...new Set(mutation_ids ?? (mutation_id == null ? [] : [mutation_id]))],
    sub_sample_size,
    sub_sample_seed: sub_sample_seed ?? undefined,
    tags: tags.length > 0 ? tags : undefined,
    config_overrides: rest.config_overrides ?? undefined,
    created_by: rest.created_by,
    customer: rest.customer,
  };
}

/** Members of a launch that multiply or choose simulations, in any spelling: `options.iteration_count`, `mutationIds`. */
const COUNTS =
  /iteration|repetition|replica|sample_?size|mutation|test_?(case|set)|sweep|(^|_)(runs|simulations)(_|$)|^(repeats?|parameters)$/;
/** Of the overrides that the sources name, those that leave the number of simulations alone, as numbers. */
const HARMLESS: ReadonlySet<string> = new Set(['simulation_timeout_seconds']);

/**
 * Overrides are taken for settings of the simulator; what they may hold is documented nowhere (UNKNOWN). One that is named
 * like a count would get around the arguments that are counted, so it is refused.
 */
function checkOverrides(overrides: Readonly<Record<string, unknown>>): void {
  const named = namesIn(overrides).find((name) => COUNTS.test(snake(name)));
  if (named === undefined) return;
  throw refuse(
    'provider_options.config_overrides names something that may change how many simulations run.',
    'Use repeat, cases, persona, sub_sample_size and mutation_ids, which are counted; leave it out of config_overrides.',
  );
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [Array.isArray(value) ? '' : name, ...namesIn(member)]);
}

function snake(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toLowerCase();
}

/** True where nothing is overridden but what is known to leave the number of simulations alone. */
function keepsCount(overrides: Readonly<Record<string, unknown>> | undefined): boolean {
  return Object.entries(overrides ?? {}).every(([name, value]) => HARMLESS.has(name) && typeof value === 'number');
}

function within(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw refuse(`${name} is ${value}; Coval takes whole numbers from ${low} to ${high}.`, `Pass another ${name}.`);
}

/** What will be sent, and how many runs it will be. */
export async function planStart(
  api: Api,
  lookup: Lookup,
  request: StartRequest,
  signal: AbortSignal,
): Promise<StartPlan> {
  const options = checkedLaunch(request);
  const { testSet, chosen, everything, count, all, name } = await casesOf(
    api,
    lookup,
    request,
    options.sub_sample_size,
    signal,
  );
  const [agent, persona, metrics] = await Promise.all([
    lookup.agent(request.agent, testSet.id, signal),
    lookup.persona(request.persona, signal),
    lookup.metrics(request.metrics ?? [], signal),
  ]);
  const mutations = await lookup.mutations(options.mutations, agent.id, signal);
  const variants = 1 + mutations.length;
  const runs = count * request.repeat * variants;
  // How sweep parameters multiply is documented nowhere (UNKNOWN): the number is at least this.
  const sweeps = hasMembers(testSet.parameters);
  const overridden = !keepsCount(options.config_overrides);
  const { sub_sample_size, sub_sample_seed, tags, config_overrides, created_by, customer } = options;
  const body = {
    agent_id: agent.id,
    persona_id: persona.id,
    test_set_id: testSet.id,
    metric_ids: metrics.length > 0 ? metrics.map(({ id }) => id) : undefined,
    mutation_ids: mutations.length > 0 ? mutations.map(({ id }) => id) : undefined,
    options: {
      iteration_count: request.repeat,
      concurrency: request.concurrency,
      sub_sample_size: sub_sample_size > 0 ? sub_sample_size : undefined,
      sub_sample_seed,
      test_case_ids: chosen,
    },
    metadata: { display_name: request.name, created_by, tags, customer },
    config_overrides,
  };
  // One case of a set, and the case by itself, are one request.
  const only = chosen?.length === 1 ? chosen[0] : undefined;
  const times = [
    plural(count, 'case'),
    ...(request.repeat > 1 ? [`${request.repeat} times each`] : []),
    ...(variants > 1 ? [`on the agent and ${variants - 1} ${variants === 2 ? 'variant' : 'variants'} of it`] : []),
  ].join(', ');
  return {
    runs: all && !sweeps && !overridden ? runs : undefined,
    steps: [{ label: `"${name}": ${times}`, runs, body }],
    test_name: name,
    agent: agent.name ?? agent.id,
    notes: notesOn({ agent, sweeps, overridden, metrics, variants, all }),
    meant: {
      test: only === undefined ? { kind: 'suite', ids: [testSet.id] } : { kind: 'case', ids: [only] },
      cases: only === undefined && !everything ? chosen : undefined,
      agent: agent.id,
      persona: persona.id,
      metrics: body.metric_ids,
      repeat: request.repeat,
      concurrency: request.concurrency,
      name: request.name,
      provider_options: {
        ...{ created_by, customer, config_overrides, sub_sample_seed },
        sub_sample_size: body.options.sub_sample_size,
        mutation_ids: body.mutation_ids?.toSorted(),
        tags: tags?.toSorted(),
      },
    },
  };
}

interface Cases {
  testSet: WireTestSet;
  /** Absent = all of the test set. */
  chosen?: string[] | undefined;
  /** They are chosen, and are all that the test set has. */
  everything?: boolean | undefined;
  /** How many, as far as it is known. */
  count: number;
  /** They are all known, so that no more will run. */
  all: boolean;
  /** Of the test. */
  name: string;
}

async function casesOf(
  api: Api,
  lookup: Lookup,
  { test, cases = [] }: StartRequest,
  sub_sample_size: number,
  signal: AbortSignal,
): Promise<Cases> {
  if (test.kind === 'case') {
    if (cases.length > 0)
      throw refuse('A single case has no cases to choose from.', 'Leave cases out, or start the suite of the case.');
    const testCase = await lookup.testCase(checkedId(test.ids.at(-1), 'case'), signal);
    const params = { id: checkedId(testCase.test_set_id, 'suite') };
    const testSet = await api.one(ENDPOINTS.getTestSet, { params, signal });
    return { testSet, chosen: [testCase.id], count: 1, all: true, name: caseName(testCase) };
  }
  const id = checkedId(test.ids[0], 'suite');
  const testSet = await lookup.suite(id, signal);
  const list = api.list(ENDPOINTS.listTestCases, { query: { filter: inTestSet(id) }, signal });
  const { items, all: whole } = await choicesIn(list, (one) => ({ id: one.id, name: caseName(one) }));
  const { test_case_count: counted = 0 } = testSet;
  // The set counts more than its list showed: that the list ended says nothing then.
  const all = whole && items.length >= counted;
  const choice = { what: 'case', kind: 'case', pass: 'cases', whole: true } as const;
  const chosen = cases.map((text) => choose({ items, all }, bareId(text), choice).id);
  const name = suiteName(testSet);
  if (chosen.length > 0) {
    const once = [...new Set(chosen)];
    const everything = all && once.length === items.length;
    return { testSet, chosen: once, everything, count: once.length, all: true, name };
  }
  const known = Math.max(items.length, counted);
  const count = sub_sample_size > 0 ? Math.min(sub_sample_size, known) : known;
  if (count === 0) throw refuse('That test set has no test cases.', 'Add test cases to it in Coval first.');
  return { testSet, count, all, name };
}

interface PlanFacts {
  agent: WireAgent;
  /** The test set has sweep parameters. */
  sweeps: boolean;
  /** Settings of the simulator are overridden of which it is not known what they change. */
  overridden: boolean;
  metrics: readonly Named[];
  variants: number;
  /** Every case of the test set is known. */
  all: boolean;
}

/** Trusted sentences only: no name of the vendor's goes in here. */
function notesOn({ agent, sweeps, overridden, metrics, variants, all }: PlanFacts): string[] {
  const notes = [
    agentTypeOf(agent.model_type).ownership === 'platform'
      ? 'Every simulation is a conversation with the agent, which can take up to ten minutes; Coval states no price.'
      : /CHAT|SMS/.test(agent.model_type ?? '')
        ? 'Every simulation talks to the real agent; Coval states no price.'
        : 'Every simulation calls the real agent, which can take up to ten minutes and cost call minutes; Coval states no price.',
  ];
  if (!all)
    notes.push('The list of test cases could not be read whole; Coval may run more simulations than counted here.');
  if (variants > 1) notes.push('The agent itself always runs beside its variants.');
  if (metrics.length === 0 && agent.metric_ids?.length === 0)
    notes.push('The agent has no metrics of its own and none were passed, so nothing will be judged.');
  if (sweeps) notes.push('The test set has sweep parameters; Coval may run more simulations than counted here.');
  if (overridden)
    notes.push('Not every setting in config_overrides is known; Coval may run more simulations than counted here.');
  return notes;
}

function hasMembers(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && !['', '{}', '[]', 'null'].includes(String(value).trim());
}

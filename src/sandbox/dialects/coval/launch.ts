/** POST /runs: validation as documented, then a session of the engine. */
import * as z from 'zod/v4';
import type { WorldCase } from '../../engine/types.ts';
import { invalid, notFound } from './errors.ts';
import { DIALECT, type Launch, type Platform, type RunRecord } from './store.ts';
import { caseId } from './world.ts';

const nothing = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const schema = z.looseObject({
  agent_id: z.string().length(22),
  persona_id: z.string().length(22),
  test_set_id: z.string().length(8),
  metric_ids: nothing(z.array(z.string().length(22))),
  mutation_id: nothing(z.string().length(26)),
  mutation_ids: nothing(z.array(z.string().length(26)).max(100)),
  options: nothing(
    z.object({
      iteration_count: nothing(z.int().min(1).max(50)),
      concurrency: nothing(z.int().min(1).max(100)),
      sub_sample_size: nothing(z.int().min(0)),
      sub_sample_seed: nothing(z.int().min(0).max(2_147_483_647)),
      test_case_ids: nothing(z.array(z.string().min(1)).min(1).max(100)),
    }),
  ),
  metadata: nothing(
    z.object({
      display_name: nothing(z.string().max(200)),
      created_by: nothing(z.string()),
      tags: nothing(z.array(z.string().max(200)).max(20)),
      customer: nothing(z.record(z.string(), z.unknown())),
    }),
  ),
  config_overrides: nothing(z.record(z.string(), z.unknown())),
});

export function launch(
  body: unknown,
  { engine, world, agents, mutations: book, store, switches }: Platform,
): RunRecord {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(String(issue?.path.at(-1) ?? 'body'), issue?.message ?? 'Invalid body');
  }
  const { agent_id, persona_id, test_set_id, metric_ids, mutation_id, mutation_ids } = parsed.data;
  const { options, metadata } = parsed.data;
  if (mutation_id !== undefined && mutation_ids !== undefined)
    throw invalid('mutation_id', 'mutation_id and mutation_ids are mutually exclusive');
  const sub_sample_seed = options?.sub_sample_seed;
  const test_case_ids = options?.test_case_ids;
  const iteration_count = options?.iteration_count ?? 1;
  const sub_sample_size = options?.sub_sample_size ?? 0;
  if (test_case_ids && sub_sample_size > 0)
    throw invalid('test_case_ids', 'test_case_ids and sub_sample_size are mutually exclusive');
  if (sub_sample_seed !== undefined && sub_sample_size === 0)
    throw invalid('sub_sample_seed', 'sub_sample_seed requires sub_sample_size > 0');
  const record = agents.get(agent_id);
  const played = agents.played(agent_id);
  if (!record || !played) throw notFound('Agent', 'agent_id');
  if (!world.personas.some((persona) => persona.id === persona_id)) throw notFound('Persona', 'persona_id');
  const suite = world.suiteOf(test_set_id);
  if (!suite) throw notFound('Test set', 'test_set_id');
  for (const id of metric_ids ?? []) if (!world.metric(id)) throw notFound('Metric', 'metric_ids');
  const known = book.of(agent_id);
  const mutations = (mutation_ids ?? (mutation_id === undefined ? [] : [mutation_id])).map((id) => {
    const mutation = known.find((one) => one.id === id);
    if (!mutation) throw notFound('Mutation', 'mutation_ids');
    return mutation;
  });
  const all = engine.cases.filter((one) => one.suite === suite.key);
  const cases = chosen(all, test_case_ids, sub_sample_size, sub_sample_seed ?? 0);
  const launched: Launch = {
    agent_id,
    persona_id,
    test_set_id,
    metric_ids: metric_ids ?? record.metric_ids,
    mutations,
    iteration_count,
    display_name: metadata?.display_name,
    tags: [...new Set((metadata?.tags ?? []).map((tag) => tag.trim()))],
    customer: metadata?.customer ?? {},
    crashed: switches.setup_crash,
  };
  const session = engine.start({
    cases: switches.setup_crash ? [] : cases,
    ...played,
    suite,
    repeat: iteration_count * (1 + mutations.length),
    // Without a word on concurrency the engine's own applies, so that a demonstration does not take an hour.
    parallel: options?.concurrency,
    name: metadata?.display_name,
    dialect: DIALECT,
    extra: { launch: launched },
  });
  return store.recordOf(session);
}

function chosen(all: WorldCase[], ids: string[] | undefined, size: number, seed: number): WorldCase[] {
  if (ids) {
    return ids.map((id) => {
      const one = all.find((candidate) => caseId(candidate.key) === id);
      if (!one) throw invalid('test_case_ids', 'Test case does not belong to the test set');
      return one;
    });
  }
  if (size === 0 || size >= all.length) return all;
  const from = seed % all.length;
  return [...all.slice(from), ...all.slice(0, from)].slice(0, size);
}

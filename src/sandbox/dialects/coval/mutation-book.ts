/** Mutations of agents: variants with overrides. A run plays them as it plays the agent itself: what they set is no text. */
import * as z from 'zod/v4';
import { shortId } from '../../engine/ids.ts';
import type { Engine } from '../../engine/types.ts';
import type { CovalWorld } from './world.ts';

const mutationSchema = z.object({
  id: z.string(),
  display_name: z.string(),
  description: z.string().nullable(),
  config_overrides: z.record(z.string(), z.unknown()),
  parameter_values: z.record(z.string(), z.string()),
  create_time: z.string(),
  update_time: z.string(),
});
const keptSchema = z.object({ agent: z.string(), mutation: mutationSchema, deleted: z.boolean() });
export type Mutation = z.infer<typeof mutationSchema>;
export type MutationFields = Partial<Omit<Mutation, 'id' | 'create_time' | 'update_time'>>;

const COLLECTION = 'coval mutations';

export type MutationBook = ReturnType<typeof createMutationBook>;

export function createMutationBook({ documents, now }: Engine, world: CovalWorld) {
  const time = () => new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const kept = () => documents.all(COLLECTION).flatMap(({ value }) => keptSchema.safeParse(value).data ?? []);

  /** In the order they were made. */
  function of(agent: string): Mutation[] {
    const own = kept().filter((one) => one.agent === agent);
    const changed = new Set(own.map(({ mutation }) => mutation.id));
    const made = (world.mutations.get(agent) ?? []).filter(({ id }) => !changed.has(id));
    return [...made, ...own.flatMap(({ mutation, deleted }) => (deleted ? [] : [mutation]))];
  }
  const keep = (agent: string, mutation: Mutation, deleted = false) => {
    documents.put(COLLECTION, mutation.id, { agent, mutation, deleted });
    return mutation;
  };

  return {
    of,
    get: (agent: string, id: string) => of(agent).find((one) => one.id === id),
    add(agent: string, fields: MutationFields & Pick<Mutation, 'display_name'>): Mutation {
      const id = shortId(26, 'ulid', 'coval mutation', agent, fields.display_name, kept().length);
      const times = { create_time: time(), update_time: time() };
      return keep(agent, { id, description: null, config_overrides: {}, parameter_values: {}, ...fields, ...times });
    },
    change: (agent: string, before: Mutation, fields: MutationFields) =>
      keep(agent, { ...before, ...fields, update_time: time() }),
    remove: (agent: string, mutation: Mutation) => keep(agent, mutation, true),
  };
}

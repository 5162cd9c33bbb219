/** What is kept of a started session: the events that decide all of its runs, in order. One JSON value each. */
import * as z from 'zod/v4';

const time = z.number();
const members = z.record(z.string(), z.unknown());

const startSchema = z.object({
  do: z.literal('start'),
  at: time,
  /** The whole text that the agent followed. */
  playbook: z.string(),
  /** Keys of the world's cases. */
  cases: z.array(z.string()),
  repeat: z.int().min(1).max(100_000),
  parallel: z.number(),
  speed: z.number().positive(),
  max_turns: z.number().optional(),
  variables: members.optional(),
  extra: members.optional(),
  origins: z.array(members).optional(),
});

const firstSchema = startSchema.extend({
  version: z.literal(1),
  id: z.string().min(1),
  /** Everything wording and outcomes depend on, beside case and repetition. */
  key: z.string(),
  name: z.string(),
  agent: z.object({ id: z.string(), name: z.string() }),
  /** Key of the suite. */
  suite: z.string().optional(),
  dialect: z.string().optional(),
});

const laterSchema = z.discriminatedUnion('do', [
  startSchema,
  z.object({ do: z.literal('cancel'), at: time }),
  z.object({ do: z.literal('amend'), extra: members }),
]);

export type StartEvent = z.infer<typeof startSchema>;
/** The first of a session. */
export type FirstEvent = z.infer<typeof firstSchema>;
export type SessionEvent = z.infer<typeof laterSchema>;

/** Undefined for what does not begin a session. */
export function firstEvent(line: unknown): FirstEvent | undefined {
  return firstSchema.safeParse(line).data;
}

/** Undefined for what is no event of a session that has begun. */
export function laterEvent(line: unknown): SessionEvent | undefined {
  return laterSchema.safeParse(line).data;
}

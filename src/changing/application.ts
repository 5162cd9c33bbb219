/**
 * What became of a change at one target: `<home>/changes/<id>.<target>.json`. It is made before anything is sent, holds each
 * request that changes something before it leaves, and what is needed to take the change back.
 */
import * as z from 'zod/v4';
import { uptimeSchema } from '../home/moment.ts';
import { processSchema } from '../home/process-identity.ts';
import { CHANGE_TARGETS, EXPOSURES } from '../model/agents.ts';
import { partChangeSchema } from './change.ts';

const resultSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const stepSchema = z.object({
  name: z.string(),
  /**
   * `sent`: it left, or may have left, and no answer is known. `refused`: the platform said no; it may be sent once more.
   * `read`: it changes nothing, and holds what was read before the next one left.
   */
  state: z.enum(['sent', 'done', 'refused', 'read']),
  result: resultSchema.optional(),
});

/** One way, there or back: steps and what came of them. */
const passageSchema = z.object({
  /**
   * `open`: begun. `saved`: answered, and what is read back is what was meant. `refused`: the platform said no, nothing is
   * changed. `conflict`: it had become another text; nothing was sent. `unknown`: an answer was lost, or what is read back is
   * not what was meant.
   */
  state: z.enum(['open', 'saved', 'refused', 'conflict', 'unknown']),
  at: z.string(),
  uptime: uptimeSchema.optional(),
  process: processSchema,
  mark: z.string(),
  steps: z.array(stepSchema),
  settled_at: z.string().optional(),
  verified: z.boolean().optional(),
  by_hand: z.array(z.string()).optional(),
});

export const applicationSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  /** References of the agent and, once it is written, of what was written: the copy, the version, the agent. */
  agent: z.string(),
  written: z.string().optional(),
  /** `hashOfChange`: an application of another change is none. */
  change_hash: z.string(),
  target: z.enum(CHANGE_TARGETS),
  exposure: z.enum(EXPOSURES),
  /** What it replaces: each part with its hashes, and the spans with their places. */
  kept: z.array(partChangeSchema),
  /** Hashes of the other parts of the object, by id. */
  others: z.record(z.string(), z.string()),
  rest: z.string().optional(),
  apply: passageSchema,
  /** Where it was written: ids of the agent, its copy, or the agent and its version. */
  ids: z.array(z.string()).optional(),
  undo: resultSchema.optional(),
  revert: passageSchema.optional(),
});

export type Step = z.infer<typeof stepSchema>;
export type Passage = z.infer<typeof passageSchema>;
export type Application = z.infer<typeof applicationSchema>;

/** A proposed change of one vendor object of an agent: what is kept of it in `<home>/changes/<id>.json`, and never changed. */
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod/v4';
import { uptimeSchema } from '../home/moment.ts';

/** A piece of a part's text that gives way to another. */
const spliceSchema = z.object({
  /** Characters (UTF-16 units) before it in the part as it was read. */
  at: z.int().min(0),
  old: z.string(),
  new: z.string(),
});

export const partChangeSchema = z.object({
  part: z.string(),
  /** In the order of the text; they do not touch each other. */
  splices: z.array(spliceSchema).min(1),
  /** `hashOf` the whole text as it was read, and as it will be. */
  before: z.string(),
  after: z.string(),
  /**
   * Only beside what became of it: the hash of the form in which the platform keeps what it was given (cut off, other line
   * breaks), and the whole text from before, which no span could restore from that.
   */
  stored: z.string().optional(),
  whole: z.string().optional(),
});

export const changeSchema = z.object({
  version: z.literal(1),
  id: z.string().regex(/^c-[a-z0-9]{8,}$/),
  at: z.string(),
  uptime: uptimeSchema.optional(),
  provider: z.string(),
  host: z.string(),
  sandbox: z.boolean(),
  /** Reference of the agent, and its name (untrusted). */
  agent: z.string(),
  agent_name: z.string(),
  object: z.string(),
  /** Of the object, as it was read. */
  revision: z.string(),
  parts: z.array(partChangeSchema).min(1),
  /** Hashes of the other parts of the object, by id. */
  others: z.record(z.string(), z.string()),
  /** Hash of what the object holds besides its parts (`AgentObject.rest`). */
  rest: z.string().optional(),
  /** The proposer's words (untrusted), and references that it rests on. */
  reason: z.string().optional(),
  evidence: z.array(z.string()).optional(),
});

export type Splice = z.infer<typeof spliceSchema>;
export type PartChange = z.infer<typeof partChangeSchema>;
export type Change = z.infer<typeof changeSchema>;

export function newChangeId(): string {
  return `c-${randomBytes(6).toString('hex')}`;
}

/** Of a text, so that it can be recognised and not be read. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** What a yes to it is bound to: everything that it does. */
export function hashOfChange(change: Change): string {
  return createHash('sha256').update(JSON.stringify(change)).digest('hex');
}

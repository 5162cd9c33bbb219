/** One claim in the journal of starts: its fields, its file name, its JSON. */
import * as z from 'zod/v4';
import { uptimeSchema } from '../home/moment.ts';
import { processSchema } from '../home/process-identity.ts';
import { parsedJson } from '../model/json.ts';

/**
 * `open` = claimed; sent or about to be. `started` = the vendor said so. `found` = the answer was lost, the session was
 * found. `unknown` = the answer was lost and nothing proves either way. `refused` = the vendor said no. `failed` =
 * certainly never sent.
 */
const ENTRY_STATES = ['open', 'started', 'found', 'unknown', 'refused', 'failed'] as const;

const receiptSchema = z.object({ session: z.array(z.string()).optional(), run: z.array(z.string()).optional() });
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)));

const entrySchema = z.object({
  version: z.literal(1),
  /** Random; also the `correlation_id` that a provider may put into a session's name. */
  id: z.string().min(1),
  /** Digest of the arguments (see fingerprint.ts). */
  fingerprint: z.string(),
  /** Which start with these arguments: `u<number>`, or `k<digest of the key>`. */
  start: z.string(),
  /** Which step of the plan, from 0, and of how many. */
  index: z.int().min(0),
  steps: z.int().min(1),
  /** A step that was refused or never sent may be tried again, under the next number. */
  attempt: z.int().min(1),
  key: z.string().optional(),
  provider: z.string(),
  host: z.string(),
  sandbox: z.boolean(),
  /** Ref of the test. */
  test: z.string(),
  label: z.string(),
  body: z.unknown().optional(),
  /** Digest of label, runs and body as planned. */
  step_digest: z.string(),
  runs: z.int().min(0),
  /** Somebody said yes to this start: it uses nothing of what may start without one. */
  confirmed: z.literal(true).optional(),
  claimed_at: time,
  /** Of the machine when it was claimed, as `settled_uptime` when it was settled. */
  claimed_uptime: uptimeSchema.optional(),
  process: processSchema,
  state: z.enum(ENTRY_STATES),
  receipt: receiptSchema.optional(),
  settled_at: time.optional(),
  settled_uptime: uptimeSchema.optional(),
  /** With `found`: is it proven, or only the one session that fits? */
  certain: z.boolean().optional(),
  /**
   * With `unknown`: what the lookup saw. `several` = more than one session fits, or one that fits several starts; `failed` =
   * the lookup failed and is to be repeated.
   */
  lookup: z.enum(['nothing', 'several', 'failed']).optional(),
  /** With `unknown`: sessions that fit, none of them proven. */
  candidates: z.array(receiptSchema).optional(),
  /** Kind of the problem that ended it, and the vendor's status; never the vendor's words. */
  problem: z.object({ kind: z.string(), status: z.int().optional() }).optional(),
  /** Set when the file was there but could not be read: then only its name and age are known. */
  damaged: z.literal(true).optional(),
});
export type Entry = z.infer<typeof entrySchema>;

/** What the file name of a claim is made of. The name is the lock: equal names are one claim. */
export type EntryName = Pick<Entry, 'fingerprint' | 'start' | 'index' | 'attempt'>;

const NAME = /^([0-9a-f]{32})\.(u\d{1,9}|k[0-9a-f]{32})\.(\d{1,6})\.(\d{1,6})\.json$/;

/** The file name of a claim. */
export function fileName({ fingerprint, start, index, attempt }: EntryName): string {
  return `${fingerprint}.${start}.${index}.${attempt}.json`;
}

/** Parses the file name of a claim; undefined for the name of another file. */
export function parseFileName(name: string): EntryName | undefined {
  const [, fingerprint, start, index, attempt] = NAME.exec(name) ?? [];
  if (fingerprint === undefined || start === undefined) return undefined;
  return { fingerprint, start, index: Number(index), attempt: Number(attempt) };
}

/** Parses a claim; undefined where the text is none. */
export function parseEntry(text: string): Entry | undefined {
  return entrySchema.safeParse(parsedJson(text)).data;
}

/** The entry that replaces a claim whose file cannot be read: a start of unknown outcome. */
export function damagedEntry(name: EntryName, modified: Date): Entry {
  return {
    ...name,
    version: 1,
    id: fileName(name),
    steps: name.index + 1,
    provider: '',
    host: '',
    sandbox: false,
    test: '',
    label: '',
    body: undefined,
    step_digest: '',
    runs: 1,
    claimed_at: modified.toISOString(),
    settled_at: modified.toISOString(),
    process: { pid: 1, host: '' },
    state: 'unknown',
    damaged: true,
  };
}

/** True when the vendor took (or may have taken) the step: it must not be sent again. */
export function mayHaveStarted(entry: Entry): boolean {
  return entry.state !== 'refused' && entry.state !== 'failed';
}

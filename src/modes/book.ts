/**
 * The book of failure modes: what a team found in its agents' failures, one readable file. Kept by agent (else by test, else by session):
 * modes with masked examples, and which failures of which session were read as which mode. No transcripts, no reasons.
 */
import * as z from 'zod/v4';
import {
  FIX_KINDS,
  LONGEST_DEFINITION,
  LONGEST_FIX,
  LONGEST_TITLE,
  MODE_ID,
  MODE_SOURCES,
  MODE_STATUSES,
} from '../model/modes.ts';
import { formatRef, parseRef, type RefKind } from '../model/refs.ts';

export const BOOK_VERSION = 1;
/** Wordings that a mode keeps at most. */
export const MOST_EXAMPLES = 20;
/** Sessions whose codings are kept of each agent, the newest. */
export const MOST_SESSIONS = 100;

const line = (longest: number) => z.string().trim().min(1).max(longest);

/** Who wrote the words of a mode. A tool writes `assistant` or `model`; what somebody changed by hand counts as `person`. */
export const AUTHORS = ['assistant', 'model', 'person'] as const;
export type Author = (typeof AUTHORS)[number];

const storedModeSchema = z.strictObject({
  title: line(LONGEST_TITLE),
  definition: line(LONGEST_DEFINITION),
  source: z.enum(MODE_SOURCES).optional(),
  fix_kind: z.enum(FIX_KINDS).optional(),
  fix: line(LONGEST_FIX).optional(),
  status: z.enum(MODE_STATUSES),
  by: z.enum(AUTHORS),
  first_seen: z.iso.datetime().optional(),
  last_seen: z.iso.datetime().optional(),
  /** Titles of clusters of the platform whose failures are of this mode. */
  adopts: z.array(line(200)).optional(),
  /** `wordingOf` failures that were read as this mode, sorted. */
  examples: z.array(line(600)).max(MOST_EXAMPLES),
  /** Seal over the above as a tool wrote it (`seal.ts`): without one that fits, somebody wrote or changed it by hand. */
  seal: z.string().optional(),
});
export type StoredMode = z.infer<typeof storedModeSchema>;

/** Ids of failures by mode, one text of ids with blanks between; `single` = read, and of no mode. */
const codesSchema = z.record(
  z.union([z.string().regex(MODE_ID), z.literal('single')]),
  z.string().refine((ids) => idsOf(ids).every((id) => /^F-[0-9a-z]{1,10}$/.test(id)), {
    error: 'has another form than ids of failures: F- and up to ten digits or small letters, with blanks between',
  }),
);

/** The ids in a text of ids, in their order. */
export function idsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** A reference as tools print it: anything else would stand in answers as words of ours. */
function refOf(...kinds: RefKind[]) {
  return z.string().refine((text) => {
    const ref = parseRef(text);
    return ref !== undefined && kinds.includes(ref.kind) && formatRef(ref.provider, ref.kind, ...ref.ids) === text;
  });
}

const sessionCodesSchema = z.strictObject({
  /** When the session was made, as its platform tells. */
  at: z.iso.datetime().optional(),
  /** The test that it executed, where only that told the agent: its next session is of that agent, though the test be gone. */
  test: refOf('suite', 'case').optional(),
  /** Size of the largest random sample that was drawn of it. */
  sample: z.int().min(1).optional(),
  assistant: codesSchema.optional(),
  model: codesSchema.optional(),
});
export type SessionCodes = z.infer<typeof sessionCodesSchema>;

const entrySchema = z.strictObject({
  /** Name of the agent or test, for who reads the file. */
  name: line(200).optional(),
  modes: z.record(z.string().regex(MODE_ID), storedModeSchema),
  sessions: z.record(refOf('session'), sessionCodesSchema),
});
export type BookEntry = z.infer<typeof entrySchema>;

/** By reference of the agent, else of the test. */
export const bookSchema = z.strictObject({
  version: z.literal(BOOK_VERSION),
  agents: z.record(refOf('agent', 'suite', 'case', 'session'), entrySchema),
});
export type Book = z.infer<typeof bookSchema>;

/** A book of no agent. */
export function emptyBook(): Book {
  return { version: BOOK_VERSION, agents: {} };
}

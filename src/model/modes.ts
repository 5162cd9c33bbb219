/**
 * Failure modes: causes that somebody read failures and named. The words of a mode were written by whoever read, out of
 * text that callers and judges wrote: wherever they are shown, they are untrusted.
 */
import * as z from 'zod/v4';
import { quotedText } from './quoted.ts';
import { countOrAbsent, intervalSchema } from './schemas.ts';

/** Whose fault it is: the simulated caller, the case or the platform may be what failed, not the agent. */
export const MODE_SOURCES = ['agent', 'caller', 'test', 'platform', 'unclear'] as const;
/** What kind of change would mend it. */
export const FIX_KINDS = ['prompt', 'tool', 'knowledge', 'test', 'other'] as const;
/** `resolved` = believed mended, still recognised; `retired` = no longer used for what is read from now on. */
export const MODE_STATUSES = ['active', 'resolved', 'retired'] as const;
/**
 * Who said that a failure is of a mode. `wording`: nobody read it, but its masked wording is that of a failure that was
 * read. `vendor`: it is in a cluster of the platform that the mode adopted.
 */
export const CODERS = ['assistant', 'person', 'model', 'vendor', 'wording'] as const;

/**
 * Why it is not said that a mode came or went between two sessions: runs of the other side are missing or go on; failures
 * of the other side were not read; runs do not tell their tests; none of the tests in which it is seen now was judged before;
 * and of one that is not seen any more: it may have failed in tests that were not judged after, since runs before are missing
 * or go on, or failures before were not read.
 */
export const UNSETTLED_BECAUSE = [
  'reading',
  'unread',
  'tests_unknown',
  'not_run_before',
  'reading_before',
  'unread_before',
] as const;

export type ModeSource = (typeof MODE_SOURCES)[number];
export type FixKind = (typeof FIX_KINDS)[number];
export type ModeStatus = (typeof MODE_STATUSES)[number];
export type UnsettledBecause = (typeof UNSETTLED_BECAUSE)[number];
export type Coder = (typeof CODERS)[number];

/** Longest title, definition and fix, in characters; longer ones are refused where they are saved. */
export const LONGEST_TITLE = 80;
export const LONGEST_DEFINITION = 500;
export const LONGEST_FIX = 500;

/**
 * `M-` and up to ten letters or digits: it carries no words. The id of a new mode is made of its title alone, so that two
 * people who name the same mode agree on it.
 */
export const MODE_ID = /^M-[0-9a-z]{1,10}$/;

/** How many failures are coded by whom; those that are 0 are absent. */
export type CodedBy = Partial<Record<Coder, number>>;
export const codedBySchema = z.partialRecord(z.enum(CODERS), z.int());

/** A mode as answers show it, with what was counted of it in the sessions at hand. */
export const modeSchema = z.object({
  id: z.string(),
  title: quotedText,
  definition: quotedText,
  source: z.enum(MODE_SOURCES).optional(),
  fix_kind: z.enum(FIX_KINDS).optional(),
  fix: quotedText.optional(),
  status: z.enum(MODE_STATUSES),
  failures: z.int().describe('Failed evaluations that are coded as it'),
  runs: z.int(),
  coded_by: codedBySchema.optional(),
  share: z.number().optional().describe('Of all failures; estimated where it has an interval'),
  share_interval: intervalSchema.optional(),
  first_seen: z.string().optional(),
  last_seen: z.string().optional(),
});
export type Mode = z.infer<typeof modeSchema>;

/** What is coded of a reading, and what is not. */
export const codedSchema = z.object({
  failures: z.int(),
  coded: countOrAbsent,
  uncoded: countOrAbsent,
  singles: countOrAbsent.describe('Read, and of no mode'),
});

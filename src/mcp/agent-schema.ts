/** The agent under test and changes of it, as answers have them. */
import * as z from 'zod/v4';
import { CHANGE_TARGETS, EXPOSURES, OWNERSHIPS, PART_KINDS } from '../model/agents.ts';
import { quotedText, verbatimText } from '../model/quoted.ts';
import { countOrAbsent, refSchema } from '../model/schemas.ts';

export const agentBriefSchema = z.object({
  ref: refSchema,
  provider: z.string(),
  name: quotedText,
  ownership: z.enum(OWNERSHIPS),
  type: quotedText.optional(),
  updated_at: z.string().optional(),
  /** A copy of ours, made for trying that change. */
  copy_of_change: z.string().optional(),
});

const affectedSchema = z.object({
  what: z.string(),
  which: z.string().optional(),
  count: z.int(),
  /** The first few. */
  names: z.array(quotedText).optional(),
});
export const affectedListSchema = z.array(affectedSchema);

export const targetSchema = z.object({
  target: z.enum(CHANGE_TARGETS),
  exposure: z.enum(EXPOSURES),
  means: z.string(),
  affects: affectedListSchema.optional(),
  by_hand: z.array(z.string()).optional(),
});

export const partSchema = z.object({
  id: z.string(),
  kind: z.enum(PART_KINDS),
  /** The text is the JSON of a value, and has to stay that. */
  form: z.literal('json').optional(),
  text: verbatimText,
  /** Of the whole text, where it is long or has a limit. */
  characters: z.int().optional(),
  /** Characters of it that stand before those that are shown, and number of the first line that is shown. */
  from: z.int().optional(),
  line: z.int().optional(),
  /** Characters of it that follow behind those that are shown. */
  omitted: z.int().optional(),
  limit: z.int().optional(),
  choices: z.array(quotedText).optional(),
  choices_omitted: z.int().optional(),
  location: z.string(),
  /** Where the agent has several. */
  object: z.string().optional(),
  /** Why it cannot be changed from here. */
  fixed: z.string().optional(),
  /** Something in it was taken for a credential and is not shown. */
  redacted: z.literal(true).optional(),
  /** Lines of those shown that hold what is not shown: what cannot be seen, and credentials. */
  altered_lines: z.array(z.int()).optional(),
});

export const historySchema = z.object({
  /** `here`: a change that was applied from this home; `platform`: a state that the platform keeps. */
  source: z.enum(['here', 'platform']),
  change: z.string().optional(),
  target: z.enum(CHANGE_TARGETS).optional(),
  version: quotedText.optional(),
  at: z.string().optional(),
  by: quotedText.optional(),
  note: quotedText.optional(),
  state: z.string().optional(),
});

export const diffSchema = z.object({
  part: z.string(),
  location: z.string().optional(),
  /** Number of its first line in the part, from 1; absent where the text around it is not at hand. */
  line: z.int().optional(),
  above: verbatimText.optional(),
  before: verbatimText,
  after: verbatimText,
  below: verbatimText.optional(),
  /** Characters of it for which there was no room. */
  omitted: z.int().optional(),
  /** Characters in it that nobody could see. */
  unseen: z.int().optional(),
  redacted: z.literal(true).optional(),
});

const conflictSchema = z.object({
  part: z.string(),
  expected: verbatimText,
  present: verbatimText,
  omitted: z.int().optional(),
});

export const changedAgentSchema = z.object({
  ref: refSchema,
  name: quotedText,
  ownership: z.enum(OWNERSHIPS),
  /** Of a record of an agent that lives elsewhere: where that is. */
  lives_at: z.string().optional(),
});

export const proposalSchema = z.object({
  change: z.string(),
  agent: changedAgentSchema,
  object: z.string(),
  revision: z.string(),
  diff: z.array(diffSchema),
  diff_omitted: countOrAbsent,
  problems: z.array(z.string()),
  targets: z.array(targetSchema),
  /** Calls to go on with. */
  next: z.array(z.string()).optional(),
});

const vendorSchema = z.object({
  status: z.int().optional(),
  code: quotedText.optional(),
  message: quotedText.optional(),
  field: quotedText.optional(),
  request_id: quotedText.optional(),
});

export const changeAnswerSchema = z.object({
  change: z.string(),
  target: z.enum(CHANGE_TARGETS),
  outcome: z.enum(['saved', 'confirmation_required', 'refused', 'conflict', 'unknown']),
  verified: z.boolean(),
  /** A string in the list of tools: the answer's text says what the word means. */
  exposure: z.enum(EXPOSURES),
  message: z.string(),
  /** What it does there, at which host. */
  means: z.string().optional(),
  host: z.string(),
  already: z.literal(true).optional(),
  agent: refSchema.optional(),
  agent_name: quotedText,
  affects: affectedListSchema.optional(),
  by_hand: z.array(z.string()).optional(),
  diff: z.array(diffSchema).optional(),
  diff_omitted: countOrAbsent,
  conflicts: z.array(conflictSchema).optional(),
  not_taken: z.array(z.string()).optional(),
  also_moved: z.array(z.string()).optional(),
  lives_at: z.string().optional(),
  /** What the platform said. */
  vendor: vendorSchema.optional(),
  confirm: z.string().optional(),
  expires_at: z.string().optional(),
  next: z.array(z.string()).optional(),
});

export type PartShown = z.infer<typeof partSchema>;
export type ConflictShown = z.infer<typeof conflictSchema>;
export type DiffShown = z.infer<typeof diffSchema>;
export type TargetShown = z.infer<typeof targetSchema>;
export type HistoryShown = z.infer<typeof historySchema>;
export type ChangeAnswerShown = z.infer<typeof changeAnswerSchema>;
export type AgentBriefShown = z.infer<typeof agentBriefSchema>;

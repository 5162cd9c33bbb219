/** What a start answers: one shape for the starter, for the tool that passes it on, and for its text. */
import * as z from 'zod/v4';
import { quotedText } from '../model/quoted.ts';
import { countOrAbsent, refSchema } from '../model/schemas.ts';

const stepSchema = z.object({
  label: quotedText,
  runs: z.int(),
  /** Of the claim in the journal; absent for a step that was not tried. */
  state: z.string().optional(),
  session: refSchema.optional(),
  run: refSchema.optional(),
});

const planSchema = z.object({
  /** Runs in all; absent where only the vendor will know. */
  runs: z.int().optional(),
  /** Of several tests the refs and names stand in `tests`. */
  test: refSchema.optional(),
  test_name: quotedText.optional(),
  agent: quotedText.optional(),
  /** Of all tests, in order. */
  steps: z.array(stepSchema),
  /** Steps that an answer has no room for. */
  steps_omitted: countOrAbsent,
  /** Trusted sentences on cost and side effects. */
  notes: z.array(z.string()),
});

/** `refused` and `not_tried` are outcomes of one of several tests; a start of which nothing came is an error. */
export const TEST_OUTCOMES = [
  'started',
  'partly_started',
  'planned',
  'already_started',
  'unknown',
  'refused',
  'not_tried',
] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

const testSchema = z.object({
  test: refSchema,
  name: quotedText,
  outcome: z.enum(TEST_OUTCOMES),
  /** One, or several separated by commas. */
  session: refSchema.optional(),
});

export const startAnswerSchema = z.object({
  /** `partly_started`: the platform took some of the plan, and `problem` says why not the rest. */
  outcome: z.enum(['started', 'partly_started', 'planned', 'confirmation_required', 'already_started', 'unknown']),
  /** The session; of several all, separated by commas: tools take them as one. */
  session: refSchema.optional(),
  /** The same as a list, when there are several. */
  sessions: z.array(refSchema).optional(),
  /** Sessions for which there was no room. */
  sessions_omitted: countOrAbsent,
  /** The run, when one single run was started. */
  run: refSchema.optional(),
  /** What became of each test, where several were named. */
  tests: z.array(testSchema).optional(),
  plan: planSchema,
  /** The token to pass back as `confirm`, where a yes is needed and a token counts. */
  confirm: z.string().optional(),
  expires_at: z.string().optional(),
  /** With `unknown`: sessions that fit, none of them proven. */
  candidates: z.array(refSchema).optional(),
  /** What happened, in trusted words. */
  message: z.string(),
  /** Why the rest of the plan was not started (trusted words); only beside sessions that were. */
  problem: z.object({ kind: z.string(), message: z.string(), next: z.string().optional() }).optional(),
  /** What to do now (trusted words). */
  next: z.array(z.string()),
});

export type StartAnswer = z.infer<typeof startAnswerSchema>;
export type PlanView = z.infer<typeof planSchema>;
export type StepView = z.infer<typeof stepSchema>;

/**
 * The words of the product as zod schemas: one source for types, output schemas and docs.
 *
 * snake_case; optional means absent, never null; times are ISO 8601 UTC; durations are seconds; rates are 0 to 1.
 */
import * as z from 'zod/v4';
import { quotedText } from './quoted.ts';

export const SESSION_STATUSES = ['queued', 'running', 'scoring', 'completed', 'failed', 'cancelled'] as const;
export const RUN_VERDICTS = ['passed', 'failed', 'error', 'inconclusive', 'pending'] as const;
export const EVALUATION_VERDICTS = ['passed', 'failed', 'error', 'skipped', 'unscored', 'pending'] as const;
/** What a comparison of two sessions comes to. `regressed`: a single test provably fell, whatever all together did. */
export const COMPARISON_VERDICTS = ['better', 'worse', 'regressed', 'no clear difference', 'incomplete'] as const;
export const SPEAKERS = ['agent', 'caller', 'tool', 'system', 'unknown'] as const;

/** Did it execute? The same words for a session and for a run. */
export const statusSchema = z.enum(SESSION_STATUSES);
/** Did the agent do well in one run? */
export const runVerdictSchema = z.enum(RUN_VERDICTS);
/** What one criterion said of one run. */
const evaluationVerdictSchema = z.enum(EVALUATION_VERDICTS);

export const refSchema = z.string().describe('Reference, <provider>/<kind>/<id>');
const rate = z.number().min(0).max(1);
const count = z.int().min(0);
/** A count that answers leave out where it is 0. */
export const countOrAbsent = count.default(0);
export const intervalSchema = z.array(z.number()).length(2).describe('95 % interval, [low, high]');

const countsSchema = z.object({
  runs: count,
  passed: count,
  failed: countOrAbsent,
  error: countOrAbsent,
  inconclusive: countOrAbsent,
  pending: countOrAbsent,
  uncounted: count.optional().describe('Finished runs whose verdicts were not read for this answer'),
});

export const sessionSchema = z.object({
  ref: refSchema,
  provider: z.string(),
  status: statusSchema,
  name: quotedText.optional(),
  test: refSchema.optional(),
  agent: quotedText.optional(),
  agent_ref: refSchema.optional(),
  created_at: z.string().optional(),
  ended_at: z.string().optional(),
  vendor_status: quotedText.optional(),
  read_at: z.string().optional().describe('When it was read, where that was for an earlier call'),
  link: z.string().optional(),
  counts: countsSchema,
  pass_rate: rate.optional(),
  pass_rate_interval: intervalSchema.optional(),
  pass_rate_bounds: z
    .array(rate)
    .length(2)
    .optional()
    .describe('Instead of pass_rate where runs are missing: all of them failed, all of them passed'),
});

/** A run as lists of runs show it; `session` stands in it only where a list spans several sessions. */
export const runBriefSchema = z.object({
  ref: refSchema,
  session: refSchema.optional(),
  status: statusSchema,
  verdict: runVerdictSchema,
  test: refSchema.optional(),
  name: quotedText.optional(),
  link: z.string().optional(),
  failed_evaluations: z.array(quotedText),
  success_rule: z.enum(['any']).optional().describe('Passed with failed evaluations: any one that passes is enough'),
  started_at: z.string().optional(),
  duration_seconds: z.number().optional(),
  turns: count.optional(),
});

export const evaluationSchema = z.object({
  name: quotedText,
  verdict: evaluationVerdictSchema,
  score: z.number().optional(),
  scale: z.number().optional().describe('The score is a share of this: it came as per cent, or as 4/10'),
  threshold: z.number().optional(),
  reason: quotedText.optional(),
  unread: z.string().optional().describe('Form of an output that was not understood; such a run is no pass'),
});

export const turnSchema = z.object({
  index: z.int().min(0),
  speaker: z.enum(SPEAKERS),
  at_seconds: z.number().optional(),
  text: quotedText,
});

export const testBriefSchema = z.object({
  ref: refSchema,
  kind: z.enum(['case', 'suite']),
  name: quotedText,
  provider: z.string(),
  agent: quotedText.optional(),
  suite: refSchema.optional(),
  cases: count.optional().describe('Cases in a suite'),
  criteria: count.optional().describe('Success criteria of a case'),
  updated_at: z.string().optional(),
});

export const testDetailSchema = testBriefSchema.extend({
  agent_ref: refSchema.optional(),
  caller: quotedText.optional().describe('Instructions of the simulated caller'),
  success_criteria: z.array(quotedText).optional(),
  success_rule: z.enum(['all', 'any']).optional(),
  members: z.array(z.object({ ref: refSchema, name: quotedText })).optional(),
  members_omitted: count.optional(),
  language: quotedText.optional(),
  options: z
    .record(z.string(), quotedText)
    .optional()
    .describe('start_simulation arguments this test takes, and what each means'),
  start_needs: z.array(z.string()).optional().describe('Of these, what a start cannot do without'),
});

export type Status = z.infer<typeof statusSchema>;
export type RunVerdict = z.infer<typeof runVerdictSchema>;
export type EvaluationVerdict = z.infer<typeof evaluationVerdictSchema>;
export type Speaker = (typeof SPEAKERS)[number];
export type Counts = z.infer<typeof countsSchema>;
export type Session = z.infer<typeof sessionSchema>;
export type RunBrief = z.infer<typeof runBriefSchema>;
export type Evaluation = z.infer<typeof evaluationSchema>;
export type Turn = z.infer<typeof turnSchema>;

/** The agent that a test is for, where its platform tells; it keys what a team knows of the agent. */
interface OfAgent {
  agent_ref?: string | undefined;
}

/** A test as providers map it. */
export type TestBrief = z.infer<typeof testBriefSchema> & OfAgent;
export type TestDetail = z.infer<typeof testDetailSchema>;

/** What broke when a run did not execute. `message` is the vendor's and untrusted. */
export interface RunError {
  message: string;
  code?: string | undefined;
  type?: string | undefined;
}

/** A run as providers map it: the brief plus everything the vendor told about it. */
export interface Run extends RunBrief {
  /** Ref of the session it belongs to. */
  session: string;
  evaluations: Evaluation[];
  /** Technical failure, when the run broke. */
  error?: RunError | undefined;
  /** Why the conversation ended, in the vendor's words. */
  ended_reason?: string | undefined;
  vendor_status?: string | undefined;
  agent?: string | undefined;
  /** Reference of the agent, where the run tells its id. */
  agent_ref?: string | undefined;
  /** Which repetition of its test this run is, from 0, where the vendor tells or order implies it. */
  iteration?: number | undefined;
  /** Variant of the agent under test (Coval mutation), absent for the base agent. */
  variant?: string | undefined;
  summary?: string | undefined;
  cost?: { amount: number; unit: 'USD' | 'credits' | 'messages' } | undefined;
  /** Mean seconds the agent took to answer. */
  latency_seconds?: number | undefined;
  has_recording?: boolean | undefined;
  expires_at?: string | undefined;
  /** Present only where the vendor embeds it or it was asked for. */
  transcript?: Turn[] | undefined;
  /** True when the vendor does not say who speaks and we derived it. */
  speaker_inferred?: boolean | undefined;
}

/** What one step of a start is, as it goes into the journal and comes back out of it. */
import * as z from 'zod/v4';

const suiteStepSchema = z.strictObject({
  kind: z.literal('suite'),
  suite: z.string(),
  agent: z.string(),
  max_turns: z.int().optional(),
  /** The suite's cases when it was planned: what a session of it is recognised by. */
  cases: z.array(z.string()),
});

const caseStepSchema = z.strictObject({
  kind: z.literal('case'),
  case: z.string(),
  agent: z.string(),
  variables: z.record(z.string(), z.unknown()).optional(),
  /** Joins the session of the plan's first start. */
  join: z.boolean(),
});

export const stepSchema = z.discriminatedUnion('kind', [suiteStepSchema, caseStepSchema]);
export type SuiteStep = z.output<typeof suiteStepSchema>;
export type CaseStep = z.output<typeof caseStepSchema>;

export const OPTIONS = {
  separate_sessions:
    'true gives every single start its own session; by default the starts of one call share the session of the first',
} as const;

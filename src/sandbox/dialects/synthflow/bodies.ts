/** Reading request bodies: JSON against a schema, or the refusal that the operation declares. */
import type { Context } from 'hono';
import * as z from 'zod/v4';
import { refuse } from './errors.ts';
import type { Platform } from './store.ts';

export const caseTypes = z.enum(['custom', 'agent_based']);
const rule = z.enum(['all', 'any']);

export const newCaseBody = z.object({
  name: z.string().min(1),
  prompt: z.string().min(1),
  type: caseTypes,
  success_criteria: z.array(z.string()),
  call_success_type: rule,
  suite_id: z.uuid().nullish(),
  base_agent_id: z.string().nullish(),
});

export const caseChangeBody = z.object({
  name: z.string().nullish(),
  prompt: z.string().nullish(),
  success_criteria: z.array(z.string()).nullish(),
  call_success_type: rule.nullish(),
  suite_id: z.uuid().nullish(),
});

export const generateBody = z.object({
  agent_id: z.string(),
  include_tests: z.array(
    z.enum([
      'csat_score',
      'accuracy_of_responses',
      'script_compliance',
      'angry_user',
      'repetitive_phrases',
      'conversational_naturalness',
      'task_completion',
    ]),
  ),
  suite_id: z.uuid().nullish(),
});

export const newSuiteBody = z.object({ name: z.string(), model_id: z.string(), language: z.string().default('en-US') });
export const suiteChangeBody = z.object({ name: z.string().nullish(), model_id: z.string().nullish() });

export const startBody = z.object({
  simulation_case_id: z.uuid(),
  // Declared a uuid; the vendor's own example is not one.
  target_agent_id: z.string().min(1),
  simulation_session_id: z.uuid().nullish(),
  custom_variables: z.record(z.string(), z.unknown()).nullish(),
});

const anyAgent = z.record(z.string(), z.unknown());
/** Partial: what is left out stays, in `agent` as well. */
export const assistantBody = z.looseObject({ agent: anyAgent.optional() });
export const newAssistantBody = z.looseObject({
  type: z.enum(['inbound', 'outbound', 'widget']),
  name: z.string().min(1),
  agent: anyAgent.optional(),
});
export const attachBody = z.object({ model_id: z.string(), actions: z.array(z.string()) });

/** The body, or the refusal: 422 where the operation declares it, else 400. */
export async function readBody<T extends z.ZodType>(
  c: Context,
  platform: Platform,
  schema: T,
  refusal: 422 | 400,
): Promise<z.output<T> | Response> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    return refuse(c, platform, refusal, 'The body is not JSON.', 'body');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(c, platform, refusal, issue?.message ?? 'Invalid body', ['body', ...(issue?.path ?? [])].join('.'));
}

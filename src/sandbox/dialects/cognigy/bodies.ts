/** Bodies of requests, checked as the vendor would: a refusal names the member. */
import type { Context } from 'hono';
import * as z from 'zod/v4';
import { CODES, type Refuse } from './errors.ts';

/** Executions of one batch; the vendor's own limit is unknown. */
const MOST_RUNS = 1000;

const criterionSchema = z.looseObject({ type: z.string(), params: z.record(z.string(), z.unknown()) });
export const scenarioBody = z.looseObject({
  name: z.string().min(1),
  persona: z.string(),
  personaName: z.string(),
  mission: z.string(),
  successCriteria: z.array(criterionSchema),
  maxTurns: z.int().min(1).max(100).optional(),
  timeout: z.number().optional(),
  flowReferenceId: z.string().optional(),
  flowId: z.string().nullish(),
  aiAgentReferenceId: z.string().optional(),
  jobNodeId: z.string().optional(),
});
const runConfigSchema = z.looseObject({
  flowReferenceId: z.string(),
  entrypoint: z.string(),
  largeLanguageModelReferenceId: z.string(),
  localeReferenceId: z.string().optional(),
  userId: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  enableMocking: z.boolean().optional(),
});
export const runBody = z.looseObject({
  name: z.string().min(1),
  runConfig: runConfigSchema,
  numberOfExecutions: z.int().min(1).max(MOST_RUNS),
});

/** JSON of a request that fits `schema`; a refusal naming the member otherwise. */
export async function bodyOf<T extends z.ZodType>(c: Context, schema: T, refuse: Refuse): Promise<z.output<T>> {
  const json: unknown = await c.req.json().catch(() => undefined);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? 'body';
  throw refuse(400, `"${field}" is not valid: ${issue?.message ?? ''}`, CODES.invalid, { field });
}

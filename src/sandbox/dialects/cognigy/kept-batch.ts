/** What is kept of a batch with the session of the engine that plays it. */
import * as z from 'zod/v4';
import type { WorldCase } from '../../engine/types.ts';
import type { BatchRecord } from './records.ts';

export const DIALECT = 'cognigy';

const text = z.string();
const scenarioSchema = z.object({
  id: text,
  referenceId: text,
  name: text,
  persona: text,
  personaName: text,
  mission: text,
  successCriteria: z.array(z.object({ type: text, params: z.record(text, z.unknown()) })),
  maxTurns: z.number(),
  flowReferenceId: text.optional(),
  flowId: text.nullish(),
  aiAgentReferenceId: text.optional(),
  jobNodeId: text.optional(),
  timeout: z.number().optional(),
  created_at: z.number(),
  changed_at: z.number(),
  /** Keys of the world's cases. */
  played: z.array(text),
});
const batchSchema = z.object({
  frozen: scenarioSchema,
  name: text,
  runConfig: z.looseObject({ flowReferenceId: text, entrypoint: text, largeLanguageModelReferenceId: text }),
  lost: z.number(),
});

type Kept = Pick<BatchRecord, 'frozen' | 'name' | 'runConfig' | 'lost'>;

/** JSON of a batch. */
export function toKeep({ frozen, ...batch }: Kept): z.infer<typeof batchSchema> {
  return { ...batch, frozen: { ...frozen, played: frozen.played.map(({ key }) => key) } };
}

/** Undefined for what is no batch. */
export function keptBatch(value: unknown, cases: readonly WorldCase[]): Kept | undefined {
  const kept = batchSchema.safeParse(value).data;
  if (!kept) return undefined;
  const { frozen, ...batch } = kept;
  return { ...batch, frozen: { ...frozen, played: cases.filter(({ key }) => frozen.played.includes(key)) } };
}

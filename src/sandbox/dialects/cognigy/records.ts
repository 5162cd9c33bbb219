/** Scenarios and batches as the platform keeps them. */
import type { EngineSession, WorldCase } from '../../engine/types.ts';

export interface Criterion {
  type: string;
  params: Record<string, unknown>;
}

export interface ScenarioRecord {
  id: string;
  referenceId: string;
  name: string;
  persona: string;
  personaName: string;
  mission: string;
  successCriteria: Criterion[];
  maxTurns: number;
  flowReferenceId?: string | undefined;
  flowId?: string | null | undefined;
  aiAgentReferenceId?: string | undefined;
  jobNodeId?: string | undefined;
  timeout?: number | undefined;
  created_at: number;
  changed_at: number;
  /** Cases of the engine that are played for it, in turns. */
  played: readonly WorldCase[];
}

export interface RunConfig {
  flowReferenceId: string;
  entrypoint: string;
  largeLanguageModelReferenceId: string;
  [more: string]: unknown;
}

export interface BatchRecord {
  id: string;
  referenceId: string;
  scenario: string;
  /** The scenario as it was when the batch was made. */
  frozen: ScenarioRecord;
  name: string;
  session: EngineSession;
  /** Only the runs of this case; absent for all of the session. */
  only?: string | undefined;
  runConfig: RunConfig;
  created_at: number;
  /** Runs that never happen. */
  lost: number;
}

/** When its stop was asked for. */
export function stoppedAt({ session }: BatchRecord): number | undefined {
  const { stopped_at } = session.extra;
  return typeof stopped_at === 'number' ? stopped_at : undefined;
}

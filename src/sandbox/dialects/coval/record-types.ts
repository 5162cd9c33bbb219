/** What the dialect keeps of a launched run. */
import type { EngineRun, EngineSession } from '../../engine/types.ts';

/** What a launch said, kept in the session's `extra`. */
export interface Launch {
  agent_id: string;
  persona_id: string;
  test_set_id: string | undefined;
  metric_ids: string[];
  mutations: { id: string; display_name: string }[];
  iteration_count: number;
  display_name: string | undefined;
  tags: string[];
  customer: Record<string, unknown>;
  crashed: boolean;
}

export interface Simulation {
  id: string;
  run: EngineRun;
  record: RunRecord;
}

export interface RunRecord {
  id: string;
  session: EngineSession;
  launch: Launch;
  /** In order of creation; made when first asked for. */
  simulations(): Simulation[];
}

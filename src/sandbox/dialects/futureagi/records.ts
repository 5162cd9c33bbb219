/** What the stand-in for Future AGI stores, in one neutral form; switches decide how it is shown. */

export interface EvalOutput {
  output?: unknown;
  reason?: unknown;
  output_type?: string | null;
  name?: string | null;
  status?: string;
  error?: string;
  skipped?: boolean;
  timestamp?: string;
}

export interface Config {
  id: string;
  name: string;
  template: { id: string; name: string };
  error_localizer?: boolean;
}

export interface Scenario {
  id: string;
  name: string;
  rows: number;
  status: 'Completed' | 'Processing';
  /** Instructions of the simulated customer. */
  prompt: string;
}

export interface RunTest {
  id: string;
  name: string;
  agent: { id: string; name: string; type: 'voice' | 'text' };
  /** The version of a prompt that plays the agent; absent: an agent definition does. */
  prompt?: { template: { id: string; name: string }; version: { id: string; name: string } };
  /** The version of the agent definition that runs use; absent: its first. */
  version?: { id: string; name: string };
  scenarios: Scenario[];
  configs: Config[];
  created_at: number;
  /** Rows of another workspace look as if they did not exist. */
  foreign?: boolean;
}

export interface Line {
  speaker: 'agent' | 'caller' | 'tool';
  text: string;
  at_seconds: number;
}

export interface Call {
  id: string;
  scenario: { id: string; name: string };
  persona?: string;
  status: string;
  started_at: number | null;
  completed_at: number | null;
  updated_at: number;
  duration_seconds: number | null;
  ended_reason: string | null;
  call_summary: string | null;
  /** By configuration id. */
  evals: Record<string, EvalOutput>;
  latency_ms: number | null;
  cost_cents: number | null;
  chat: boolean;
  /** Address of its recording. */
  recording?: string | undefined;
  error_message?: string;
  lines: Line[];
  /** For the failure clusters: which evaluation failed of which hidden cause. */
  causes?: Record<string, string>;
  /** What the error localizer found, by configuration id. */
  localized?: Record<string, unknown>;
}

/** The failure-cluster calculation of one execution. */
export interface Fma {
  /** In the server's own form: configuration name to clusters. Null when there is none yet. */
  map: unknown;
  status: string;
  last_updated: number | null;
}

export interface Execution {
  id: string;
  run_test: RunTest;
  status: string;
  started_at: number;
  completed_at: number | null;
  total_calls: number;
  completed_calls: number;
  failed_calls: number;
  calls: Call[];
  fma: Fma;
}

/** A cluster as the server stores it. */
export interface StoredCluster {
  theme: string;
  member_ids: string[];
  representative_ids: string[];
  evidence_summary: string;
  guidance: string;
  kind: 'failure' | 'success';
  confidence: 'low' | 'medium' | 'high';
  status: string;
  cluster_id: number;
  size: number;
  issues: string[];
  triggers: string[];
  capabilities: string[];
  application_contexts: string[];
  eval_name: string;
  eval_config_id: string;
  eval_template_id: string;
}

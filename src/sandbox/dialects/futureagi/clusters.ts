/**
 * "Fix My Agent" clusters of an engine session: asynchronous after it completes, per evaluation, from the reasons of
 * passed and failed calls alike, in groups that need a minimum of members. The hidden cause of a failure forms the
 * groups; its name is never shown.
 */
import type { Call, Config, Fma, RunTest, StoredCluster } from './records.ts';
import type { Switches } from './switches.ts';

function shortened(text: string): string {
  const plain = text.replace(/["“”].*$/, '').replace(/[\s:,(]+$/, '');
  const words = (plain.length > 12 ? plain : text).split(/\s+/).slice(0, 9).join(' ');
  return words.replace(/[.,:;(]+$/, '');
}

function clusterOf(
  config: Config,
  members: readonly Call[],
  kind: StoredCluster['kind'],
  number: number,
): StoredCluster {
  const ids = members.map((call) => call.id);
  const reasons = members.map((call) => call.evals[config.id]?.reason).filter((reason) => typeof reason === 'string');
  const typical = reasons[0] ?? '';
  return {
    theme: kind === 'success' ? `Meets "${config.name}"` : `${config.name}: ${shortened(typical)}`,
    member_ids: ids,
    representative_ids: ids.slice(0, 3),
    evidence_summary: `${members.length} calls share this pattern. Typical: ${typical}`,
    guidance:
      kind === 'success'
        ? 'Keep this behaviour.'
        : `Add an explicit rule for "${config.name}" to the prompt of the agent and test it with the listed calls.`,
    kind,
    confidence: members.length >= 20 ? 'high' : members.length >= 5 ? 'medium' : 'low',
    status: 'active',
    cluster_id: number,
    size: members.length,
    issues: kind === 'success' ? [] : [shortened(typical)],
    triggers: [],
    capabilities: [],
    application_contexts: [],
    eval_name: config.template.name,
    eval_config_id: config.id,
    eval_template_id: config.template.id,
  };
}

/** The map of the calls as they are: `{}` when no evaluation has enough reasons, or no group enough members. */
export function computeClusters(
  runTest: RunTest,
  calls: readonly Call[],
  minimum: number,
): Record<string, StoredCluster[]> {
  const map: Record<string, StoredCluster[]> = {};
  for (const config of runTest.configs) {
    const judged = calls.filter((call) => {
      const entry = call.evals[config.id];
      return (
        call.status === 'completed' &&
        entry !== undefined &&
        entry.error === undefined &&
        entry.output !== null &&
        !!entry.reason
      );
    });
    if (judged.length < minimum) continue;
    const smallest = Math.max(minimum, Math.ceil(judged.length * 0.08));
    const groups = new Map<string, Call[]>();
    const praised: Call[] = [];
    for (const call of judged) {
      const cause = call.causes?.[config.id];
      if (cause === undefined) {
        praised.push(call);
        continue;
      }
      const group = groups.get(cause) ?? [];
      group.push(call);
      groups.set(cause, group);
    }
    const clusters = [...groups.values()]
      .filter((group) => group.length >= smallest)
      .sort((a, b) => b.length - a.length)
      .map((group, index) => clusterOf(config, group, 'failure', index));
    if (praised.length >= smallest) clusters.push(clusterOf(config, praised, 'success', clusters.length));
    if (clusters.length > 0) map[config.name] = clusters;
  }
  return map;
}

/**
 * Where the calculation stands: nobody computes for a run that failed or was cancelled, and its state stays
 * `pending`.
 */
export function fmaAt(
  status: string,
  completedAt: number | null,
  now: number,
  switches: Switches,
  compute: () => unknown,
): Fma {
  if (status !== 'completed' || completedAt === null) return { map: null, status: 'pending', last_updated: null };
  const since = now - completedAt;
  if (since < switches.fma_pending_ms) return { map: null, status: 'pending', last_updated: null };
  const done = switches.fma_pending_ms + switches.fma_running_ms;
  if (since < done) return { map: null, status: 'running', last_updated: null };
  return { map: compute(), status: 'completed', last_updated: completedAt + done };
}

/** The stored map in the form that a switch asks for. */
export function shownMap(map: unknown, switches: Switches): unknown {
  if (map === null || typeof map !== 'object' || Array.isArray(map)) return map;
  if (switches.clusters === 'summary') return { summary: 'Callers were mostly satisfied; some waited too long.' };
  return Object.fromEntries(
    Object.entries(map).map(([name, clusters]) => {
      if (!Array.isArray(clusters) || !clusters.every(isStored)) return [name, clusters];
      const first = clusters[0];
      const key = switches.eval_names === 'template' && first ? first.eval_name : name;
      if (switches.clusters === 'code') return [key, clusters];
      const failures = clusters.filter((cluster) => cluster.kind === 'failure');
      return [
        key,
        failures.map((cluster) => ({
          cluster_name: cluster.theme,
          call_execution_ids: cluster.member_ids,
          description: cluster.evidence_summary,
        })),
      ];
    }),
  );
}

function isStored(value: unknown): value is StoredCluster {
  return typeof value === 'object' && value !== null && 'theme' in value && 'member_ids' in value;
}

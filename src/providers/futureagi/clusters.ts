/**
 * "Fix My Agent" clusters as ours, from the SDK family: the app family's GET starts a calculation where there is
 * none. The documented field names and the ones the server stores differ, and nobody has published a production
 * payload: every known form is read, and what is no cluster is left out. Clusters of praise (`kind: success`) are
 * never shown as failures.
 */
import type { ClusterSet, FailureCluster } from '../../model/clusters.ts';
import { isRecord } from '../../model/json.ts';
import { formatRef } from '../../model/refs.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider } from '../provider.ts';
import { faultProblem, isFault } from '../shared/faults.ts';
import { distinctNames, reasonText } from '../shared/judgements.ts';
import { identifier, text } from '../shared/scalars.ts';
import type { SharedNames } from './evaluation-names.ts';
import type { ExecutionPages } from './execution-pages.ts';
import { readFault } from './faults.ts';
import { checkId } from './lookup.ts';
import { statusOf } from './map-run.ts';
import { PLATFORM } from './settings.ts';
import type { WireExecution } from './wire.ts';

export function createClusters(pages: ExecutionPages): NonNullable<Provider['clusters']> {
  return {
    async get(session, call) {
      const id = checkId(session[0], 'session');
      const execution = await pages.read(id, { page: 1, limit: 1, summary: true }, call);
      return toClusters(execution, pages.shared.get(id));
    },
  };
}

/**
 * Clusters and the state of their calculation, from an execution read with its summary. Throws `vendor_error` where an
 * error stands in their place.
 */
export function toClusters(execution: WireExecution, shared: SharedNames = new Map()): ClusterSet {
  const map = execution.eval_explanation_summary;
  const status = execution.eval_explanation_summary_status?.trim().toLowerCase();
  const present = map !== undefined && map !== null;
  const all = collect(map, undefined);
  if (all.length === 0 && isFault(map)) throw faultProblem(PLATFORM, 'failure clusters', map, readFault);
  const seen = new Map<string, number>();
  const clusters = all
    .filter(({ fields }) => reasonText(fields.kind)?.toLowerCase() !== 'success')
    .map(({ key, fields }) => toCluster(fields, evaluationName(key, fields, execution, shared), seen));
  // `pending` is the default even when nobody ever asked: on an execution that failed or was cancelled it means never.
  const state = statusOf(execution.status);
  const never = status === 'pending' && !present && isTerminal(state) && state !== 'completed';
  return {
    clusters,
    vendor_status: never ? 'not_computed' : status || undefined,
    stale: (present && status !== undefined && status !== 'completed') || undefined,
  };
}

/** `seen`: how often each id was given. */
function toCluster(fields: Fields, evaluation: string | undefined, seen: Map<string, number>): FailureCluster {
  const title = titleOf(fields) ?? 'Untitled';
  const texts = [fields.description, fields.evidence_summary, fields.evidenceSummary, fields.issues];
  // The vendor's numbering changes with each calculation; the words are what stays.
  const id = slug(`${evaluation ?? ''} ${title}`);
  const repeat = (seen.get(id) ?? 0) + 1;
  seen.set(id, repeat);
  return {
    id: repeat === 1 ? id : `${id}-${repeat}`,
    title,
    description: texts.map((one) => reasonText(one)).find(Boolean),
    advice: reasonText(fields.guidance),
    evaluations: evaluation ? [evaluation] : [],
    runs: membersOf(fields).map((member) => formatRef(PLATFORM.id, 'run', member)),
  };
}

type Fields = Record<string, unknown>;

function idsOf(...candidates: unknown[]): string[] {
  for (const candidate of candidates) {
    if (!Array.isArray(candidate)) continue;
    const ids = candidate
      .map((member) => identifier(isRecord(member) ? (member.call_execution_id ?? member.id) : member))
      .filter((member) => member !== undefined);
    if (ids.length > 0) return [...new Set(ids)];
  }
  return [];
}

const titleOf = (fields: Fields) => reasonText(fields.cluster_name) ?? reasonText(fields.theme);
const membersOf = (fields: Fields) => idsOf(fields.call_execution_ids, fields.member_ids, fields.representative_ids);
const isCluster = (fields: Fields) => titleOf(fields) !== undefined || membersOf(fields).length > 0;

/**
 * Finds clusters in a map of lists, a list, a map of maps, or anything else; `key` is the evaluation they belong to.
 */
function collect(value: unknown, key: string | undefined, depth = 0): { key: string | undefined; fields: Fields }[] {
  if (depth > 3) return [];
  if (Array.isArray(value)) return value.flatMap((item) => collect(item, key, depth + 1));
  if (!isRecord(value)) return [];
  if (isCluster(value)) return [{ key, fields: value }];
  return Object.entries(value).flatMap(([name, inner]) => collect(inner, key ?? name, depth + 1));
}

/**
 * The evaluation names that readers of the runs know. The map is keyed by configuration name (by template name in some
 * docs), evaluations are named as they were when scored: joined by id where there is one, by either name otherwise.
 */
function evaluationName(
  key: string | undefined,
  fields: Fields,
  execution: WireExecution,
  shared: SharedNames,
): string | undefined {
  const configId = text(fields.eval_config_id);
  const ids = shared.get(key ?? '');
  if (ids && configId !== undefined && ids.includes(configId))
    return distinctNames(ids.map((id) => ({ id, name: key }))).get(configId);
  const entries = execution.call_results?.rows.flatMap((row) => [...(row?.eval_outputs ?? [])]) ?? [];
  const scored = new Map(entries.flatMap(([config, entry]) => (entry.name ? [[config, entry.name] as const] : [])));
  if (key !== undefined && [...scored.values()].includes(key)) return key;
  const configs = execution.eval_results.flatMap((template) =>
    template.result.map((config) => ({ template: template.name, id: config.id, name: config.name })),
  );
  const byName = configs.filter((config) => config.name === key);
  const byTemplate = configs.filter((config) => config.template === (key ?? reasonText(fields.eval_name)));
  const match =
    configs.find((config) => config.id !== undefined && config.id === configId) ??
    (byName.length === 1 ? byName[0] : byTemplate.length === 1 ? byTemplate[0] : undefined);
  if (!match) return key ?? reasonText(fields.eval_name);
  return (match.id === undefined ? undefined : scored.get(match.id)) ?? match.name ?? key;
}

function slug(text: string): string {
  const words = text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `fma-${words || 'cluster'}`;
}

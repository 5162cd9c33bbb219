/** The text of `get_failure_clusters`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import { withAgentFile } from '../agent-file.ts';
import type { GetFailureClusters } from '../tools/get-failure-clusters.ts';
import { listedSessions, namedSession } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, percent, readAt } from './words.ts';

/** States of the platform's own analysis that are said in our words; any other is quoted. */
const ANALYSIS_STATES: ReadonlyMap<string, string> = new Map([
  ['pending', 'pending'],
  ['running', 'running'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['not_computed', 'not computed'],
]);

export function presentGetFailureClusters(data: GetFailureClusters): Rendering {
  const { session, clusters, clusters_total: total, from = 1, inconclusive, next_cursor, vendor_status: state } = data;
  const broken = data.broken > 0 ? `; ${data.broken} more broke technically, grouped apart` : '';
  const first = clusters[0]?.runs[0];
  return {
    headline: sentences(
      coverageLine(data.coverage, 'the failed runs, the clusters and their shares'),
      `${plural(data.failed, 'failed run')} of ${namedSession(session)} in ${plural(total, 'cluster')}${from > 1 ? `, from ${from}` : ''}${broken}.`,
      inconclusive > 0
        ? `${plural(inconclusive, 'run')} ${inconclusive === 1 ? 'is' : 'are'} inconclusive and in no cluster: whether ${inconclusive === 1 ? 'it' : 'they'} failed is not known; get_session says what has no verdict.`
        : '',
      data.pending > 0 ? `${plural(data.pending, 'run')} still pending: clusters may change.` : '',
      data.unclustered > 0 ? `${plural(data.unclustered, 'failed run')} in no cluster.` : '',
      data.passed_with_failures > 0
        ? `${plural(data.passed_with_failures, 'run')} passed although some of ${data.passed_with_failures === 1 ? 'its' : 'their'} criteria failed, and ${data.passed_with_failures === 1 ? 'is' : 'are'} in no cluster: get_session lists them.`
        : '',
      ownAnalysis(data),
      data.vendor_problem ?? '',
      data.transcripts_unread > 0
        ? `The transcripts of ${plural(data.transcripts_unread, 'run')} could not be read: their evidence has no turn here.`
        : '',
      clusters.some(({ source }) => source === 'computed')
        ? 'Computed clusters are grouped by wording on this machine; one cause may stand in two of them.'
        : '',
      readAt(data.read_at),
      next_cursor === undefined
        ? ''
        : `${plural(total - from + 1 - clusters.length, 'more cluster')}: cursor ${next_cursor}.`,
    ),
    lines: [
      ...listedSessions(session),
      ...(state === undefined || ANALYSIS_STATES.has(state) ? [] : [`state of the platform's analysis: "${state}"`]),
      ...clusters.flatMap((cluster, index) => clusterLines(cluster, from + index)),
    ],
    next:
      first === undefined
        ? undefined
        : [
            nextCall(
              'get_run',
              { run: first },
              withAgentFile('to check the largest cluster against the turns', data.agent_file),
            ),
          ],
  };
}

/** What the platform itself worked out, and what it did not. */
function ownAnalysis({ vendor_status: state, vendor_clusters: own, clusters, stale }: GetFailureClusters): string {
  if (own === 0 && state === 'completed')
    return "The platform's own analysis is completed, and has no clusters of its own.";
  const merged = clusters.some((one) => one.merged !== undefined);
  const sentences = [
    state === undefined
      ? ''
      : `The platform's own analysis: ${ANALYSIS_STATES.get(state) ?? 'in an unknown state'}${stale ? ' (its clusters describe an earlier state)' : ''}.`,
    own === 0 ? 'It has no clusters of its own.' : '',
    own !== undefined && own > 0
      ? `It has ${plural(own, 'cluster')} of its own${merged ? '; those with one title, description or the same runs stand as one here' : ''}.`
      : '',
  ];
  return sentences.filter(Boolean).join(' ');
}

type Cluster = GetFailureClusters['clusters'][number];

function clusterLines(cluster: Cluster, number: number): string[] {
  const { runs, runs_total: total, share, evaluations, cases = [] } = cluster;
  const facts = [
    cluster.title,
    `${plural(total, 'run')}${share === undefined ? '' : ` (${percent(share)})`}`,
    [
      cluster.source,
      cluster.merged !== undefined && `${cluster.merged} of its clusters in one`,
      cluster.kind === 'execution' && 'technical',
      cluster.confidence && `${cluster.confidence} confidence`,
    ]
      .filter(Boolean)
      .join(', '),
    `id ${cluster.id}`,
  ];
  return [
    `${number}. ${facts.join(' · ')}`,
    ...(cluster.description ? [`   what: ${cluster.description}`] : []),
    ...(cluster.advice ? [`   advice of the platform: ${cluster.advice}`] : []),
    ...(evaluations.length > 0 ? [`   evaluations: ${evaluations.join('; ')}`] : []),
    ...(cluster.typical_reason ? [`   typical: ${cluster.typical_reason}`] : []),
    ...cluster.evidence.map((one) => `   evidence ${evidenceLine(one)}`),
    ...(cases.length > 0
      ? [`   cases: ${cases.map(({ name, runs: count }) => `"${name}" ×${count}`).join('; ')}`]
      : []),
    `   runs: ${runs.join(' ')}${runs.length < total ? ` (+${total - runs.length}: detail=full)` : ''}`,
  ];
}

function evidenceLine({ run, turn, evaluation, text, reason }: Cluster['evidence'][number]): string {
  const facts = [run, turn !== undefined && `[${turn}]`, evaluation, text && `"${text}"`, reason && `— ${reason}`];
  return facts.filter(Boolean).join(' ');
}

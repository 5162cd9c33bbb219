/** The text of `get_failure_clusters`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import { withAgentFile } from '../agent-file.ts';
import type { GetFailureClusters } from '../tools/get-failure-clusters.ts';
import { codedBy, codedSentence, sampledSentence, sourcesSentence, weightOf } from './modes.ts';
import { listedSessions, namedSession, stepsWith } from './pool.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, interval, percent, readAt } from './words.ts';

/** States of the platform's own analysis that are said in our words; any other is quoted. */
const ANALYSIS_STATES: ReadonlyMap<string, string> = new Map([
  ['pending', 'pending'],
  ['running', 'running'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['not_computed', 'not computed'],
]);

export function presentGetFailureClusters(data: GetFailureClusters): Rendering {
  const { session, clusters, clusters_total: total, from = 1, next_cursor, vendor_status: state, uncoded } = data;
  const first = clusters[0]?.runs[0];
  const read =
    uncoded > 0 ? nextCall('list_failures', { session }, `lists the ${uncoded} that nobody has read`) : undefined;
  const why = withAgentFile('to check the first cluster against the turns', data.agent_file);
  const check = first === undefined ? undefined : nextCall('get_run', { run: first }, why);
  return {
    headline: sentences(
      coverageLine(data.coverage, 'the failures, the clusters and their shares'),
      `${plural(data.total, 'failure')} in ${failedRuns(data)} of ${namedSession(session)}; ${plural(total, 'cluster')}${from > 1 ? `, from ${from}` : ''}.`,
      codedSentence(data),
      sourcesSentence(data.by_source ?? {}),
      sampledSentence(data),
      clusters.some(({ source }) => source === 'wording')
        ? 'Clusters of source wording are a first look: grouped by wording alone, nobody has read these.'
        : '',
      ...otherRuns(data),
      ownAnalysis(data),
      data.vendor_problem ?? '',
      data.ungrouped > 0
        ? `${plural(data.ungrouped, 'failure')} of further wordings ${data.ungrouped === 1 ? 'was' : 'were'} not compared and ${data.ungrouped === 1 ? 'is' : 'are'} in no cluster.`
        : '',
      data.transcripts_unread > 0
        ? `The transcripts of ${plural(data.transcripts_unread, 'run')} could not be read: their evidence has no turn here.`
        : '',
      readAt(data.read_at),
      next_cursor === undefined
        ? ''
        : `${plural(total - from + 1 - clusters.length, 'more cluster')}: cursor ${next_cursor}.`,
    ),
    lines: [
      ...listedSessions(session),
      ...(state === undefined || ANALYSIS_STATES.has(state) ? [] : [`state of the platform's analysis: "${state}"`]),
      ...clusters.flatMap((cluster, index) => clusterLines(cluster, from + index, data.total)),
    ],
    // Once all of a sample is read, what it did not draw comes last.
    next: stepsWith(
      session,
      ...(data.sampled?.read === data.sampled?.size && data.sampled ? [check, read] : [read, check]),
    ),
  };
}

/** `160 failed runs`, `160 failed and 8 inconclusive runs`. */
function failedRuns({ failed, inconclusive_failures: others }: GetFailureClusters): string {
  if (others === 0) return plural(failed, 'failed run');
  return failed === 0
    ? plural(others, 'inconclusive run')
    : `${failed} failed and ${plural(others, 'inconclusive run')}`;
}

/** Runs that are no failures, and why. */
function otherRuns({ broken, inconclusive, pending, passed_with_failures: excused }: GetFailureClusters): string[] {
  const are = (count: number) => (count === 1 ? 'is' : 'are');
  return [
    broken > 0 ? `${plural(broken, 'run')} more broke technically, grouped apart.` : '',
    inconclusive > 0
      ? `${plural(inconclusive, 'run')} ${are(inconclusive)} inconclusive and in no cluster: whether ${inconclusive === 1 ? 'it' : 'they'} failed is not known; get_session says what has no verdict.`
      : '',
    pending > 0 ? `${plural(pending, 'run')} still pending: clusters may change.` : '',
    excused > 0
      ? `${plural(excused, 'run')} passed although some of ${excused === 1 ? 'its' : 'their'} criteria failed, and ${are(excused)} in no cluster: get_session lists them.`
      : '',
  ];
}

/** What the platform itself worked out, and what it did not. */
function ownAnalysis(data: GetFailureClusters): string {
  const { vendor_status: state, vendor_clusters: own, vendor_coded: coded, clusters, stale } = data;
  if (own === 0 && state === 'completed')
    return "The platform's own analysis is completed, and has no clusters of its own.";
  const merged = clusters.some((one) => one.merged !== undefined);
  const parts = [
    state === undefined
      ? ''
      : `The platform's own analysis: ${ANALYSIS_STATES.get(state) ?? 'in an unknown state'}${stale ? ' (its clusters describe an earlier state)' : ''}.`,
    own === 0 ? 'It has no clusters of its own.' : '',
    own !== undefined && own > 0
      ? `It has ${plural(own, 'cluster')} of its own${merged ? '; those with one title, description or the same runs stand as one here' : ''}.`
      : '',
    coded > 0
      ? `${plural(coded, 'cluster')} of these ${coded === 1 ? 'is' : 'are'} left out: all failures in ${coded === 1 ? 'it' : 'them'} are coded.`
      : '',
  ];
  return parts.filter(Boolean).join(' ');
}

type Cluster = GetFailureClusters['clusters'][number];

function clusterLines(cluster: Cluster, number: number, all: number): string[] {
  const { title, source, failures, runs, runs_total: total, evaluations, cases = [] } = cluster;
  const facts = [
    source === 'wording' ? `"${title}"` : title,
    `${failures === undefined ? '' : `${weightOf(failures, cluster.share, all)} in `}${plural(total, 'run')}${shareOf(cluster)}`,
    ...kindOf(cluster),
    `id ${cluster.id}`,
  ];
  return [
    `${number}. ${facts.join(' · ')}`,
    ...(cluster.definition ? [`   definition: ${cluster.definition}`] : []),
    ...(cluster.fix ? [`   fix: ${cluster.fix}`] : []),
    ...(cluster.coded_by ? [`   coded: ${codedBy(cluster.coded_by)}`] : []),
    ...(cluster.description ? [`   what: ${cluster.description}`] : []),
    ...(cluster.advice ? [`   advice of the platform: ${cluster.advice}`] : []),
    ...(evaluations.length > 0 ? [`   evaluations: ${evaluations.join('; ')}`] : []),
    ...cluster.evidence.map((one) => `   evidence ${evidenceLine(one)}`),
    ...(cases.length > 0
      ? [`   cases: ${cases.map(({ name, runs: count }) => `"${name}" ×${count}`).join('; ')}`]
      : []),
    `   runs: ${runs.join(' ')}${runs.length < total ? ` (+${total - runs.length}: detail=full)` : ''}`,
  ];
}

function shareOf({ share, share_interval }: Cluster): string {
  if (share === undefined) return '';
  return ` (${percent(share)}${share_interval ? `, ${interval(share_interval)}` : ''})`;
}

function kindOf({ source, kind, merged, fault, fix_kind, status, new: isNew }: Cluster): string[] {
  return [
    source,
    merged === undefined ? '' : `${merged} of its clusters in one`,
    kind === 'execution' ? 'technical' : '',
    fault === undefined ? '' : `source ${fault}`,
    fix_kind === undefined ? '' : `change of ${fix_kind}`,
    status ?? '',
    isNew ? 'first seen here' : '',
  ].filter((word) => word !== '');
}

function evidenceLine({ run, turn, evaluation, text, reason }: Cluster['evidence'][number]): string {
  const facts = [run, turn !== undefined && `[${turn}]`, evaluation, text && `"${text}"`, reason && `— ${reason}`];
  return facts.filter(Boolean).join(' ');
}

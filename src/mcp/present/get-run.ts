/** The text of `get_run`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { GetRun } from '../tools/get-run.ts';
import type { Rendering } from './rendering.ts';
import { evaluationLine, idleThresholds, ruleOf, runLine, turnLine } from './words.ts';

export function presentGetRun(data: GetRun): Rendering {
  const { run, evaluations, error, cost, latency_seconds: latency } = data;
  const failed = evaluations.some(({ verdict }) => verdict === 'failed');
  const facts = [
    `Run ${run.ref} of ${run.session}: ${run.verdict} (status ${run.status}).`,
    run.verdict === 'error' && 'It broke technically; that says nothing about the agent.',
    data.unscored_evaluations > 0 && `${plural(data.unscored_evaluations, 'evaluation')} without a verdict (unscored).`,
    run.verdict === 'passed' && failed && `It passed although some of its evaluations failed: ${ruleOf([run])}.`,
    data.omitted_evaluations > 0 && `${plural(data.omitted_evaluations, 'evaluation')} not shown: detail=full.`,
    idleThresholds(data.idle_thresholds),
    data.failure_turn !== undefined && `The failure points at turn ${data.failure_turn}.`,
    data.transcript_problem !== undefined && `Its turns could not be read: ${data.transcript_problem}`,
    latency !== undefined && `Mean answer time ${Math.round(latency * 10) / 10} s.`,
    cost && `Cost ${cost.amount} ${cost.unit}.`,
    data.expires_at !== undefined && `The platform deletes it at ${data.expires_at}.`,
    data.speaker_inferred && 'Speakers are inferred.',
    `Resources: ${[data.transcript, data.recording].filter(Boolean).join(' ')}`,
  ];
  return {
    headline: facts.filter(Boolean).join(' '),
    lines: [
      runLine({ ...run, session: undefined }),
      ...(error ? [`technical error: ${error.message}${bracketed(error.type, error.code)}`] : []),
      ...(data.ended_reason ? [`ended: ${data.ended_reason}`] : []),
      ...(data.agent ? [`agent: ${data.agent}`] : []),
      ...(data.variant ? [`variant: ${data.variant}`] : []),
      ...(data.iteration === undefined ? [] : [`iteration: ${data.iteration}`]),
      ...(data.summary ? [`summary: ${data.summary}`] : []),
      ...evaluations.map(evaluationLine),
      ...(data.excerpt ?? []).map(turnLine),
    ],
    next: failed
      ? [
          nextCall('get_transcript', { run: run.ref, around: 'failure', limit: 15 }, 'shows more turns'),
          nextCall('get_failure_clusters', { session: run.session }, 'shows whether others failed the same way'),
        ]
      : [nextCall('get_transcript', { run: run.ref })],
  };
}

function bracketed(...words: (string | undefined)[]): string {
  const known = words.filter(Boolean);
  return known.length > 0 ? ` (${known.join(', ')})` : '';
}

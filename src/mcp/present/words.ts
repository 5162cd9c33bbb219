/** How the model's things read as text lines. Lines may quote third parties: callers put them inside the fence. */

import { fromCommaList } from '../../model/comma-list.ts';
import type { Coverage } from '../../model/coverage.ts';
import { plural } from '../../model/plural.ts';
import type { VendorFault } from '../../model/problem.ts';
import type { Evaluation, RunBrief, Session, TestBrief, Turn } from '../../model/schemas.ts';
import { KEPT_MS } from '../../reading/session-cache.ts';
import { clip } from '../clean.ts';

/** `67 %`, `0 %`, `<1 %`: whole per cents, without turning a few failures into none. */
export function percent(rate: number): string {
  if (rate > 0 && rate < 0.01) return '<1 %';
  if (rate < 1 && rate > 0.99) return '>99 %';
  return `${Math.round(rate * 100)} %`;
}

export function interval([low, high]: readonly number[]): string {
  return `95 % interval ${Math.round((low ?? 0) * 100)}–${Math.round((high ?? 0) * 100)} %`;
}

/** `p = 0.012`, `adjusted < 0.001`: never shown as 0.05 where it is below or above that. */
export function probability(name: 'p' | 'adjusted', value: number): string {
  if (value < 0.001) return `${name} < 0.001`;
  const digits = value >= 0.045 && value < 0.055 ? 4 : value < 0.01 ? 3 : 2;
  return `${name} = ${value.toFixed(digits)}`;
}

/**
 * `16 of 24 passed (67 %, 95 % interval 47–82 %), 8 failed, 1 error` – what is zero is left out. Of a reading that is not
 * complete (of two that are compared, the one that is not, which has no rate): `16 passed of the 24 runs that were read`. Of verdicts that were not read nothing is said but how many they are.
 */
export function countsLine(
  session: Pick<Session, 'counts' | 'pass_rate' | 'pass_rate_interval' | 'pass_rate_bounds'>,
  coverage?: Coverage,
): string {
  const { counts, pass_rate, pass_rate_interval, pass_rate_bounds: bounds } = session;
  const between = bounds
    ? ` (${percent(bounds[0] ?? 0)} to ${percent(bounds[1] ?? 1)} with those that are missing)`
    : '';
  const rate =
    pass_rate === undefined
      ? between
      : ` (${percent(pass_rate)} of those judged${pass_rate_interval ? `, ${interval(pass_rate_interval)}` : ''})`;
  const rest = (['failed', 'error', 'inconclusive', 'pending'] as const)
    .filter((word) => counts[word] > 0)
    .map((word) => `${counts[word]} ${word}`);
  if (counts.uncounted) {
    const passed = counts.passed > 0 ? [`${counts.passed} passed`] : [];
    const unread = counts.uncounted === counts.runs ? 'verdicts not read' : `verdicts of ${counts.uncounted} not read`;
    return [plural(counts.runs, 'run'), ...passed, ...rest, unread].join(', ');
  }
  const share =
    coverage?.complete === false && pass_rate === undefined
      ? `${counts.passed} passed of the ${plural(counts.runs, 'run')} that ${counts.runs === 1 ? 'was' : 'were'} read`
      : `${counts.passed} of ${counts.runs} passed`;
  return [`${share}${rate}`, ...rest].join(', ');
}

/**
 * What a reading is short of, as the first line of an answer; '' for a complete one. `touches`: the numbers that it makes
 * uncertain. What never ran is said too, though it leaves a reading complete.
 */
export function coverageLine({ complete, gaps = [] }: Coverage, touches: string): string {
  const notes = gaps.map(({ note }) => note).join(' ');
  if (complete) return notes;
  return `Incomplete: ${notes || 'something could not be read.'} This touches ${touches}.`;
}

/** What is said of a session that comes from memory, as a sentence; '' for what was just read. `which` names it among several. */
export function readAt(read_at: string | undefined, which?: string): string {
  if (read_at === undefined) return '';
  return `${which === undefined ? 'As' : `${which}, as`} read at ${read_at}; a finished session is kept for ${KEPT_MS / 60_000} minutes.`;
}

/** What is said beside the runs of a session that goes on; '' for one that has ended (`status` undefined). */
export function goingOn(status: string | undefined): string {
  return status === undefined
    ? ''
    : `The session is ${status}: runs may be added to those that it shows now, and their verdicts may change.`;
}

/** What is said of thresholds that changed nothing; '' where all of them counted. */
export function idleThresholds(idle: number): string {
  if (idle === 0) return '';
  return `${idle === 1 ? 'One threshold' : `${idle} thresholds`} changed nothing: the platform itself says what passes there, and is not overruled.`;
}

/** What a platform said of a request that it refused, in its own words. */
export function vendorLines({ code, message, field, request_id }: VendorFault = {}): string[] {
  return [
    ...(code ? [`code: ${clip(code, 100)}`] : []),
    ...(message ? [`message: ${clip(message, 600)}`] : []),
    ...(field ? [`field: ${clip(field, 200)}`] : []),
    ...(request_id ? [`request id: ${clip(request_id, 120)}`] : []),
  ];
}

/** `3 tests`, `1 of 12 sessions`. */
export function howMany(shown: number, total: number | undefined, word: string): string {
  const of = total === undefined || total === shown ? '' : ` of ${total}`;
  return `${shown}${of} ${word}${(of ? total : shown) === 1 ? '' : 's'}`;
}

export function seconds(value: number): string {
  if (value < 90) return `${Math.round(value)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

export function sessionLine(session: Session, coverage?: Coverage): string {
  const facts = [
    session.status,
    countsLine(session, coverage),
    session.name && `"${clip(session.name, 80)}"`,
    session.test && `test ${session.test}`,
    session.link,
    agentOf(session),
    fromCommaList(session.provider).length > 1 && `platforms ${session.provider}`,
    session.created_at && `${session.created_at}${session.ended_at ? ` to ${session.ended_at}` : ''}`,
    session.vendor_status &&
      session.vendor_status.toLowerCase() !== session.status &&
      `the platform says "${clip(session.vendor_status, 60)}"`,
  ];
  return `${session.ref} · ${facts.filter(Boolean).join(' · ')}`;
}

/** `agent Front desk (synthflow/agent/a1)`, as much of it as is known. */
function agentOf({ agent, agent_ref }: Session): string {
  if (agent === undefined) return agent_ref === undefined ? '' : `agent ${agent_ref}`;
  return `agent ${clip(agent, 60)}${agent_ref === undefined ? '' : ` (${agent_ref})`}`;
}

/** By which rule runs pass although evaluations failed in them. */
export function ruleOf(runs: readonly Pick<RunBrief, 'success_rule'>[]): string {
  return runs.length > 0 && runs.every(({ success_rule }) => success_rule === 'any')
    ? 'their test passes when any criterion passes'
    : 'the rule of the platform lets that be';
}

export function runLine(run: RunBrief): string {
  const facts = [
    run.status === 'completed' ? run.verdict : `${run.verdict} (${run.status})`,
    run.success_rule === 'any' && 'any criterion is enough',
    run.name && `"${clip(run.name, 80)}"`,
    run.failed_evaluations.length > 0 && `failed: ${run.failed_evaluations.map((name) => clip(name, 90)).join('; ')}`,
    run.turns !== undefined && `${run.turns} turns`,
    run.duration_seconds !== undefined && seconds(run.duration_seconds),
    run.started_at,
    run.test,
    run.link,
    run.session && `of ${run.session}`,
  ];
  return `${run.ref} · ${facts.filter(Boolean).join(' · ')}`;
}

export function evaluationLine({ name, verdict, score, scale, threshold, unread, reason }: Evaluation): string {
  const facts = [
    score !== undefined && `score ${score}`,
    scale !== undefined && `as a share of ${scale}`,
    threshold !== undefined && `threshold ${threshold}`,
  ].filter(Boolean);
  const numbers = facts.length > 0 ? ` (${facts.join(', ')})` : '';
  const form = unread === undefined ? '' : ` (not understood: ${unread})`;
  return `${verdict.toUpperCase()} ${clip(name, 160)}${numbers}${form}${reason ? ` — ${reason}` : ''}`;
}

export function turnLine(turn: Turn): string {
  const at = turn.at_seconds === undefined ? '' : ` ${Math.round(turn.at_seconds)}s`;
  return `[${turn.index}${at}] ${turn.speaker}: ${turn.text}`;
}

export function testLine(test: TestBrief): string {
  const facts = [
    test.kind,
    `"${clip(test.name, 80)}"`,
    test.cases !== undefined && `${test.cases} cases`,
    test.criteria !== undefined && `${test.criteria} criteria`,
    test.agent && `agent ${clip(test.agent, 60)}`,
    test.suite && `in ${test.suite}`,
    test.updated_at && `changed ${test.updated_at}`,
  ];
  return `${test.ref} · ${facts.filter(Boolean).join(' · ')}`;
}

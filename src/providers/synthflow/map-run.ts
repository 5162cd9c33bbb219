/** One Synthflow simulation as a run. Status and verdict are two things: `failed` means that the run broke. */
import { formatRef } from '../../model/refs.ts';
import type { Run, RunError, Status } from '../../model/schemas.ts';
import { failedEvaluations } from '../../model/verdicts.ts';
import { notUnderstood } from '../shared/judgements.ts';
import { instant } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';
import { countTurns, toTurns } from './transcript.ts';
import { type Doubt, isJudged, judge, ruleOf } from './verdict.ts';
import type { WireSimulation } from './wire.ts';

/**
 * How long a completed simulation may lack its analysis, or a part of it, and still count as being scored. The vendor
 * documents no lag (INFERRED); after this, or when its clock tells nothing, what is missing is taken as missing.
 */
export const ANALYSIS_GRACE_SECONDS = 120;

export interface MapContext {
  /** Milliseconds since the epoch. */
  now: number;
  /** Session the simulation was read from, for answers that leave it out. */
  session?: string;
  /** Whether the run is to carry its transcript; it does when left out. */
  transcript?: boolean;
}

/** The vendor knows three words; others are accepted by meaning, because nothing says that there will be no more. */
const STATUS_WORDS: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['in-progress', 'running'],
  ['running', 'running'],
  ['active', 'running'],
  ['started', 'running'],
  ['queued', 'queued'],
  ['pending', 'queued'],
  ['scheduled', 'queued'],
  ['created', 'queued'],
  ['completed', 'completed'],
  ['complete', 'completed'],
  ['finished', 'completed'],
  ['done', 'completed'],
  ['succeeded', 'completed'],
  ['success', 'completed'],
  ['ended', 'completed'],
  ['failed', 'failed'],
  ['error', 'failed'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['stopped', 'cancelled'],
]);

/** Undefined for an item without an id, to which nothing could refer. */
export function toRun(wire: WireSimulation, context: MapContext): Run | undefined {
  const id = wire.simulation_id;
  if (!id) return undefined;
  const session = wire.simulation_session_id || context.session;
  const began = instant(wire.created_at);
  const touched = instant(wire.updated_at);
  const status = statusOf(wire, context.now, touched);
  const { evaluations, verdict } = judge(wire, status, doubtOf(wire));
  const failed = failedEvaluations(evaluations);
  const turns = context.transcript === false ? undefined : toTurns(wire.timeline);
  // No spreads: 10,000 runs are mapped by cold code, in which each costs as much as the rest of the run (measured).
  return {
    ref: formatRef(PLATFORM.id, 'run', id),
    // A lone simulation may come without its session; an empty text is no reference and is never mistaken for one.
    session: session ? formatRef(PLATFORM.id, 'session', session) : '',
    status,
    verdict,
    test: wire.simulation_case_id ? formatRef(PLATFORM.id, 'case', wire.simulation_case_id) : undefined,
    name: wire.simulation_case_name,
    failed_evaluations: failed,
    success_rule:
      verdict === 'passed' && failed.length > 0 && ruleOf(wire.call_success_type) === 'any' ? 'any' : undefined,
    started_at: began === undefined ? undefined : new Date(began).toISOString(),
    duration_seconds: status === 'completed' || status === 'failed' ? secondsBetween(began, touched) : undefined,
    turns: turns?.length ?? countTurns(wire.timeline),
    evaluations,
    error: status === 'failed' ? errorOf(wire) : undefined,
    vendor_status: wire.status,
    agent: wire.agent_name ?? wire.target_agent_id,
    agent_ref: wire.target_agent_id ? formatRef(PLATFORM.id, 'agent', wire.target_agent_id) : undefined,
    has_recording: isWebUrl(wire.recording_url) ? true : undefined,
    transcript: turns,
  };
}

/** True for a recording that can be fetched. */
export function isWebUrl(value: string | undefined): value is string {
  return value !== undefined && /^https?:\/\//i.test(value) && URL.canParse(value);
}

function wordOf({ status }: WireSimulation): string {
  return (status ?? '')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}

/** `touched` = when it was changed last; both in milliseconds since the epoch. */
export function statusOf(wire: WireSimulation, now: number, touched = instant(wire.updated_at)): Status {
  // A word that is not known: a judged run is over, any other is taken to go on.
  const over = wire.success_criteria_analysis === undefined ? 'running' : 'completed';
  const status = STATUS_WORDS.get(wordOf(wire)) ?? over;
  return status === 'completed' && withinGrace(touched, now) && !isJudged(wire) ? 'scoring' : status;
}

/** What keeps a run that was judged from being a pass: perhaps it broke off. */
function doubtOf(wire: WireSimulation): Doubt | undefined {
  const word = wordOf(wire);
  if (word !== '' && !STATUS_WORDS.has(word))
    return { unread: 'an unknown status', reason: notUnderstood(wire.status, undefined) };
  const { message, code, type } = wire.error_info ?? {};
  const said = [message, type, code].find((one) => one !== undefined && one.trim() !== '');
  return said === undefined ? undefined : { unread: 'a judgement beside an error', reason: said };
}

function withinGrace(touched: number | undefined, now: number): boolean {
  // Both directions, so that a vendor clock hours ahead of ours cannot keep a run in scoring for hours.
  return touched !== undefined && Math.abs(now - touched) <= ANALYSIS_GRACE_SECONDS * 1000;
}

function errorOf(wire: WireSimulation): RunError | undefined {
  const info = wire.error_info;
  if (!info) return undefined;
  return { message: info.message ?? info.type ?? info.code ?? '', code: info.code, type: info.type };
}

/** The vendor states no duration; the last change of a finished run minus its creation is the only proxy (INFERRED). */
function secondsBetween(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined || to <= from ? undefined : (to - from) / 1000;
}

/** What callers are told: claims and plans as the answer of `start_simulation`, and the sentences that go with it. */
import type { Refusal } from '../home/confirmations.ts';
import { Problem } from '../model/problem.ts';
import { formatRef, isUsableId } from '../model/refs.ts';
import type { Provider, StartReceipt, StartRequest } from '../providers/provider.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';
import type { MeasuredPlan } from './plan.ts';
import type { PlanView, StartAnswer, StepView } from './start-answer.ts';

export function planView(
  provider: Provider,
  request: StartRequest,
  plan: MeasuredPlan,
  entries: readonly Entry[],
): PlanView {
  return {
    runs: plan.runs === undefined ? undefined : plan.known_runs,
    test: formatRef(provider.id, request.test.kind, ...request.test.ids),
    test_name: plan.test_name,
    agent: plan.agent,
    steps: plan.steps.map(({ label, runs }, index) => ({
      label,
      runs,
      ...stateOf(
        provider,
        entries.find((entry) => entry.index === index),
      ),
    })),
    steps_omitted: 0,
    notes: plan.notes,
  };
}

function stateOf(provider: Provider, entry: Entry | undefined): Partial<StepView> {
  if (!entry) return {};
  return { state: entry.state, session: sessionRef(provider.id, entry), run: runRef(provider.id, entry) };
}

export function sessionRef(provider: string, { receipt }: { receipt?: StartReceipt }): string | undefined {
  return refOf(provider, 'session', receipt?.session);
}

export function runRef(provider: string, { receipt }: { receipt?: StartReceipt }): string | undefined {
  return refOf(provider, 'run', receipt?.run);
}

/** A claim is a file: what another version wrote into it may be no id that can be used. */
function refOf(provider: string, kind: 'session' | 'run', ids: readonly string[] = []): string | undefined {
  return ids.length > 0 && ids.every(isUsableId) ? formatRef(provider, kind, ...ids) : undefined;
}

/** The refs that an answer names, read from the claims of its start. */
export function refsOf(
  provider: string,
  entries: readonly Entry[],
): Pick<StartAnswer, 'session' | 'sessions' | 'run' | 'candidates'> {
  const sessions = unique(entries.map((entry) => sessionRef(provider, entry)));
  const runs = unique(entries.map((entry) => runRef(provider, entry)));
  const candidates = unique(
    entries.flatMap((entry) =>
      (entry.candidates ?? []).map((receipt) => runRef(provider, { receipt }) ?? sessionRef(provider, { receipt })),
    ),
  );
  return {
    session: sessions[0],
    sessions: sessions.length > 1 ? sessions : undefined,
    run: runs.length === 1 ? runs[0] : undefined,
    candidates: candidates.length > 0 ? candidates : undefined,
  };
}

function toldProblem(problem: Problem | undefined): StartAnswer['problem'] {
  return problem && { kind: problem.kind, message: problem.message, next: problem.details.next };
}

function unique(refs: readonly (string | undefined)[]): string[] {
  return [...new Set(refs.filter((ref) => ref !== undefined))];
}

const ANOTHER = 'To really start another, call again with a new `key`.';

/** The answer to a start that sent something in this call. */
export function startedAnswer(
  provider: Provider,
  plan: PlanView,
  entries: readonly Entry[],
  problem: Problem | undefined,
): StartAnswer {
  const begun = entries.filter(mayHaveStarted);
  const of = plan.steps.length > 1 ? ` (${begun.length} of ${plan.steps.length} steps)` : '';
  const refs = refsOf(provider.id, entries);
  if (entries.some((entry) => entry.state === 'unknown'))
    return {
      outcome: 'unknown',
      ...refs,
      plan,
      message: `The request was sent but its answer was lost, and a look at the platform did not show what became of it${of}. It is not sent again.`,
      next: [
        'list_sessions of this test shows whether a session appears.',
        'If none does after some minutes, call again with a new `key`.',
      ],
      problem: toldProblem(problem),
    };
  const likely = begun.some((entry) => entry.certain === false);
  const found = begun.some((entry) => entry.state === 'found');
  const incomplete = begun.length < plan.steps.length;
  return {
    outcome: incomplete ? 'partly_started' : 'started',
    ...refs,
    plan,
    message: [
      `Started${of}.`,
      ...(found ? ['An answer was lost on the way; the session was found by looking.'] : []),
      ...(likely ? ['It is the one session that fits; nothing proves that it is this one.'] : []),
      ...(refs.session === undefined ? ['The platform did not name the session.'] : []),
    ].join(' '),
    next: [
      ...(refs.session ? ['wait_for_session follows it.'] : ['list_sessions of this test shows it.']),
      ...(incomplete ? ['The same call within a minute, or with the same `key`, starts only the rest.'] : []),
    ],
    problem: toldProblem(problem),
  };
}

/** The answer to a start that was made before; nothing was sent in this call. */
export function priorStartAnswer(
  provider: Provider,
  plan: PlanView,
  entries: readonly Entry[],
  busy: boolean,
): StartAnswer {
  const refs = refsOf(provider.id, entries);
  if (!busy && entries.some((entry) => entry.state === 'unknown'))
    return {
      outcome: 'unknown',
      ...refs,
      plan,
      message:
        'An equal start was sent before; its answer was lost, and a look at the platform does not show what became of it. Nothing was sent now.',
      next: ['list_sessions of this test shows whether a session appears.', ANOTHER],
    };
  const begun = entries.filter(mayHaveStarted).length;
  const of = begun < plan.steps.length ? ` (${begun} of ${plan.steps.length} steps so far)` : '';
  return {
    outcome: 'already_started',
    ...refs,
    plan,
    message: busy
      ? `An equal start is under way in another call${of}. Nothing was sent now.`
      : `An equal start was made before${of}. Nothing was sent now.`,
    next: [...(busy && !refs.session ? ['The same call in a few seconds names its session.'] : []), ANOTHER],
  };
}

const REFUSED: Record<Refusal, [message: string, next: string]> = {
  declined: ['The client answered no to the question.', 'Do not ask again unless the person wants it.'],
  dismissed: ['The client closed the question without an answer.', 'Call again when a person is ready to answer.'],
  failed: ['The client could not put the question to a person.', 'Call again where a client can ask a person.'],
  malformed: [
    'The client accepted without the answer that was asked for.',
    'Call again; a yes is `proceed: true` in the content.',
  ],
  never_asked: [
    'Nobody confirmed this start: no such question was asked.',
    'Call without `confirm` to be asked or shown a preview.',
  ],
  expired: ['The confirmation came too late; it was good for ten minutes.', 'Call without `confirm` for a new one.'],
  mismatched: [
    'The confirmation was given for other arguments, or the plan has changed since.',
    'Call without `confirm` to see and confirm the plan as it is now.',
  ],
  used: ['This confirmation was used already; each is good for one start.', 'Call without `confirm` for a new one.'],
};

/** The problem of a missing or bad confirmation, with a message of its own for each reason. */
export function refusal(reason: Refusal): Problem {
  const [message, next] = REFUSED[reason];
  return new Problem('refused', `${message} Nothing was sent.`, { reason, next, sent: 'no' });
}

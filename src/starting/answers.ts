/** What callers are told: the results of the tests of a start as the answer of `start_simulation`. */
import { toCommaList } from '../model/comma-list.ts';
import { nextCall } from '../model/next-call.ts';
import { MOST_POOLED } from '../model/refs.ts';
import type { Provider } from '../providers/provider.ts';
import type { Attempt } from './attempt.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';
import { planNotes } from './plan-notes.ts';
import { candidatesOf, runRef, sessionRef, unique } from './receipt-refs.ts';
import type { TestResult } from './result.ts';
import type { PlanView, StartAnswer, StepView } from './start-answer.ts';
import { startCall, testRefs } from './start-call.ts';

/** The plan over all tests, with what became of its steps. */
function planView(provider: Provider, results: readonly { attempt: Attempt; entries: readonly Entry[] }[]): PlanView {
  const plans = results.map(({ attempt }) => attempt.plan);
  const agents = unique(plans.map(({ agent }) => agent));
  const [first, ...others] = plans;
  return {
    runs: plans.some(({ runs }) => runs === undefined)
      ? undefined
      : plans.reduce((sum, { known_runs }) => sum + known_runs, 0),
    test:
      first && others.length === 0
        ? testRefs(
            provider,
            results.slice(0, 1).map(({ attempt }) => attempt),
          )
        : undefined,
    test_name: others.length > 0 ? undefined : first?.test_name,
    agent: agents.length > 0 ? agents.join(', ') : undefined,
    steps: results.flatMap(({ attempt, entries }) =>
      attempt.plan.steps.map(({ label, runs }, index) => ({
        label,
        runs,
        ...stateOf(
          provider,
          entries.find((entry) => entry.index === index),
        ),
      })),
    ),
    steps_omitted: 0,
    notes: planNotes(results.map(({ attempt }) => attempt)),
  };
}

function stateOf(provider: Provider, entry: Entry | undefined): Partial<StepView> {
  if (!entry) return {};
  return { state: entry.state, session: sessionRef(provider.id, entry), run: runRef(provider.id, entry) };
}

/** What an answer says of the tests, whatever became of them. */
export function shownOf(
  provider: Provider,
  results: readonly TestResult[],
): Pick<StartAnswer, 'plan' | 'session' | 'sessions' | 'sessions_omitted' | 'run' | 'candidates' | 'tests'> {
  const sessions = unique(results.flatMap((result) => result.sessions));
  // As many as can be read as one.
  const named = sessions.slice(0, MOST_POOLED);
  const runs = unique(results.flatMap((result) => result.runs));
  const candidates = candidatesOf(
    provider.id,
    results.flatMap(({ entries }) => entries),
  );
  return {
    session: named.length > 0 ? toCommaList(named) : undefined,
    sessions: named.length > 1 ? named : undefined,
    sessions_omitted: sessions.length - named.length,
    run: runs.length === 1 ? runs[0] : undefined,
    candidates: candidates.length > 0 ? candidates : undefined,
    tests:
      results.length > 1
        ? results.map(({ attempt, outcome, sessions: own }) => ({
            test: testRefs(provider, [attempt]),
            name: attempt.plan.test_name,
            outcome,
            session: own.length > 0 ? toCommaList(own) : undefined,
          }))
        : undefined,
    plan: planView(provider, results),
  };
}

/**
 * The answer to a start of which something was sent, in this call or before. `freshKey` = a key that was never used. Throws
 * the first problem where no test has started, now or before.
 */
export function startAnswer(provider: Provider, results: readonly TestResult[], freshKey: () => string): StartAnswer {
  const problem = results.find((result) => result.problem)?.problem;
  const known = results.filter(({ outcome }) => outcome !== 'refused' && outcome !== 'not_tried');
  if (problem && known.length === 0) throw problem;
  const outcome = outcomeOf(results);
  const refs = shownOf(provider, results);
  return {
    outcome,
    ...refs,
    message: messageOf(provider, results, outcome),
    problem: problem && { kind: problem.kind, message: problem.message, next: problem.details.next },
    next: nextOf(provider, results, refs.session, freshKey),
  };
}

function outcomeOf(results: readonly TestResult[]): StartAnswer['outcome'] {
  const has = (outcome: TestResult['outcome']) => results.some((result) => result.outcome === outcome);
  if (has('unknown')) return 'unknown';
  if (has('partly_started') || has('refused') || has('not_tried')) return 'partly_started';
  return has('started') ? 'started' : 'already_started';
}

function messageOf(provider: Provider, results: readonly TestResult[], outcome: StartAnswer['outcome']): string {
  const entries = results.flatMap((result) => result.entries);
  const sent = results.some((result) => result.sent);
  const sentences = [summaryOf(results, outcome, sent)];
  const uncertain = entries.some((entry) => entry.certain === false);
  if (outcome !== 'unknown') {
    if (sent && entries.some((entry) => entry.state === 'found'))
      sentences.push('An answer was lost on the way; the session was found by looking.');
    if (uncertain) sentences.push('It is the one session that fits; nothing proves that it is this one.');
  }
  if (provider.start?.marked === false && (uncertain || entries.some((entry) => entry.state === 'unknown')))
    sentences.push(
      `${provider.label} takes no mark with a start: what it made can only be told by what it runs and when it began.`,
    );
  if (sent && outcome !== 'unknown' && results.every(({ sessions }) => sessions.length === 0))
    sentences.push('The platform did not name the session.');
  return sentences.join(' ');
}

function summaryOf(results: readonly TestResult[], outcome: StartAnswer['outcome'], sent: boolean): string {
  const steps = results.reduce((sum, { attempt }) => sum + attempt.plan.steps.length, 0);
  const begun = results.flatMap(({ entries }) => entries).filter(mayHaveStarted).length;
  const of = (words: string) => (results.length === 1 && steps > 1 ? ` (${begun} of ${steps} ${words})` : '');
  const each = results.length > 1 ? ` ${counted(results)}` : '';
  if (outcome === 'unknown')
    return sent
      ? `The request was sent but its answer was lost, and a look at the platform did not show what became of it${of('steps')}. It is not sent again.${each}`
      : `An equal start was sent before; its answer was lost, and a look at the platform does not show what became of it. Nothing was sent now.${each}`;
  if (sent) return results.length > 1 ? counted(results) : `Started${of('steps')}.`;
  const partly = begun < steps ? of('steps so far') : '';
  if (results.some(({ busy }) => busy))
    return `An equal start is under way in another call${partly}. Nothing was sent now.${each}`;
  if (results.every(({ attempt }) => attempt.key))
    return `A start with this key was made before${partly}. Nothing was sent now.${each}`;
  return `An equal start was made before${partly}; for a minute it is taken for this one, and a new \`key\` starts another. Nothing was sent now.${each}`;
}

const COUNTED: readonly [TestResult['outcome'], string][] = [
  ['started', 'started'],
  ['partly_started', 'started in part'],
  ['already_started', 'had started before'],
  ['unknown', 'with a lost answer'],
  ['refused', 'refused'],
  ['not_tried', 'not tried'],
];

/** `Of 3 tests 2 started, 1 refused.` */
function counted(results: readonly TestResult[]): string {
  const parts = COUNTED.flatMap(([outcome, words]) => {
    const count = results.filter((result) => result.outcome === outcome).length;
    return count > 0 ? [`${count} ${words}`] : [];
  });
  return `Of ${results.length} tests: ${parts.join(', ')}.`;
}

function nextOf(
  provider: Provider,
  results: readonly TestResult[],
  session: string | undefined,
  freshKey: () => string,
): string[] {
  const of = (...outcomes: TestResult['outcome'][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).map(({ attempt }) => attempt);
  const [unknown, before, left] = [of('unknown'), of('already_started'), of('partly_started', 'refused', 'not_tried')];
  const [first] = results;
  const busy = results.some((result) => result.busy && result.sessions.length === 0);
  return [
    ...(session ? [nextCall('wait_for_session', { session }, 'follows it')] : []),
    ...(unknown[0] ? [nextCall('list_sessions', listed(provider, unknown), 'shows whether a session appears')] : []),
    ...(!session && !unknown[0] && first && !busy
      ? [nextCall('list_sessions', listed(provider, [first.attempt]), 'shows it')]
      : []),
    ...(left[0]
      ? [
          startCall(
            provider,
            left,
            { key: left[0].key?.text },
            `starts only the rest${left[0].key ? '' : ', within a minute'}`,
          ),
        ]
      : []),
    ...(busy && first
      ? [startCall(provider, before, { key: first.attempt.key?.text }, 'in a few seconds names its session')]
      : []),
    ...(unknown[0]
      ? [startCall(provider, unknown, { key: freshKey() }, 'starts another, if none appears after some minutes')]
      : []),
    ...(before[0] && !left[0] ? [startCall(provider, before, { key: freshKey() }, 'really starts another')] : []),
  ];
}

/** `list_sessions` takes one test. */
function listed(provider: Provider, attempts: readonly Attempt[]): Record<string, string> {
  return attempts.length === 1 ? { test: testRefs(provider, attempts) } : { provider: provider.id };
}

/** One start, of one test or several: plan → what was started before → caps → yes → claim → send → settle. */
import { endUnanswered, type PersonChannel, yesFor } from '../home/asking.ts';
import { Problem } from '../model/problem.ts';
import type { CallContext, Provider, StartRequest } from '../providers/provider.ts';
import { shownOf, startAnswer } from './answers.ts';
import { type Attempt, checkRecord, keyOf } from './attempt.ts';
import { addCosts } from './cost-before.ts';
import { bindingOf, fingerprintOf } from './fingerprint.ts';
import { checkCaps, needsYes, type Spent, type Wanted, whyYes } from './limits.ts';
import { checkArguments, measure, runsOf, startOperations } from './plan.ts';
import { furtherRunsField, questionText } from './question-text.ts';
import { TOKEN_PROVES } from './refusals.ts';
import { sentResult, standingResult, type TestResult } from './result.ts';
import { OVERTAKEN, sendMissing, spentNow } from './send-plan.ts';
import { type Standing, standingAtOnce, standingOf } from './standing.ts';
import type { StartAnswer } from './start-answer.ts';
import type { StartArguments, StartQuestion } from './start-arguments.ts';
import { startCall } from './start-call.ts';
import type { StartContext } from './start-context.ts';

/** Tries to send a test whose claims other calls make first and give up again. */
const ROUNDS = 3;

/** What a start asks for, of the tests that it names. */
interface Asked {
  provider: Provider;
  attempts: readonly Attempt[];
  token: string | undefined;
  channel: PersonChannel;
  call: CallContext;
}

/** See `Starter.start`. */
export async function start(
  context: StartContext,
  provider: Provider,
  args: StartArguments,
  call: CallContext,
  channel: PersonChannel,
): Promise<StartAnswer | StartQuestion> {
  const { asking, limits, freshKey } = context;
  await endUnanswered(asking, channel.answer);
  const attempts = await plannedOf(provider, args, call);
  const asked: Asked = { provider, attempts, token: args.confirm, channel, call };
  if (args.dry_run) {
    await addCosts(attempts, call);
    return rehearsal(context, asked);
  }
  // Once more where other starts took what was left of the budget between the decision and the claim: then with a yes.
  for (let overtaken = false; ; overtaken = true) {
    const standings = await Promise.all(attempts.map((attempt) => standingOf(context, attempt, call)));
    if (standings.every(({ missing }) => missing.length === 0))
      return startAnswer(
        provider,
        standings.map((standing) => standingResult(standing, 'not_tried')),
        freshKey,
      );
    const wanted = wantedOf(standings);
    const spent = await spentNow(context, provider);
    checkCaps(limits, wanted, spent.day);
    const needed = overtaken || needsYes(limits, wanted, spent);
    if (needed) {
      if (args.confirm === undefined && channel.answer === undefined) await addCosts(attempts, call);
      const pending = await confirmed(context, asked, standings, spent);
      if (pending) return pending;
    }
    const results = await sendAll(context, standings, needed, call);
    await context.tidyHourly();
    if (needed || !wasOvertaken(results)) return startAnswer(provider, results, freshKey);
  }
}

/** True where nothing was sent, because the budget of the hour was used up meanwhile. */
function wasOvertaken(results: readonly TestResult[]): boolean {
  return !results.some(({ sent }) => sent) && results.some(({ problem }) => problem?.details.reason === OVERTAKEN);
}

/** Plans each test, each once. Throws what checking the arguments and planning throw. */
async function plannedOf(provider: Provider, args: StartArguments, call: CallContext): Promise<Attempt[]> {
  const { dry_run: _dry, confirm: _confirm, key, tests, ...rest } = args;
  const operations = startOperations(provider);
  const attempts = new Map<string, Attempt>();
  const written = new Set<string>();
  for (const test of tests) {
    const request: StartRequest = { ...rest, test };
    const asWritten = fingerprintOf(provider, request);
    if (written.has(asWritten)) continue;
    written.add(asWritten);
    checkArguments(provider, operations, request);
    const plan = measure(provider, await operations.plan(request, call));
    const meant = plan.meant ?? request;
    const fingerprint = fingerprintOf(provider, meant);
    if (attempts.has(fingerprint)) continue;
    // A key is one of the test that the caller named, whatever way its id was written.
    const named = meant.test.kind === test.kind ? meant.test : test;
    attempts.set(fingerprint, { provider, operations, request, plan, fingerprint, key: keyOf(provider, named, key) });
  }
  return [...attempts.values()];
}

function wantedOf(standings: readonly Standing[]): Wanted {
  return {
    known_runs: standings.reduce((sum, { attempt }) => sum + attempt.plan.known_runs, 0),
    uncounted: standings.some(({ attempt, missing }) => missing.length > 0 && attempt.plan.runs === undefined),
    more: standings.reduce((sum, { attempt: { plan }, missing }) => {
      if (missing.length === plan.steps.length) return sum + plan.known_runs;
      return sum + runsOf(plan.steps.filter((_, index) => missing.includes(index)));
    }, 0),
  };
}

/**
 * Undefined once somebody has said yes; before that the question, or the preview with its token. Throws `refused` where
 * there is no yes and can be none.
 */
async function confirmed(
  context: StartContext,
  asked: Asked,
  standings: readonly Standing[],
  spent: Spent,
): Promise<StartAnswer | StartQuestion | undefined> {
  const { asking, limits, allowances } = context;
  const { provider, attempts, channel, token } = asked;
  const binding = bindingOf(provider, attempts, attempts[0]?.key?.text);
  const yes = await yesFor(asking, binding, channel, token);
  if ('further_runs' in yes) {
    const further = Math.min(yes.further_runs, limits.maxRunsPerStart);
    if (further > 0) await allowances.grant(provider.sandbox, further);
    return undefined;
  }
  const wanted = wantedOf(standings);
  const view = shownOf(
    provider,
    standings.map((standing) => standingResult(standing, 'planned')),
  );
  if (yes.channel === 'person')
    return {
      needs: 'confirmation',
      question: questionText(provider, attempts, wanted),
      further_runs: furtherRunsField(limits.maxRunsPerStart),
      token: yes.token,
      expires_at: yes.expires_at,
      plan: view.plan,
    };
  const failed = channel.answer?.outcome === 'failed' ? ' The client failed to ask.' : '';
  return {
    outcome: 'confirmation_required',
    ...view,
    confirm: yes.token,
    expires_at: yes.expires_at,
    message: `Nothing was sent. ${whyYes(limits, wanted, spent)}${failed} Show the plan to the person you work for, if there is one. ${TOKEN_PROVES}`,
    next: [startCall(provider, attempts, { key: attempts[0]?.key?.text, confirm: yes.token }, 'starts it')],
  };
}

/** Test after test; what comes behind one that did not start is not tried. */
async function sendAll(
  context: StartContext,
  standings: readonly Standing[],
  withYes: boolean,
  call: CallContext,
): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const standing of standings) {
    const stopped = results.some(({ problem, sent }) => problem && (sent || problem.details.reason !== 'raced'));
    results.push(
      stopped || standing.missing.length === 0
        ? standingResult(standing, 'not_tried')
        : await sendTest(context, standing, withYes, call),
    );
  }
  return results;
}

async function sendTest(
  context: StartContext,
  first: Standing,
  withYes: boolean,
  call: CallContext,
): Promise<TestResult> {
  let standing = first;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { attempt, prior, missing } = standing;
    if (attempt.key) {
      const bound = await context.keys.bind(attempt.key.digest, attempt.fingerprint);
      checkRecord(bound, attempt.fingerprint);
      if (bound.ended && prior.kind === 'free')
        return standingResult({ ...standing, missing: [], ended: bound }, 'not_tried');
    }
    const sent = await sendMissing(context, attempt, prior, missing, withYes, call);
    if (sent !== 'claimed elsewhere') return sentResult(attempt, sent.entries, sent.problem);
    standing = await standingOf(context, attempt, call, prior.start);
    if (standing.missing.length === 0) return standingResult(standing, 'not_tried');
  }
  const problem = new Problem('conflict', 'Equal starts were tried at the same moment, and none of them started.', {
    sent: 'no',
    next: 'Make the same call again.',
  });
  return { ...standingResult(standing, 'refused'), problem };
}

/** What the same call without `dry_run` would answer. Sends nothing; where a token would be handed out, it hands it out. */
async function rehearsal(context: StartContext, asked: Asked): Promise<StartAnswer> {
  const { provider, attempts, channel } = asked;
  const { limits, freshKey } = context;
  const key = attempts[0]?.key?.text;
  const standings = await Promise.all(attempts.map((attempt) => standingAtOnce(context, attempt, asked.call)));
  const results = standings.map((standing) => standingResult(standing, 'planned'));
  const view = shownOf(provider, results);
  const planned = (says: string, next: string[]): StartAnswer => ({
    outcome: 'planned',
    ...view,
    message: `Planned only: nothing was sent. ${says}`,
    next,
  });
  if (standings.every(({ missing }) => missing.length === 0)) {
    const { next, outcome } = startAnswer(provider, results, freshKey);
    return planned(`The same call without \`dry_run\` starts nothing: it answers ${outcome}.`, next);
  }
  const wanted = wantedOf(standings);
  const spent = await spentNow(context, provider);
  checkCaps(limits, wanted, spent.day);
  if (!needsYes(limits, wanted, spent))
    return planned('The same call without `dry_run` starts it.', [startCall(provider, attempts, { key }, 'starts it')]);
  const pending = await confirmed(
    context,
    { ...asked, token: undefined, channel: { canAsk: channel.canAsk } },
    standings,
    spent,
  );
  const why = whyYes(limits, wanted, spent);
  if (pending && 'outcome' in pending)
    return {
      ...planned(`${why} ${TOKEN_PROVES}`, pending.next),
      confirm: pending.confirm,
      expires_at: pending.expires_at,
    };
  return planned(`${why} The same call without \`dry_run\` asks through the client first.`, [
    startCall(provider, attempts, { key }, 'asks, and starts it with a yes'),
  ]);
}

/**
 * Starting safely: plan → caps → confirmation → claim → send → settle.
 *
 * What holds, for any number of processes that share one home and may be killed at any point: a wanted start reaches
 * the vendor at most once, and all that reached it is in the journal as started, found or unknown.
 *
 * Confirmation takes two calls of `start`. Where the client can ask a person, the first returns a `StartQuestion`: show
 * its `question` and call again with the same arguments and `answer: { outcome, state: token }`. Where it cannot, the
 * first answers `confirmation_required` with a token to pass back as `confirm`. Both kinds of token are random, stored
 * hashed, good once, for ten minutes, for exactly these arguments and this plan; neither passes for the other.
 */
import { uptime as machineUptime } from 'node:os';
import { resolve } from 'node:path';
import { type Audit, createAudit } from '../home/audit.ts';
import { createConfirmations } from '../home/confirmations.ts';
import type { Link } from '../home/files.ts';
import { Problem } from '../model/problem.ts';
import type { CallContext, Provider, StartRequest } from '../providers/provider.ts';
import { planView, priorStartAnswer, startedAnswer } from './answers.ts';
import { type Attempt, checkRecord, keyOf, missingOf } from './attempt.ts';
import { confirm, type Pending, type PersonChannel, questionText, recordRefusal } from './confirm.ts';
import { bindingOf, fingerprintOf } from './fingerprint.ts';
import { createIdempotencyKeys, type KeyRecord } from './idempotency-keys.ts';
import { createJournal } from './journal.ts';
import { mayHaveStarted } from './journal-entry.ts';
import { checkCaps, type Limits, needsConfirmation } from './limits.ts';
import { checkArguments, measure, runsOf, startOperations } from './plan.ts';
import type { PriorStart } from './prior-start.ts';
import { priorStart, type Recovered, reconcile } from './reconciliation.ts';
import { tidy } from './retention.ts';
import { runsToday, sendMissing } from './send-plan.ts';
import type { PlanView, StartAnswer } from './start-answer.ts';
import type { StartContext } from './start-context.ts';

export interface StarterOptions extends Limits {
  home: string;
  now?: (() => number) | undefined;
  /** Seconds since the machine started. */
  uptime?: (() => number) | undefined;
  sleep?: ((ms: number) => Promise<void>) | undefined;
  /** Removes registered secrets from what the journal keeps. */
  redact?: ((text: string) => string) | undefined;
  /** Told what went wrong with files without failing a call (trusted text). */
  report?: ((problem: string) => void) | undefined;
  /** Waits before each look after a lost answer, in ms. */
  lookupDelays?: readonly number[] | undefined;
  /** Waits for an equal start of another call to be answered, in ms. */
  busyWaits?: readonly number[] | undefined;
  /** Makes hard links; tests replace it to stand for file systems that have none. */
  link?: Link | undefined;
}

export interface StartArguments extends StartRequest {
  dry_run?: boolean | undefined;
  /** Token of a preview. */
  confirm?: string | undefined;
  /** The caller's name for this start: the same key never starts twice. */
  key?: string | undefined;
}

/** A question to a person, answered by calling `start` again. */
export interface StartQuestion {
  needs: 'confirmation';
  question: string;
  token: string;
  expires_at: string;
  plan: PlanView;
}

export interface Starter {
  /**
   * Starts a test, or says why not. Throws `Problem`: `refused` (`details.reason`: `declined`, `cancelled`, `never_asked`,
   * `expired`, `mismatched`, `used`, `cap_per_start`, `cap_per_day`, `key_mismatch`, …), `local_io` (before anything is
   * sent), `invalid_input`, `unsupported`, and what the provider threw when nothing was started.
   */
  start(
    provider: Provider,
    args: StartArguments,
    call: CallContext,
    personChannel?: PersonChannel,
  ): Promise<StartAnswer | StartQuestion>;
  /** Looks up the starts at this provider that earlier processes left open. Sends nothing. Throws `local_io`. */
  reconcile(provider: Provider): Promise<Recovered[]>;
  /** For other changes at a vendor (cancel). */
  audit: Audit;
}

const LOOKUP_DELAYS_MS = [500, 2_000, 5_000];
const BUSY_WAITS_MS = [50, 100, 200, 400, 750, 1_500, 2_000];
const TIDY_EVERY_MS = 3_600_000;

/** A starter over one home. Nothing is read or sent before the first call. */
export function createStarter(options: StarterOptions): Starter {
  const context = contextOf(options);
  return {
    audit: context.audit,
    start: (provider, args, call, personChannel = { canAsk: false }) =>
      start(context, provider, args, call, personChannel),
    reconcile: (provider) => reconcile(context, provider),
  };
}

function contextOf(options: StarterOptions): StartContext {
  const { now = Date.now, uptime = machineUptime, sleep = pause, redact, report, link } = options;
  const home = resolve(options.home);
  const clock = { now, uptime };
  const journal = createJournal({ home, clock, report, redact, link });
  const confirmations = createConfirmations({ home, now });
  const keys = createIdempotencyKeys({ home, now, sleep, link });
  let tidied = Number.NEGATIVE_INFINITY;
  return {
    home,
    limits: options,
    clock,
    journal,
    confirmations,
    keys,
    audit: createAudit({ home, now, report }),
    now,
    sleep,
    lookupDelays: options.lookupDelays ?? LOOKUP_DELAYS_MS,
    busyWaits: options.busyWaits ?? BUSY_WAITS_MS,
    readJournal: () => journal.read(),
    async tidyHourly() {
      if (now() - tidied <= TIDY_EVERY_MS) return;
      tidied = now();
      await tidy({ journal, keys, confirmations, clock });
    },
  };
}

async function start(
  context: StartContext,
  provider: Provider,
  args: StartArguments,
  call: CallContext,
  personChannel: PersonChannel,
): Promise<StartAnswer | StartQuestion> {
  const { confirmations, keys, limits } = context;
  await recordRefusal(confirmations, personChannel.answer);
  const { dry_run, confirm: token, key, ...request } = args;
  const operations = startOperations(provider);
  checkArguments(provider, operations, request);
  const plan = measure(provider, await operations.plan(request, call));
  const fingerprint = fingerprintOf(provider, request);
  const attempt: Attempt = { provider, operations, request, plan, fingerprint, key: keyOf(provider, key) };
  const view = planView(provider, request, plan, []);

  if (dry_run) {
    checkCaps(limits, plan, plan.known_runs, await runsToday(context, provider));
    const message = 'Planned only: nothing was sent.';
    return { outcome: 'planned', plan: view, message, next: ['The same call without `dry_run` starts it.'] };
  }

  const record = attempt.key && (await keys.look(attempt.key.digest));
  if (record) checkRecord(record, fingerprint);
  const prior = await priorStart(context, attempt, call);
  if (prior.kind === 'free' && record?.ended) return endedAnswer(view, record.ended);
  const missing = missingOf(prior, plan);
  if (missing.length === 0) return answerFor(attempt, prior);

  const whole = missing.length === plan.steps.length;
  const more = whole ? plan.known_runs : runsOf(plan.steps.filter((_, index) => missing.includes(index)));
  checkCaps(limits, plan, more, await runsToday(context, provider));
  if (needsConfirmation(limits, plan, more)) {
    const pending = await confirm(confirmations, bindingOf(provider, request, key, plan), personChannel, token);
    if (pending !== 'confirmed') return unconfirmed(attempt, view, pending, more);
  }
  if (attempt.key) {
    const bound = await keys.bind(attempt.key.digest, fingerprint);
    checkRecord(bound, fingerprint);
    if (bound.ended && prior.kind === 'free') return endedAnswer(view, bound.ended);
  }
  const sent = await sendMissing(context, attempt, prior, missing, call);
  await context.tidyHourly();
  if (sent === 'claimed elsewhere') return answerOfEqualStart(context, attempt, call);
  const { entries, problem } = sent;
  if (problem && !entries.some(mayHaveStarted)) throw problem;
  return startedAnswer(provider, planView(provider, request, plan, entries), entries, problem);
}

/** What a start that waits for a yes answers: a question to a person, or a token to pass back. */
function unconfirmed(
  { provider, plan }: Attempt,
  view: PlanView,
  { channel, token, expires_at }: Pending,
  more: number,
): StartAnswer | StartQuestion {
  if (channel === 'person')
    return { needs: 'confirmation', question: questionText(provider, plan, more), token, expires_at, plan: view };
  return {
    outcome: 'confirmation_required',
    plan: view,
    confirm: token,
    expires_at,
    message: 'Nothing was sent: this many runs need a yes.',
    next: ['Show the plan to the person you work for; with their yes, make the same call with this `confirm`.'],
  };
}

/** The answer where another call claimed an equal start first. Throws `conflict` where that call started nothing either. */
async function answerOfEqualStart(context: StartContext, attempt: Attempt, call: CallContext): Promise<StartAnswer> {
  const equalStart = await priorStart(context, attempt, call);
  if (equalStart.kind !== 'free') return answerFor(attempt, equalStart);
  throw new Problem('conflict', 'An equal start was tried at the same moment, and it did not start anything either.', {
    sent: 'no',
    next: 'Call again.',
  });
}

function answerFor({ provider, request, plan }: Attempt, prior: PriorStart): StartAnswer {
  const entries = prior.kind === 'free' ? [] : prior.entries;
  return priorStartAnswer(provider, planView(provider, request, plan, entries), entries, prior.kind === 'busy');
}

function endedAnswer(plan: PlanView, ended: NonNullable<KeyRecord['ended']>): StartAnswer {
  const [session] = ended.sessions;
  const [run] = ended.runs;
  return {
    outcome: 'already_started',
    session,
    sessions: ended.sessions.length > 1 ? ended.sessions : undefined,
    run: ended.runs.length === 1 ? run : undefined,
    plan,
    message: 'This key was used for this start long ago. Nothing was sent now.',
    next: ['To really start another, call again with a new `key`.'],
  };
}

/** Does not keep the process alive: a server whose client has gone ends, and its open claim is looked up next time. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

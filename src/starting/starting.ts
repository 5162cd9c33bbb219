/**
 * Starting safely: plan → caps → confirmation → claim → send → settle.
 *
 * What holds, for any number of processes that share one home and may be killed at any point: a wanted start reaches
 * the vendor at most once, and all that reached it is in the journal as started, found or unknown.
 *
 * Confirmation takes two entries. Where the client can ask a person, `start` returns a `StartQuestion`: show its
 * `question` and enter `start` again with the same arguments and `answer: { outcome, state: token }`. Where it cannot,
 * `start` answers `confirmation_required` with a token to pass back as `confirm`. Both kinds of token are random, stored
 * hashed, good once, for ten minutes, for exactly these arguments and this plan; neither passes for the other.
 */
import { resolve } from 'node:path';
import { type Audit, createAudit } from '../home/audit.ts';
import { createConfirmations } from '../home/confirmations.ts';
import type { Link } from '../home/files.ts';
import { Problem, toProblem } from '../model/problem.ts';
import type { CallContext, Provider, StartOperations, StartRequest } from '../providers/provider.ts';
import { observer, whileActive } from './active-starts.ts';
import { type PlanView, planView, priorStartAnswer, refsOf, type StartAnswer, startedAnswer } from './answers.ts';
import { type Attempt, checkRecord, draftOf, keyOf, missingOf, receiptsBefore, worthAnotherLook } from './attempt.ts';
import { type Asking, confirm, heedRefusal, questionText } from './confirm.ts';
import { bindingOf, fingerprintOf } from './fingerprint.ts';
import { createIdempotencyKeys, type KeyRecord } from './idempotency-keys.ts';
import { createJournal } from './journal.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';
import {
  checkArguments,
  checkCaps,
  type Limits,
  measure,
  needsConfirmation,
  runsOf,
  startOperations,
} from './plans.ts';
import { isLost, latestAttempts, nextAttempt, type PriorStart, priorStartOf, runsOfDay } from './prior-start.ts';
import { tidy } from './retention.ts';
import { recover, type SendingDeps, sendStep } from './sending.ts';

export type { PlanView, StartAnswer, StepView } from './answers.ts';
export type { Asking, PersonsAnswer } from './confirm.ts';

export interface StarterOptions extends Limits {
  home: string;
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
  /** Removes registered secrets from what the journal keeps. */
  redact?: (text: string) => string;
  /** Told what went wrong with files without failing a call (trusted text). */
  report?: (problem: string) => void;
  /** Waits before each look after a lost answer, in ms. */
  lookupDelays?: readonly number[];
  /** Waits for an equal start of another call to be answered, in ms. */
  busyWaits?: readonly number[];
  /** For file systems without hard links, and tests of them. */
  link?: Link;
}

export interface StartArguments extends StartRequest {
  dry_run?: boolean;
  /** Token of a preview. */
  confirm?: string;
  /** The caller's name for this start: the same key never starts twice. */
  key?: string;
}

/** A question to a person, answered by entering `start` again. */
export interface StartQuestion {
  needs: 'confirmation';
  question: string;
  token: string;
  expires_at: string;
  plan: PlanView;
}

export interface Recovered {
  /** Ref of the test. */
  test: string;
  state: Entry['state'];
  claimed_at: string;
  session?: string;
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
    asking?: Asking,
  ): Promise<StartAnswer | StartQuestion>;
  /** Looks up what earlier processes left open at this provider. Sends nothing. Throws `local_io`. */
  reconcile(provider: Provider): Promise<Recovered[]>;
  /** For other changes at a vendor (cancel). */
  audit: Audit;
}

const LOOKUP_DELAYS_MS = [500, 2_000, 5_000];
const BUSY_WAITS_MS = [50, 100, 200, 400, 750, 1_500, 2_000];
const TIDY_EVERY_MS = 3_600_000;
/** A claim older than this has had time to appear in the vendor's lists. */
const LISTED_AFTER_MS = 60_000;

export function createStarter(options: StarterOptions): Starter {
  const { now = Date.now, sleep = pause, redact, report, link } = options;
  const home = resolve(options.home);
  const journal = createJournal({ home, now, report, redact, link });
  const confirmations = createConfirmations({ home, now });
  const keys = createIdempotencyKeys({ home, now, link });
  const audit = createAudit({ home, now, report });
  const lookupDelays = options.lookupDelays ?? LOOKUP_DELAYS_MS;
  const busyWaits = options.busyWaits ?? BUSY_WAITS_MS;
  const sending: SendingDeps = { journal, audit, now, sleep, lookupDelays, known: () => journal.read() };
  let tidied = Number.NEGATIVE_INFINITY;

  const today = async (provider: Provider) => runsOfDay(await journal.read(), provider.sandbox, now());

  const look = async ({ fingerprint, key, plan }: Attempt): Promise<PriorStart> => {
    const entries = await journal.read((name) => name.fingerprint === fingerprint);
    return priorStartOf(entries, plan.digests, observer(home, now()), key && `k${key.digest}`);
  };

  const recoverEntry = (provider: Provider, operations: StartOperations, entry: Entry, entries: readonly Entry[]) => {
    const fresh = entry.state === 'open' && Math.abs(now() - Date.parse(entry.claimed_at)) < LISTED_AFTER_MS;
    return recover(
      sending,
      provider,
      operations,
      entry,
      receiptsBefore(entries, entry.index),
      fresh ? lookupDelays : [0],
    );
  };

  /** What stands once others had a moment to finish and lost answers were looked up. */
  const settled = async (attempt: Attempt, call: CallContext): Promise<PriorStart> => {
    let prior = await look(attempt);
    for (const wait of busyWaits) {
      if (prior.kind !== 'busy' || call.signal.aborted) break;
      await sleep(wait);
      prior = await look(attempt);
    }
    if (prior.kind !== 'lost') return prior;
    for (const entry of prior.lost) await recoverEntry(attempt.provider, attempt.operations, entry, prior.entries);
    return look(attempt);
  };

  const claimAndSend = async (
    attempt: Attempt,
    start: string,
    before: readonly Entry[],
    missing: readonly number[],
    call: CallContext,
  ): Promise<{ entries: Entry[]; problem?: Problem } | 'taken'> => {
    const { provider, operations, plan } = attempt;
    let entries = [...before];
    for (const index of missing) {
      const step = plan.steps[index];
      if (!step) continue;
      try {
        if (call.signal.aborted) throw new Problem('cancelled', 'The call was cancelled.', { sent: 'no' });
        // Numbered from what the decision to send was made on, never from a newer look: if another call has tried this
        // step since, its claim has this very name, and ours is refused.
        const draft = draftOf(attempt, start, index, nextAttempt(before, index));
        const allowed = async () => checkCaps(options, plan, 0, await today(provider));
        const earlier = receiptsBefore(entries, index);
        const sent = await sendStep(sending, provider, operations, draft, step, earlier, call, allowed);
        if (sent === 'taken') return 'taken';
        entries = latestAttempts([...entries, sent.entry]);
        if (sent.problem) return { entries, problem: sent.problem };
      } catch (error) {
        return { entries, problem: toProblem(error) };
      }
    }
    return { entries };
  };

  const send = async (attempt: Attempt, prior: PriorStart, missing: readonly number[], call: CallContext) => {
    const { provider, request, plan, fingerprint } = attempt;
    const before = prior.kind === 'free' ? [] : prior.entries;
    const sent = await whileActive(home, { fingerprint, start: prior.start }, () =>
      claimAndSend(attempt, prior.start, before, missing, call),
    );
    if (now() - tidied > TIDY_EVERY_MS) {
      tidied = now();
      await tidy({ journal, keys, confirmations, now });
    }
    if (sent === 'taken') {
      const others = await settled(attempt, call);
      if (others.kind !== 'free') return answerFor(attempt, others);
      throw new Problem(
        'conflict',
        'An equal start was tried at the same moment, and it did not start anything either.',
        {
          sent: 'no',
          next: 'Call again.',
        },
      );
    }
    const { entries, problem } = sent;
    if (problem && !entries.some(mayHaveStarted)) throw problem;
    return startedAnswer(provider, planView(provider, request, plan, entries), entries, problem);
  };

  return {
    audit,

    async start(provider, args, call, asking = { canAsk: false }) {
      await heedRefusal(confirmations, asking.answer);
      const { dry_run, confirm: token, key, ...request } = args;
      const operations = startOperations(provider);
      checkArguments(provider, operations, request);
      const plan = measure(provider, await operations.plan(request, call));
      const fingerprint = fingerprintOf(provider, request);
      const attempt: Attempt = { provider, operations, request, plan, fingerprint, key: keyOf(provider, key) };
      const view = planView(provider, request, plan, []);

      if (dry_run) {
        checkCaps(options, plan, plan.known_runs, await today(provider));
        const message = 'Planned only: nothing was sent.';
        return { outcome: 'planned', plan: view, message, next: ['The same call without `dry_run` starts it.'] };
      }

      const record = attempt.key && (await keys.look(attempt.key.digest));
      if (record) checkRecord(record, fingerprint);
      const prior = await settled(attempt, call);
      if (prior.kind === 'free' && record?.ended) return endedAnswer(view, record.ended);
      const missing = missingOf(prior, plan);
      if (missing.length === 0) return answerFor(attempt, prior);

      const whole = missing.length === plan.steps.length;
      const more = whole ? plan.known_runs : runsOf(plan.steps.filter((_, index) => missing.includes(index)));
      checkCaps(options, plan, more, await today(provider));
      if (needsConfirmation(options, plan, more)) {
        const pending = await confirm(confirmations, bindingOf(provider, request, key, plan), asking, token);
        if (pending !== 'confirmed') {
          const question = questionText(provider, plan, more);
          const { channel, expires_at } = pending;
          if (channel === 'person')
            return { needs: 'confirmation', question, token: pending.token, expires_at, plan: view };
          return {
            outcome: 'confirmation_required',
            plan: view,
            confirm: pending.token,
            expires_at,
            message: 'Nothing was sent: this many runs need a yes.',
            next: ['Show the plan to the person you work for; with their yes, make the same call with this `confirm`.'],
          };
        }
      }
      if (attempt.key) {
        const bound = await keys.bind(attempt.key.digest, fingerprint);
        checkRecord(bound, fingerprint);
        if (bound.ended && prior.kind === 'free') return endedAnswer(view, bound.ended);
      }
      return send(attempt, prior, missing, call);
    },

    async reconcile(provider) {
      const operations = provider.start;
      if (!operations) return [];
      const watch = observer(home, now());
      const entries = (await journal.read()).filter(
        (entry) => entry.provider === provider.id && entry.host === provider.host && entry.sandbox === provider.sandbox,
      );
      const recovered: Recovered[] = [];
      for (const entry of entries.filter((one) => isLost(one, watch) || worthAnotherLook(one, now()))) {
        const siblings = entries.filter((one) => one.fingerprint === entry.fingerprint && one.start === entry.start);
        const { test, state, claimed_at, ...rest } = await recoverEntry(
          provider,
          operations,
          entry,
          latestAttempts(siblings),
        );
        recovered.push({
          test,
          state,
          claimed_at,
          session: refsOf(provider.id, [{ ...rest, test, state, claimed_at }]).session,
        });
      }
      return recovered;
    },
  };
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
    ...(session ? { session } : {}),
    ...(ended.sessions.length > 1 ? { sessions: ended.sessions } : {}),
    ...(run && ended.runs.length === 1 ? { run } : {}),
    plan,
    message: 'This key was used for this start long ago. Nothing was sent now.',
    next: ['To really start another, call again with a new `key`.'],
  };
}

/** Does not keep the process alive: a server whose client has gone ends, and its open claim is looked up next time. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

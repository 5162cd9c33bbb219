/**
 * Starting safely: plan → caps → confirmation → claim → send → settle.
 *
 * What holds, for any number of processes that share one home and may be killed at any point: a wanted start reaches
 * the vendor at most once, all that reached it is in the journal as started, found or unknown, and within any hour no more
 * runs than `confirmAbove` start without a yes.
 *
 * Confirmation takes two calls of `start`. Where the client can ask a person, the first returns a `StartQuestion`: show
 * its `question` and call again with the same arguments and `answer: { outcome, state: token }`. Where it cannot, or
 * failed to, the first answers `confirmation_required` with a token to pass back as `confirm`. Both kinds of token are random,
 * stored hashed, good once, for ten minutes, for exactly these arguments and this plan; neither passes for the other.
 */
import { randomBytes } from 'node:crypto';
import { uptime as machineUptime } from 'node:os';
import { resolve } from 'node:path';
import type { PersonChannel } from '../home/asking.ts';
import { type Audit, createAudit } from '../home/audit.ts';
import { createConfirmations } from '../home/confirmations.ts';
import type { Link } from '../home/files.ts';
import type { CallContext, Provider } from '../providers/provider.ts';
import { createAllowances } from './allowances.ts';
import { createIdempotencyKeys } from './idempotency-keys.ts';
import { createJournal } from './journal.ts';
import type { Limits } from './limits.ts';
import { type Recovered, reconcile } from './reconciliation.ts';
import { refusal } from './refusals.ts';
import { tidy } from './retention.ts';
import { start } from './start.ts';
import type { StartAnswer } from './start-answer.ts';
import type { StartArguments, StartQuestion } from './start-arguments.ts';
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
  /** A key that was never used, for next steps. */
  freshKey?: (() => string) | undefined;
  /** Makes hard links; tests replace it to stand for file systems that have none. */
  link?: Link | undefined;
}

export interface Starter {
  /**
   * Starts tests, or says why not. Throws `Problem`: `refused` (`details.reason`: `declined`, `dismissed`, `malformed`,
   * `no_one_asks`, `expired`, `other_plan`, `used`, `cap_per_start`, `cap_per_day`, `key_mismatch`, …), `local_io` (before
   * anything is sent), `invalid_input`, `unsupported`, and what the provider threw when nothing was started.
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
  const allowances = createAllowances({ home, clock });
  const keys = createIdempotencyKeys({ home, now, sleep, link });
  let tidied = Number.NEGATIVE_INFINITY;
  return {
    home,
    limits: options,
    clock,
    journal,
    asking: { confirmations, tokenCounts: options.confirm !== 'person', refusal },
    allowances,
    keys,
    audit: createAudit({ home, now, report }),
    now,
    sleep,
    lookupDelays: options.lookupDelays ?? LOOKUP_DELAYS_MS,
    busyWaits: options.busyWaits ?? BUSY_WAITS_MS,
    readJournal: () => journal.read(),
    freshKey: options.freshKey ?? (() => `again-${randomBytes(4).toString('hex')}`),
    async tidyHourly() {
      if (now() - tidied <= TIDY_EVERY_MS) return;
      tidied = now();
      await tidy({ journal, keys, confirmations, allowances, clock });
    },
  };
}

/** Does not keep the process alive: a server whose client has gone ends, and its open claim is looked up next time. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

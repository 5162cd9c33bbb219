/** What the steps of a start work with: one record per starter. */
import type { Asking } from '../home/asking.ts';
import type { Clock } from '../home/moment.ts';
import type { Allowances } from './allowances.ts';
import type { IdempotencyKeys } from './idempotency-keys.ts';
import type { Limits } from './limits.ts';
import type { SendingDeps } from './send-step.ts';

export interface StartContext extends SendingDeps {
  /** Absolute path. */
  home: string;
  limits: Limits;
  clock: Clock;
  asking: Asking;
  allowances: Allowances;
  keys: IdempotencyKeys;
  /** Waits for an equal start of another call to be answered, in ms. */
  busyWaits: readonly number[];
  /** A key that was never used. */
  freshKey(): string;
  /** Removes what the home need not keep, at most once an hour. Never throws. */
  tidyHourly(): Promise<void>;
}

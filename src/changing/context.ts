/** What the steps of a change work with: one record per changer. */
import type { Audit } from '../home/audit.ts';
import type { Confirmations } from '../home/confirmations.ts';
import type { Clock } from '../home/moment.ts';
import type { ChangeFiles } from './change-files.ts';
import type { ChangerOptions } from './changer.ts';

export interface ChangeContext extends Pick<ChangerOptions, 'confirm' | 'liveChanges' | 'redact'> {
  home: string;
  clock: Clock;
  files: ChangeFiles;
  confirmations: Confirmations;
  audit: Audit;
  sleep(ms: number): Promise<void>;
  readBackDelays: readonly number[];
  lookDelays: readonly number[];
  /** Removes what has expired, at most once an hour. Never throws. */
  tidyHourly(): Promise<void>;
}

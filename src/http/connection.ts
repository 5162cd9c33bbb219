/** What all calls to one vendor share. */

import type { Connector } from './connector.ts';
import type { Place } from './failures.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Transport } from './transport.ts';
import type { VendorHttpOptions } from './types.ts';

/** What is replaced where no clock, no chance or no network is wanted. */
export interface HttpSeams {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits; ends early, in whatever way, when the signal does. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 to 1, as `Math.random`. */
  random(): number;
  /** Opens connections; absent: sockets. */
  connector?: Connector | undefined;
}

export interface Connection extends HttpSeams, Pick<VendorHttpOptions, 'readFault' | 'advise' | 'log'> {
  readonly base: URL;
  readonly place: Place;
  readonly limits: {
    readonly retries: number;
    readonly deadline_ms: number;
    readonly max_bytes: number;
  };
  readonly transport: Transport;
  readonly queue: RequestLimits;
  /** Takes secrets out of a text. */
  redact(text: string): string;
  /** Requests by `METHOD path-template`, every attempt and every redirect followed. */
  readonly sent: Map<string, number>;
  /** How far the vendor's clock is ahead of ours, by the `Date` of its latest answer. */
  clock_ahead_ms: number | undefined;
  /** When an answer was last read in full, in ms since the epoch. */
  heard_at: number | undefined;
}

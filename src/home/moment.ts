/**
 * How long ago something was, by two clocks: the wall clock, which may be set, and the time since the machine started,
 * which may not.
 */
import * as z from 'zod/v4';
import { ownProcess } from './process-identity.ts';

export interface Clock {
  /** The wall clock, in ms since the epoch. */
  now(): number;
  /** Seconds since this machine started. */
  uptime(): number;
}

export const uptimeSchema = z.object({
  seconds: z.number().min(0),
  /** The machine, and its boot where it can be told. */
  host: z.string(),
  boot: z.string().optional(),
});
export type Uptime = z.infer<typeof uptimeSchema>;

/** The uptime to write beside a time of the wall clock. */
export function uptimeOf(clock: Clock): Uptime {
  const { host, boot } = ownProcess();
  return { seconds: clock.uptime(), host, boot };
}

/**
 * True when more than `ms` have passed since the moment by the wall clock *and* by the uptime of this machine. After a
 * reboot, and for a moment written on another machine or without its uptime, the wall clock decides alone. A moment that
 * lies in the future counts as now, and so does one without a time.
 */
export function hasPassed(at: string | undefined, uptime: Uptime | undefined, ms: number, clock: Clock): boolean {
  if (at === undefined || clock.now() - Date.parse(at) < ms) return false;
  const since = uptime && msSince(uptime, clock);
  // Where boots cannot be told apart, an uptime that went back shows that there was one.
  return since === undefined || since < 0 || since >= ms;
}

/** Milliseconds of this machine's uptime since then; undefined for one of another machine, or from before a reboot. */
export function msSince({ seconds, ...at }: Uptime, clock: Clock): number | undefined {
  const { host, boot } = ownProcess();
  return at.host === host && at.boot === boot ? (clock.uptime() - seconds) * 1000 : undefined;
}

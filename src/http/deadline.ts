/** One signal for a whole call: the caller's own, or the call's deadline, whichever comes first. */
import { setMaxListeners } from 'node:events';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds left; never negative. */
  remaining(): number;
  /** Who ended it; undefined while it runs. A caller's `AbortSignal.timeout` counts as a timeout. */
  endedBy(): 'caller' | 'timeout' | undefined;
  /** Frees the timer and the caller's signal. Call it exactly when the call is over. */
  release(): void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Own controller instead of `AbortSignal.any`: callers' signals live long, and listeners must not pile up on them. */
export function startDeadline(caller: AbortSignal, ms: number, now: () => number): Deadline {
  const controller = new AbortController();
  const at = now() + ms;
  let ended: 'caller' | 'timeout' | undefined;

  const end = (by: 'caller' | 'timeout', reason: unknown) => {
    if (ended !== undefined) return;
    ended = by;
    controller.abort(reason);
  };
  const onCaller = () => {
    const reason: unknown = caller.reason;
    end(reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout' : 'caller', reason);
  };
  const timer = setTimeout(
    () => end('timeout', new DOMException('The deadline passed.', 'TimeoutError')),
    Math.min(Math.max(ms, 0), LONGEST_TIMER_MS),
  );
  // One signal may end hundreds of queued calls of one tool; Node would take that for a leak and say so on stderr.
  setMaxListeners(0, caller);
  if (caller.aborted) onCaller();
  else caller.addEventListener('abort', onCaller, { once: true });

  return {
    signal: controller.signal,
    remaining: () => Math.max(0, at - now()),
    endedBy: () => ended,
    release() {
      clearTimeout(timer);
      caller.removeEventListener('abort', onCaller);
    },
  };
}

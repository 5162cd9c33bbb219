/** One signal of several, some of which outlive the call that listens. */

/** Aborts with the first of `signals`. `release` leaves nothing behind at them. */
export function anyOf(...signals: (AbortSignal | undefined)[]): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const given = signals.filter((signal) => signal !== undefined);
  const onAbort = () => controller.abort(given.find(({ aborted }) => aborted)?.reason);
  for (const signal of given) signal.addEventListener('abort', onAbort, { once: true });
  if (given.some(({ aborted }) => aborted)) onAbort();
  return {
    signal: controller.signal,
    release() {
      for (const signal of given) signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Work done in steps while a connection is quiet. It holds up a message for one step at most, and the process never. */

export interface WarmUp {
  /** Begins, or goes on where it was paused, once it has been quiet for a while. */
  start(): void;
  /** Ends with the step under way. */
  pause(): void;
}

/** Hosts put their questions at once: by then the next one would have come. */
const QUIET_MS = 20;

/** A step that fails is passed over: whoever needs what it prepares meets the error there. */
export function createWarmUp(steps: readonly (() => unknown)[]): WarmUp {
  const left = [...steps];
  let timer: NodeJS.Timeout | undefined;
  let quiet = false;
  let atWork = false;
  const work = async () => {
    if (atWork) return;
    atWork = true;
    for (let step = left.shift(); step; step = quiet ? left.shift() : undefined) {
      try {
        await step();
      } catch {}
      // Messages that have come meanwhile are read first.
      await new Promise((resolve) => setTimeout(resolve, 0).unref());
    }
    atWork = false;
  };
  const pause = () => {
    clearTimeout(timer);
    quiet = false;
  };
  return {
    start() {
      pause();
      if (left.length === 0) return;
      timer = setTimeout(() => {
        quiet = true;
        void work();
      }, QUIET_MS).unref();
    },
    pause,
  };
}

/**
 * Follows sessions: one poll loop per session and process, however many calls wait for it or subscribe to it. Each
 * follower has a pace of its own; the loop looks at the fastest pace of all, and each follower gets every look.
 */
import type { Session } from '../model/schemas.ts';
import type { Provider } from '../providers/provider.ts';

/** Milliseconds between looks: the first pause, which grows by half with each look up to the longest. */
export interface Pace {
  first: number;
  longest: number;
}

export interface Look {
  session: Session;
  /** When it was read (`performance.now()`). */
  at: number;
}

export interface Polling {
  /** The session as it is now: a look under way is shared. Rejects with the look's problem or the signal's reason. */
  look(signal: AbortSignal): Promise<Look>;
  /** The next look of the loop, at the latest one made after `ms`. Rejects like `look`. */
  next(ms: number, signal: AbortSignal): Promise<Look>;
  /** Returns to the first pace, because something is happening. */
  hurry(): void;
  /** Ends this follower. The loop, and its look under way, end with the last one. */
  stop(): void;
}

export interface Poller {
  /** `onLook` hears of every look: the session, or `undefined` when it could not be read. */
  poll(
    provider: Provider,
    ids: readonly string[],
    pace: Pace,
    onLook?: (session: Session | undefined) => void,
  ): Polling;
}

interface Follower {
  pace: Pace;
  pause: number;
  /** Set while it waits for the next look. */
  waiting?: { resolve(look: Look): void; reject(error: unknown): void } | undefined;
  onLook?: ((session: Session | undefined) => void) | undefined;
}

/** A loop begins with the first follower of a session and ends with the last. */
export function createPoller(): Poller {
  const loops = new Map<string, ReturnType<typeof createLoop>>();
  return {
    poll(provider, ids, pace, onLook) {
      const key = [provider.id, provider.host, ...ids].join('\u0000');
      const loop = loops.get(key) ?? createLoop(provider, ids, () => loops.delete(key));
      loops.set(key, loop);
      return loop.join({ pace, pause: pace.first, onLook });
    },
  };
}

function createLoop(provider: Provider, ids: readonly string[], onEnd: () => void) {
  const all = new Set<Follower>();
  const end = new AbortController();
  let underWay: Promise<Look> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const scheduleLook = () => {
    clearTimeout(timer);
    if (end.signal.aborted || underWay) return;
    timer = setTimeout(look, Math.min(...[...all].map(({ pause }) => pause)));
    // A look must not keep the process alive after its client has disconnected.
    timer.unref();
  };

  const look = (): Promise<Look> => {
    if (underWay) return underWay;
    clearTimeout(timer);
    const reading = read();
    underWay = reading;
    reading
      .then(
        (seen) => {
          for (const one of [...all]) tell(one, seen.session, () => one.waiting?.resolve(seen));
        },
        (error: unknown) => {
          for (const one of [...all]) tell(one, undefined, () => one.waiting?.reject(error));
        },
      )
      .finally(() => {
        underWay = undefined;
        scheduleLook();
      });
    return reading;
  };

  const read = async (): Promise<Look> => {
    if (!provider.sessions) throw new Error(`${provider.id} has no sessions.`);
    const session = await provider.sessions.get(ids, { signal: end.signal });
    return { session, at: performance.now() };
  };

  return {
    join(one: Follower): Polling {
      all.add(one);
      scheduleLook();
      return {
        look: (signal) =>
          withSignal(signal, (resolve, reject) => {
            look().then(resolve, reject);
            return () => undefined;
          }),
        next: (ms, signal) =>
          withSignal(signal, (resolve, reject) => {
            one.waiting = { resolve, reject };
            // A problem of this look reaches every follower through `waiting`.
            const late = setTimeout(() => void look().catch(() => undefined), ms);
            late.unref();
            return () => {
              clearTimeout(late);
              one.waiting = undefined;
            };
          }),
        hurry() {
          one.pause = one.pace.first;
        },
        stop() {
          if (!all.delete(one) || all.size > 0) return;
          clearTimeout(timer);
          end.abort();
          onEnd();
        },
      };
    },
  };
}

function tell(one: Follower, session: Session | undefined, answer: () => void): void {
  one.pause = Math.min(one.pause * 1.5, one.pace.longest);
  answer();
  one.onLook?.(session);
}

/** A promise that also ends with the signal; `begin` returns what has to be undone whichever way it ends. */
function withSignal<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const end = () => {
      signal.removeEventListener('abort', onAbort);
      undo();
    };
    const onAbort = () => {
      end();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const undo = begin(
      (value) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

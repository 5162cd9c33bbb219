/** For how long (ms) what was read of a session still is what the session is. */
const FRESH_MS = 250;

export interface HandOver<T> {
  put(id: string, value: T): void;
  /** What was put under this id a moment ago; handed over once. */
  take(id: string): T | undefined;
}

/**
 * From one reading to the next: a tool reads a session for its state and at once again for its runs, and on some
 * platforms both begin with the same request, which may weigh megabytes.
 */
export function handOver<T>(now: () => number = () => performance.now()): HandOver<T> {
  const held = new Map<string, { value: T; at: number }>();
  const dropOld = () => {
    for (const [id, { at }] of held) if (now() - at > FRESH_MS) held.delete(id);
  };
  return {
    put(id, value) {
      dropOld();
      held.set(id, { value, at: now() });
    },
    take(id) {
      dropOld();
      const found = held.get(id)?.value;
      held.delete(id);
      return found;
    },
  };
}

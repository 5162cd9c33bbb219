/**
 * How tests wait: for what they wait for, never for a time. What still has a bound in time is a guard against a test that
 * would hang, far above what any machine needs.
 */

/** Guard of a wait that does not end. Tests that wait have a longer one (`vitest.config.ts`). */
const HANG_MS = 90_000;
const LOOK_MS = 5;

/** Resolves once `holds` does, looked at again and again; rejects with `what` where it never does. */
export async function until(what: string, holds: () => unknown): Promise<void> {
  const from = process.uptime();
  while (!(await holds())) {
    if ((process.uptime() - from) * 1000 > HANG_MS) throw new Error(`Waited in vain: ${what}.`);
    await new Promise((resolve) => realTimeout(resolve, LOOK_MS));
  }
}

/** A test may put another clock in its place. */
const realTimeout = setTimeout;

/** The signal of a call that nothing ends. */
export const noDeadline = (): AbortSignal => new AbortController().signal;

/** Lets everything run that is ready to, some turns of the event loop long. */
export async function turns(count = 10): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => realImmediate(resolve));
}
const realImmediate = setImmediate;

/** Something that others wait for until it is opened. */
export function gate(): { open(): void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

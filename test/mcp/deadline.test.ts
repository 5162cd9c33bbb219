/** A call always ends: at its deadline, also where what it asked never answers and does not hear that nobody waits. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULTS } from '../../src/config/settings.ts';
import { coverageOf } from '../../src/model/coverage.ts';
import { Problem } from '../../src/model/problem.ts';
import type { Run } from '../../src/model/schemas.ts';
import { emptyCounts } from '../../src/model/verdicts.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createRegistry } from '../../src/providers/registry.ts';
import { gate } from '../support/waiting.ts';
import { connectInMemory, stopTime } from './in-memory.ts';

const DEADLINE_MS = 56_000;
/** What a tool gets to end by itself once its call is over. */
const GRACE_MS = 1_500;

beforeEach(stopTime);
afterEach(() => {
  vi.useRealTimers();
});

/** Calls get_session on a platform whose sessions come as `open` has it, and lets `ms` pass once they are asked for. `early`: an answer before that. */
async function getSession(open: NonNullable<Provider['sessions']>['open'], ms = DEADLINE_MS) {
  const asked = gate();
  const sessions: Pick<NonNullable<Provider['sessions']>, 'open'> = {
    open(...args) {
      asked.open();
      return open(...args);
    },
  };
  const provider = { id: 'x', label: 'X', host: 'x', sandbox: false, sessions };
  const registry = createRegistry({
    settings: async () => ({ env: {} }),
    defaults: DEFAULTS,
    registerSecret: () => undefined,
    providers: [
      {
        id: 'x',
        label: 'X',
        load: async () => ({ configure: () => ({ provider }), sandboxEnv: () => ({}) }) as never,
      },
    ],
  });
  const { call, logged, close } = await connectInMemory(registry);
  const answering = call('get_session', { session: 'x/session/1' });
  await asked.opened;
  await vi.advanceTimersByTimeAsync(Math.max(0, ms - 1));
  const early = await Promise.race([answering, Promise.resolve(undefined)]);
  await vi.advanceTimersByTimeAsync(Math.min(1, ms));
  const { said, isError } = await answering;
  await close();
  return { early, logged, isError, said };
}

function runOf(index: number): Run {
  const ref = `x/run/${index}`;
  return {
    ref,
    session: 'x/session/1',
    status: 'completed',
    verdict: 'passed',
    failed_evaluations: [],
    evaluations: [],
  };
}

/** Ends with the signal, as it says. */
const untilOver = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('a call at its deadline', () => {
  it('ends with what it asked', async () => {
    const { early, said, isError, logged } = await getSession((_, { signal }) => untilOver(signal));
    expect(early).toBeUndefined();
    expect(isError).toBe(true);
    expect(said).toMatch(/did not answer within 56 s\..*kind.*timeout.*Next: Try again/s);
    expect(logged).not.toContain('tool overdue');
  });

  it('is answered for when what it asked does not hear it', async () => {
    const { early, said, isError, logged } = await getSession(
      () => new Promise(() => undefined),
      DEADLINE_MS + GRACE_MS,
    );
    expect(early).toBeUndefined();
    expect(isError).toBe(true);
    expect(said).toMatch(/did not answer within 56 s\. \(kind timeout\)/);
    expect(logged).toContain('tool overdue');
  });

  it('goes on where the time is spent computing, which is no silence of a platform', async () => {
    const { said } = await getSession(
      async () => ({
        session: { ref: 'x/session/1', provider: 'x', status: 'completed', counts: emptyCounts() },
        async *runs() {
          for (let page = 0; page < 40; page += 1) {
            // Nothing comes from a platform in all this time.
            vi.advanceTimersByTime(10_000);
            yield { runs: [runOf(page)] };
          }
          yield { runs: [], coverage: coverageOf({ read: 40 }) };
        },
      }),
      0,
    );
    expect(said).toMatch(/Not everything could be read within 56 s.*Make the same call again/s);
  });

  it('says that nothing was sent when it only waited for its turn', async () => {
    const { said } = await getSession((_, { signal }) =>
      untilOver(signal).catch(() => {
        throw new Problem('cancelled', 'x', { provider: 'x', sent: 'no' });
      }),
    );
    expect(said).toMatch(/could not be sent to x within 56 s.*wait a minute/s);
  });
});

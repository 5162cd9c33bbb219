/** A call always ends: at its deadline, also where what it asked never answers and does not hear that nobody waits. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createSubscriptions } from '../../src/mcp/resources/subscriptions.ts';
import { createServer } from '../../src/mcp/server.ts';
import { coverageOf } from '../../src/model/coverage.ts';
import { Problem } from '../../src/model/problem.ts';
import type { Run } from '../../src/model/schemas.ts';
import { emptyCounts } from '../../src/model/verdicts.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createRegistry } from '../../src/providers/registry.ts';
import { createContinuedReads } from '../../src/reading/continued-reads.ts';
import { createReading } from '../../src/reading/reading.ts';
import { text } from '../support/data.ts';

const home = mkdtempSync(join(tmpdir(), 'agent-sim-deadline-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Calls get_session on a platform whose sessions come as `get` has it. */
async function getSession(open: NonNullable<Provider['sessions']>['open'], callDeadlineMs: number) {
  const logged: string[] = [];
  const say = (message: string) => void logged.push(message);
  const log = { debug: () => undefined, info: say, warn: say, error: say };
  const provider = { id: 'x', label: 'X', host: 'x', sandbox: false, sessions: { open } };
  const registry = createRegistry({
    settings: async () => ({ env: {} }),
    registerSecret: () => undefined,
    providers: [
      {
        id: 'x',
        label: 'X',
        load: async () => ({ configure: () => ({ provider }), sandboxEnv: () => ({}) }) as never,
      },
    ],
  });
  const reading = createReading();
  const server = createServer({
    version: '0',
    config: readConfig(['serve', '--home', home], {}),
    registry,
    reading,
    continued: createContinuedReads(),
    starter: () => Promise.reject(new Error('no starter')),
    log,
    redact: (one) => one,
    subscriptions: createSubscriptions({ registry, onUpdate: () => undefined }),
    callDeadlineMs,
  });
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  const began = performance.now();
  const answer = await client.callTool({ name: 'get_session', arguments: { session: 'x/session/1' } });
  const ms = performance.now() - began;
  await client.close();
  const [block] = answer.content;
  return { ms, logged, isError: answer.isError, said: text(block?.type === 'text' ? block.text : undefined) };
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

/** Nothing, until nobody waits any more. */
const never = (signal: AbortSignal): Promise<never> =>
  wait(60_000, undefined, { signal, ref: false }).then(() => Promise.reject(new Error('waited to the end')));

describe('a call at its deadline', () => {
  it('ends with what it asked', async () => {
    const { said, isError, ms, logged } = await getSession(
      (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      200,
    );
    expect(isError).toBe(true);
    expect(said).toMatch(/did not answer within 0\.2 s\..*kind.*timeout.*Next: Try again/s);
    expect(ms).toBeLessThan(1_000);
    expect(logged).not.toContain('tool overdue');
  });

  it('is answered for when what it asked does not hear it', async () => {
    const { said, isError, ms, logged } = await getSession(() => new Promise(() => undefined), 200);
    expect(isError).toBe(true);
    expect(said).toMatch(/did not answer within 0\.2 s\. \(kind timeout\)/);
    expect(ms).toBeLessThan(3_000);
    expect(logged).toContain('tool overdue');
  });

  it('goes on where the time is spent computing, which is no silence of a platform', async () => {
    const busy = async () => {
      const until = performance.now() + 150;
      while (performance.now() < until) {
        const pause = performance.now() + 10;
        while (performance.now() < pause);
        await wait(0);
      }
    };
    const { said } = await getSession(
      async () => ({
        session: { ref: 'x/session/1', provider: 'x', status: 'completed', counts: emptyCounts() },
        async *runs() {
          for (let page = 0; page < 40; page += 1) {
            await busy();
            yield { runs: [runOf(page)] };
          }
          yield { runs: [], coverage: coverageOf({ read: 40 }) };
        },
      }),
      1_500,
    );
    expect(said).toMatch(/Not everything could be read within 1\.5 s.*Make the same call again/s);
  });

  it('says that nothing was sent when it only waited for its turn', async () => {
    const { said } = await getSession(
      (_, { signal }) =>
        never(signal).catch(() => {
          throw new Problem('cancelled', 'x', { provider: 'x', sent: 'no' });
        }),
      200,
    );
    expect(said).toMatch(/could not be sent to x within 0\.2 s.*wait a minute/s);
  });
});

/** Every reading tool's answer on a large session stays within its budget, and says what it left out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIGEST_BUDGET, FULL_BUDGET } from '../../src/mcp/budget.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess, scaledSession } from '../support/in-process.ts';

const RUNS = 10_000;
let room: InProcess;
let provider: Provider;
let session: string;
beforeAll(async () => {
  room = await openInProcess({ scale: RUNS });
  const found = room.providers.find((one) => one.id === 'futureagi');
  if (!found) throw new Error('not configured');
  provider = found;
  session = await scaledSession(provider, RUNS);
});
afterAll(() => room.close());

describe(`a session of ${RUNS} runs`, () => {
  it('is digested in under 2,500 tokens, every run counted', async () => {
    const { text: words, data } = await room.answer('get_session', { session });
    expect(words.length / 4).toBeLessThan(2_500);
    const counts = at(data.session, 'counts');
    expect(at(counts, 'runs')).toBe(RUNS);
    expect(Number(at(counts, 'failed'))).toBe(list(data.failed_runs).length + Number(data.omitted_failed_runs ?? 0));
    expect(words).toMatch(/list_runs session=\S+ verdict=failed pages through all/);
  });

  it.each([
    ['get_session', {}, DIGEST_BUDGET],
    ['get_session', { detail: 'full' }, FULL_BUDGET],
    ['get_failure_clusters', {}, DIGEST_BUDGET],
    ['get_failure_clusters', { detail: 'full' }, FULL_BUDGET],
    ['list_failures', {}, DIGEST_BUDGET],
    ['list_failures', { limit: 150 }, 24_000],
    ['list_failures', { sample: 150 }, DIGEST_BUDGET],
    ['list_runs', { limit: 100 }, DIGEST_BUDGET],
    ['search_transcripts', { query: 'appointment', limit: 100 }, DIGEST_BUDGET],
  ] as const)(
    '%s %j stays within its budget',
    async (name, args, budget) => {
      const { text: words, data } = await room.answer(name, { session, ...args });
      expect(Buffer.byteLength(words)).toBeLessThanOrEqual(budget);
      expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThanOrEqual(budget);
    },
    60_000,
  );

  it('reaches every failed run of a test through the cursor, each once', async () => {
    const seen = new Set<string>();
    let cursor: string | undefined;
    let pages = 0;
    let total = -1;
    do {
      const { data } = await room.answer('list_runs', {
        session,
        verdict: 'failed',
        test: 'When is my appointment?',
        limit: 100,
        ...(cursor ? { cursor } : {}),
      });
      for (const run of list(data.runs)) {
        const ref = text(at(run, 'ref'));
        expect(seen.has(ref)).toBe(false);
        seen.add(ref);
      }
      total = Number(data.total);
      cursor = typeof data.next_cursor === 'string' ? data.next_cursor : undefined;
      pages += 1;
    } while (cursor !== undefined && pages < 200);
    expect(total).toBeGreaterThan(100);
    expect(seen.size).toBe(total);
  });

  it('reaches every cluster through the cursor', async () => {
    const seen = new Set<string>();
    let cursor: string | undefined;
    let total = -1;
    do {
      const { data } = await room.answer('get_failure_clusters', {
        session,
        limit: 5,
        ...(cursor ? { cursor } : {}),
      });
      for (const cluster of list(data.clusters)) seen.add(text(at(cluster, 'id')));
      total = Number(data.clusters_total);
      cursor = typeof data.next_cursor === 'string' ? data.next_cursor : undefined;
    } while (cursor !== undefined);
    expect(seen.size).toBe(total);
  });
});

import { describe, expect, it } from 'vitest';
import { coverageOf, type Gap } from '../../src/model/coverage.ts';
import type { Run, Session } from '../../src/model/schemas.ts';
import { emptyCounts } from '../../src/model/verdicts.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { pooled, pooledSession, repetitionsOf } from '../../src/reading/pool.ts';
import { createReading, type Opened, type Reading, type ReadingCall } from '../../src/reading/reading.ts';
import { KEPT_MS } from '../../src/reading/session-cache.ts';
import { turns } from '../support/waiting.ts';

const session = (id: string, more: Partial<Session> = {}): Session => ({
  ref: `coval/session/${id}`,
  provider: 'coval',
  status: 'completed',
  test: 'coval/suite/s',
  counts: { ...emptyCounts(), runs: 2, passed: 1, failed: 1 },
  created_at: `2026-11-2${id}T00:00:00.000Z`,
  ended_at: `2026-11-2${id}T01:00:00.000Z`,
  ...more,
});

describe('several sessions as one', () => {
  it('sums counts and says what all have in common', () => {
    const pool = pooledSession([
      session('2', { agent_ref: 'coval/agent/a' }),
      session('1', { agent: 'other', agent_ref: 'coval/agent/a' }),
    ]);
    expect(pool).toMatchObject({
      ref: 'coval/session/2,coval/session/1',
      provider: 'coval',
      status: 'completed',
      test: 'coval/suite/s',
      agent_ref: 'coval/agent/a',
      counts: { runs: 4, passed: 2, failed: 2 },
      created_at: '2026-11-21T00:00:00.000Z',
      ended_at: '2026-11-22T01:00:00.000Z',
    });
    expect(pool.agent).toBeUndefined();
    expect(pooledSession([session('2', { agent_ref: 'coval/agent/a' }), session('1')]).agent_ref).toBeUndefined();
  });

  it('goes on while one goes on, and has failed when one has', () => {
    expect(pooledSession([session('1'), session('2', { status: 'running', ended_at: undefined })])).toMatchObject({
      status: 'running',
      ended_at: undefined,
    });
    expect(pooledSession([session('1'), session('2', { status: 'failed' })]).status).toBe('failed');
  });

  it('counts what was not counted, and names every platform', () => {
    const one = session('1', { counts: { ...emptyCounts(), runs: 3, uncounted: 3 } });
    const pool = pooledSession([one, session('2', { ref: 'cognigy/session/2', provider: 'cognigy' })]);
    expect(pool.counts).toMatchObject({ runs: 5, passed: 1, uncounted: 3 });
    expect(pool.provider).toBe('coval,cognigy');
  });
});

const { signal } = new AbortController();

/** A platform whose sessions have two runs each, and which notes what is read of it. */
function vendor(
  told: { status?: (id: string) => Session['status']; gaps?: (id: string) => Gap[]; runs?: number } = {},
) {
  const reads: string[] = [];
  const underWay = new Set<string>();
  let most = 0;
  const provider: Provider = {
    id: 'acme',
    label: 'Acme',
    host: 'api.acme.test',
    sandbox: false,
    check: async () => ({ ok: true }),
    sessions: {
      list: async () => ({ items: [], coverage: coverageOf({ read: 0 }) }),
      get: async ([id = '']) => session(id),
      async open([id = '']) {
        const status = told.status?.(id) ?? 'completed';
        const counts = { ...emptyCounts(), runs: told.runs ?? 2, uncounted: told.runs ?? 2 };
        return {
          session: { ref: `acme/session/${id}`, provider: 'acme', status, counts },
          async *runs(_depth, call) {
            reads.push(id);
            underWay.add(id);
            most = Math.max(most, underWay.size);
            // Later sessions answer sooner.
            await turns(id === 'broken' ? 1 : 30 - 2 * Number(id));
            underWay.delete(id);
            call.signal.throwIfAborted();
            if (id === 'broken') throw new Error('broken');
            for (const index of [0, 1]) yield { runs: [runOf(id, index, status)] };
            yield { runs: [], coverage: coverageOf({ read: 2, gaps: told.gaps?.(id) }) };
          },
        };
      },
    },
  };
  return { provider, reads, most: () => most };
}

function runOf(id: string, index: number, status: Session['status']): Run {
  return {
    ref: `acme/run/${id}.${index}`,
    session: `acme/session/${id}`,
    status,
    verdict: status === 'completed' ? 'passed' : 'pending',
    failed_evaluations: [],
    evaluations: [],
  };
}

async function open(reading: Reading, provider: Provider, ids: readonly string[]) {
  return pooled(await Promise.all(ids.map((id) => reading.open(provider, [id], { signal }))), reading);
}

async function readAll(opened: Opened, call: Partial<ReadingCall> = {}) {
  const seen: string[] = [];
  const coverage = await opened.runs('verdicts', { signal, ...call }, (runs, of) =>
    seen.push(...runs.map(({ ref }) => `${ref} of ${of.ref}`)),
  );
  return { seen, coverage };
}

const IDS = ['1', '2', '3', '4', '5', '6'];

describe('a pool', () => {
  it('reads a few sessions at the same time and shows them in the order named', async () => {
    const { provider, most } = vendor();
    const held: number[] = [];
    const { seen, coverage } = await readAll(await open(createReading(), provider, IDS), {
      onHeld: (runs) => held.push(runs),
    });
    expect(seen).toEqual(IDS.flatMap((id) => [0, 1].map((at) => `acme/run/${id}.${at} of acme/session/${id}`)));
    expect(coverage).toMatchObject({ complete: true, read: 12 });
    expect(most()).toBe(4);
    // What waits for its turn is told as progress, and in the end nothing waits.
    expect(Math.max(...held)).toBeGreaterThan(2);
    expect(held.at(-1)).toBe(0);
  });

  it('reads long sessions one after the other, so that few runs wait', async () => {
    const { provider, most } = vendor({ runs: 10_000 });
    await readAll(await open(createReading(), provider, IDS));
    expect(most()).toBe(1);
  });

  it('ends with the first problem', async () => {
    const { provider, reads } = vendor();
    await expect(readAll(await open(createReading(), provider, ['broken', ...IDS]))).rejects.toThrow('broken');
    await turns(60);
    expect(reads.length).toBeLessThanOrEqual(4);
  });

  it('shares the reading of a session with who reads it alone', async () => {
    const { provider, reads } = vendor();
    const reading = createReading();
    const began = performance.now();
    const pool = await open(reading, provider, ['1', '2']);
    const alone = await reading.open(provider, ['2'], { signal });
    await Promise.all([readAll(pool, { began }), readAll(alone, { began })]);
    expect(reads.toSorted()).toEqual(['1', '2']);
  });

  it('says of which session each sentence is, and keeps few of them without losing a number', async () => {
    const gap = (id: string): Gap[] => [{ kind: 'missing', count: 1, note: `Run ${id} of 1 is missing.` }];
    const few = vendor({ gaps: (id) => (Number(id) < 3 ? gap(id) : []) });
    const { coverage } = await readAll(await open(createReading(), few.provider, IDS));
    expect(coverage.complete).toBe(false);
    expect(coverage.gaps?.map(({ note }) => note)).toEqual([
      'Session acme/session/1: Run 1 of 1 is missing.',
      'Session acme/session/2: Run 2 of 1 is missing.',
    ]);
    const same = vendor({ gaps: () => [{ kind: 'missing', count: 2, note: '2 are missing.' }] });
    expect((await readAll(await open(createReading(), same.provider, IDS))).coverage.gaps).toEqual([
      {
        kind: 'missing',
        count: 12,
        note: 'Each of the sessions acme/session/1, acme/session/2, acme/session/3 and 3 more: 2 are missing. (12 in all.)',
      },
    ]);
    const ids = Array.from({ length: 14 }, (_, index) => String(index));
    const many = await readAll(await open(createReading(), vendor({ gaps: gap }).provider, ids));
    expect(many.coverage.gaps).toHaveLength(6);
    expect(many.coverage.gaps?.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(14);
    expect(many.coverage.gaps?.at(-1)?.note).toBe('9 more sessions have gaps of the kind "missing". (9 in all.)');
  });
});

describe('what is computed of a pool', () => {
  it('is kept until one of its sessions is forgotten or read anew', async () => {
    const { provider } = vendor();
    let now = 0;
    const reading = createReading(() => now);
    let made = 0;
    const compute = async (ids: string[]) => {
      const pool = await open(reading, provider, ids);
      return pool.computed('sum', async () => {
        await readAll(pool);
        made += 1;
        return made;
      });
    };
    expect([await compute(['1', '2']), await compute(['1', '2']), await compute(['1'])]).toEqual([1, 1, 2]);
    reading.forget(provider, ['2']);
    expect(await compute(['1', '2'])).toBe(3);
    expect(await compute(['1', '2'])).toBe(3);
    // The second is forgotten and read again by itself: what was computed with it before is not taken.
    reading.forget(provider, ['2']);
    await readAll(await reading.open(provider, ['2'], { signal }));
    expect(await compute(['1', '2'])).toBe(4);
    now += KEPT_MS + 1;
    expect(await compute(['1', '2'])).toBe(5);
  });

  it('is not kept while one goes on', async () => {
    const { provider } = vendor({ status: (id) => (id === '2' ? 'running' : 'completed') });
    const reading = createReading();
    let made = 0;
    for (let call = 0; call < 2; call += 1) {
      const pool = await open(reading, provider, ['1', '2']);
      await pool.computed('sum', async () => {
        await readAll(pool);
        made += 1;
      });
    }
    expect(made).toBe(2);
  });
});

describe('the repetitions of a pool', () => {
  const member = (id: string, created_at?: string) => ({ ref: id, session: session('1', { ref: id, created_at }) });
  const numbers = (...ids: [string, string?][]) => Object.fromEntries(repetitionsOf(ids.map((one) => member(...one))));
  const days = ['2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'];

  it('are numbered by age, whatever order they are named in', () => {
    expect(numbers(['c', days[2]], ['a', days[0]], ['b', days[1]])).toEqual({ a: 0, b: 1, c: 2 });
    // Where one does not tell its time, they stand as they were named.
    expect(numbers(['c', days[2]], ['a', days[0]], ['b'])).toEqual({ c: 0, a: 1, b: 2 });
  });
});

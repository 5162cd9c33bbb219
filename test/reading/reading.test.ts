import { describe, expect, it } from 'vitest';
import { type Coverage, coverageOf, type Gap } from '../../src/model/coverage.ts';
import type { Run, Session } from '../../src/model/schemas.ts';
import { emptyCounts } from '../../src/model/verdicts.ts';
import type { OpenSession, Provider, RunDepth } from '../../src/providers/provider.ts';
import { createReading, type Reading } from '../../src/reading/reading.ts';
import { KEPT_MS } from '../../src/reading/session-cache.ts';
import { turns } from '../support/waiting.ts';

const { signal } = new AbortController();

function runOf(index: number, more: Partial<Run> = {}): Run {
  return {
    ref: `acme/run/${index}`,
    session: 'acme/session/s',
    status: 'completed',
    verdict: 'passed',
    failed_evaluations: [],
    evaluations: [],
    ...more,
  };
}

interface Told extends Pick<OpenSession, 'counters' | 'gaps'> {
  coverage?: Coverage;
  status?: Session['status'];
}

/** A platform of one kind of session, which notes what is asked of it. */
function vendor(pages: Run[][] = [[runOf(1), runOf(2)], [runOf(3)]], told: Told = {}) {
  const reads: { depth: RunDepth; signal: AbortSignal }[] = [];
  const opened: string[] = [];
  const runs = pages.flat().length;
  const session = (id: string): Session => ({
    ref: `acme/session/${id}`,
    provider: 'acme',
    status: told.status ?? 'completed',
    counts: { ...emptyCounts(), runs, uncounted: runs },
  });
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
        opened.push(id);
        return {
          session: session(id),
          counters: told.counters,
          gaps: told.gaps,
          async *runs(depth, call) {
            reads.push({ depth, signal: call.signal });
            for (const page of pages) {
              await turns(1);
              yield { runs: page };
            }
            yield { runs: [], coverage: told.coverage ?? coverageOf({ read: runs }) };
          },
        };
      },
    },
  };
  return { provider, reads, opened };
}

interface How {
  depth?: RunDepth;
  began?: number;
  id?: string;
}

async function read(reading: Reading, provider: Provider, { depth = 'verdicts', began, id = 's' }: How = {}) {
  const opened = await reading.open(provider, [id], { signal, began });
  const refs: string[] = [];
  const coverage = await opened.runs(depth, { signal, began }, (runs) => refs.push(...runs.map(({ ref }) => ref)));
  return { refs, coverage, opened };
}
const refsOf = async (...args: Parameters<typeof read>) => (await read(...args)).refs;

const RUNS = ['acme/run/1', 'acme/run/2', 'acme/run/3'];

describe('reads under way', () => {
  it('are shared by calls that began before them', async () => {
    const { provider, reads } = vendor();
    const reading = createReading();
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => read(reading, provider, { began })));
    for (const { refs, coverage } of answers) {
      expect(refs).toEqual(RUNS);
      expect(coverage).toMatchObject({ complete: true, read: 3 });
    }
    expect(reads).toHaveLength(1);
  });

  it('are not shared with a call that began later, nor with one that does not say', async () => {
    const { provider, reads } = vendor();
    const reading = createReading();
    const first = refsOf(reading, provider, { began: performance.now() });
    const later = performance.now() + 1_000;
    await Promise.all([first, refsOf(reading, provider, { began: later }), refsOf(reading, provider)]);
    expect(reads).toHaveLength(3);
  });

  it('are not shared with a call that needs more of each run', async () => {
    const { provider, reads } = vendor();
    const reading = createReading();
    const began = performance.now();
    const shallow = refsOf(reading, provider, { began });
    const deep = refsOf(reading, provider, { began, depth: 'reasons' });
    const joins = refsOf(reading, provider, { began, depth: 'verdicts' });
    await Promise.all([shallow, deep, joins]);
    expect(reads.map(({ depth }) => depth)).toEqual(['verdicts', 'reasons']);
  });

  it('are not shared across sessions', async () => {
    const { provider, reads } = vendor();
    const reading = createReading();
    const began = performance.now();
    await Promise.all([refsOf(reading, provider, { began }), refsOf(reading, provider, { began, id: 't' })]);
    expect(reads).toHaveLength(2);
  });

  it('are not joined after the session was changed, and what they read is not kept', async () => {
    const { provider, reads } = vendor();
    const reading = createReading();
    const began = performance.now();
    const opened = await reading.open(provider, ['s'], { signal, began });
    const first = opened.runs('verdicts', { signal, began }, () => undefined);
    reading.forget(provider, ['s']);
    const second = refsOf(reading, provider, { began });
    await Promise.all([first, second]);
    expect(reads).toHaveLength(2);
    reading.forget(provider, ['s']);
    await refsOf(reading, provider);
    expect(reads).toHaveLength(3);
  });

  it('end at the platform when nobody reads them any more', async () => {
    const { provider, reads } = vendor();
    const reading = createReading();
    const began = performance.now();
    const gone = new AbortController();
    const opened = await reading.open(provider, ['s'], { signal, began });
    const left = opened.runs('verdicts', { signal: gone.signal, began }, () => gone.abort(new Error('enough')));
    await expect(left).rejects.toThrow('enough');
    expect(reads[0]?.signal.aborted).toBe(true);
    expect(await refsOf(reading, provider, { began })).toEqual(RUNS);
    expect(reads).toHaveLength(2);
  });
});

describe('what is kept', () => {
  it('is a session all of whose runs have ended: nobody is asked again', async () => {
    const { provider, reads, opened } = vendor();
    const reading = createReading();
    for (let turn = 0; turn < 3; turn += 1) expect(await refsOf(reading, provider)).toEqual(RUNS);
    expect([reads.length, opened.length]).toEqual([1, 1]);
    await refsOf(reading, provider, { depth: 'reasons' });
    expect(reads).toHaveLength(2);
  });

  it('says when it was read, and is kept for five minutes', async () => {
    const { provider, opened } = vendor();
    let now = Date.parse('2026-06-01T12:00:00Z');
    const reading = createReading(() => now);
    expect((await read(reading, provider)).opened.read_at).toBeUndefined();
    now += KEPT_MS;
    expect((await read(reading, provider)).opened.read_at).toBe('2026-06-01T12:00:00.000Z');
    now += 1;
    expect((await read(reading, provider)).opened.read_at).toBeUndefined();
    expect(opened).toHaveLength(2);
  });

  it.each<[string, Run[][], Told]>([
    ['a running run', [[runOf(1), runOf(2, { status: 'running', verdict: 'pending' })]], {}],
    ['a run that is not judged yet', [[runOf(1, { verdict: 'pending' })]], {}],
    ['no run at all', [[]], {}],
    ['a state that is not over', [[runOf(1)]], { status: 'scoring' }],
    ['a reading that is not complete', [[runOf(1)]], { coverage: coverageOf({ read: 1, expected: 2 }) }],
    ['sums that its runs contradict', [[runOf(1)]], { counters: { broken: 1 } }],
  ])('is not a session with %s', async (_, pages, told) => {
    const { provider, reads } = vendor(pages, told);
    const reading = createReading();
    await refsOf(reading, provider);
    await refsOf(reading, provider);
    expect(reads).toHaveLength(2);
  });

  it('is of a session too large to keep only what was computed of it', async () => {
    const page = Array.from({ length: 2_600 }, (_, index) => runOf(index));
    const { provider, reads, opened } = vendor([page, page, page, page]);
    const reading = createReading();
    const began = performance.now();
    const [one, two] = await Promise.all([refsOf(reading, provider, { began }), refsOf(reading, provider, { began })]);
    expect([one?.length, two?.length]).toEqual([10_400, 10_400]);
    await refsOf(reading, provider);
    expect(reads).toHaveLength(2);
    const made: number[] = [];
    const sum = async () => {
      const again = await reading.open(provider, ['s'], { signal });
      return again.computed('sum', async () => made.push(1));
    };
    expect([await sum(), await sum(), made.length]).toEqual([1, 1, 1]);
    expect(opened).toHaveLength(3);
  });

  it('is not what was computed of a session that goes on, nor what is said not to stay', async () => {
    const { provider } = vendor([[runOf(1, { verdict: 'pending' })]]);
    const reading = createReading();
    const { opened } = await read(reading, provider);
    let made = 0;
    const count = async () => {
      made += 1;
      return made;
    };
    expect([await opened.computed('n', count), await opened.computed('n', count)]).toEqual([1, 2]);
    const finished = await read(reading, vendor().provider, { id: 'done' });
    const never = () => false;
    expect([
      await finished.opened.computed('n', count, never),
      await finished.opened.computed('n', count, never),
    ]).toEqual([3, 4]);
  });

  it('is let go when others need the room, the longest unused first', async () => {
    const page = Array.from({ length: 9_000 }, (_, index) => runOf(index));
    const { provider, reads } = vendor([page]);
    const reading = createReading();
    for (const id of ['a', 'b', 'a', 'c', 'a']) await refsOf(reading, provider, { id });
    expect(reads).toHaveLength(3);
    await refsOf(reading, provider, { id: 'b' });
    expect(reads).toHaveLength(4);
  });

  it('are the counts, for lists that tell as many runs', async () => {
    const { provider } = vendor([[runOf(1), runOf(2, { verdict: 'failed' })]]);
    const reading = createReading();
    const { opened } = await read(reading, provider);
    const listed = opened.session;
    expect(listed.counts).toMatchObject({ runs: 2, uncounted: 2 });
    expect(reading.counted(listed).counts).toMatchObject({ runs: 2, passed: 1, failed: 1 });
    expect(reading.counted(listed).counts.uncounted).toBeUndefined();
    const grown = { ...listed, counts: { ...listed.counts, runs: 3, uncounted: 3 } };
    expect(reading.counted(grown)).toBe(grown);
    reading.forget(provider, ['s']);
    expect(reading.counted(listed)).toBe(listed);
  });

  it('are the counts of what was read of a session that is not complete, and the rest is not counted', async () => {
    const gaps: Gap[] = [{ kind: 'missing', count: 1, note: '1 is missing.' }];
    const { provider } = vendor([[runOf(1), runOf(2, { verdict: 'failed' })]], {
      coverage: coverageOf({ read: 2, expected: 3, gaps }),
    });
    const reading = createReading();
    const { opened } = await read(reading, provider);
    const listed: Session = { ...opened.session, counts: { ...emptyCounts(), runs: 3, uncounted: 3 } };
    expect(reading.counted(listed).counts).toMatchObject({ runs: 3, passed: 1, failed: 1, uncounted: 1 });
    reading.forget(provider, ['s']);
    expect(reading.counted(listed)).toBe(listed);
  });
});

describe('what a reading found', () => {
  it('holds what the platform said beforehand, and where its sums and its runs part', async () => {
    const gaps = [{ kind: 'never_ran' as const, count: 2, note: '2 of the 5 runs that were asked for never ran.' }];
    const { provider } = vendor(undefined, { gaps, counters: { broken: 1, passed: 2 } });
    const { coverage } = await read(createReading(), provider);
    expect(coverage).toMatchObject({ complete: false, read: 3 });
    expect(coverage.gaps?.map(({ kind, count, note }) => [kind, count, note])).toEqual([
      ['never_ran', 2, '2 of the 5 runs that were asked for never ran.'],
      ['counters_disagree', 1, 'The platform counts 1 of the runs as broken, but they show 0.'],
      ['counters_disagree', 1, 'The platform counts 2 of the runs as passed, but they show 3.'],
    ]);
  });

  it('is no contradiction where missing runs may be those', async () => {
    const coverage = coverageOf({ read: 3, expected: 5 });
    const { provider } = vendor(undefined, { counters: { broken: 2, passed: 3 }, coverage });
    expect((await read(createReading(), provider)).coverage.gaps).toBeUndefined();
  });
});

it('says that a platform without sessions cannot be read', async () => {
  const { sessions: _, ...without } = vendor().provider;
  await expect(read(createReading(), without)).rejects.toThrow(/Acme does not support reading sessions/);
});

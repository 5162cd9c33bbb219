import { describe, expect, it } from 'vitest';
import { createReader, type Reader } from '../../src/mcp/reader.ts';
import type { Run } from '../../src/model/schemas.ts';
import type { Provider, RunDepth } from '../../src/providers/provider.ts';

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

function vendor(pages: Run[][] = [[runOf(1), runOf(2)], [runOf(3)]]) {
  const reads: { depth: RunDepth; signal: AbortSignal }[] = [];
  const provider: Provider = {
    id: 'acme',
    label: 'Acme',
    host: 'api.acme.test',
    sandbox: false,
    check: async () => ({ ok: true }),
    runs: {
      async *pages(_session, depth, call) {
        reads.push({ depth, signal: call.signal });
        for (const page of pages) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          yield page;
        }
      },
      get: async () => runOf(1),
      transcript: async () => ({ turns: [] }),
    },
  };
  return { provider, reads };
}

async function refs(
  reader: Reader,
  provider: Provider,
  { depth = 'verdicts', began, ids = ['s'] }: { depth?: RunDepth; began?: number; ids?: string[] } = {},
): Promise<string[]> {
  const out: string[] = [];
  for await (const page of reader.pages(provider, ids, depth, { signal, began }))
    out.push(...page.map(({ ref }) => ref));
  return out;
}

const RUNS = ['acme/run/1', 'acme/run/2', 'acme/run/3'];

describe('reads under way', () => {
  it('are shared by calls that began before them', async () => {
    const { provider, reads } = vendor();
    const reader = createReader();
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refs(reader, provider, { began })));
    for (const answer of answers) expect(answer).toEqual(RUNS);
    expect(reads).toHaveLength(1);
  });

  it('are not shared with a call that began later, nor with one that does not say', async () => {
    const { provider, reads } = vendor();
    const reader = createReader();
    const first = refs(reader, provider, { began: performance.now() });
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([first, refs(reader, provider, { began: performance.now() }), refs(reader, provider)]);
    expect(reads).toHaveLength(3);
  });

  it('are not shared with a call that needs more of each run', async () => {
    const { provider, reads } = vendor();
    const reader = createReader();
    const began = performance.now();
    const shallow = refs(reader, provider, { began });
    const deep = refs(reader, provider, { began, depth: 'evidence' });
    const joins = refs(reader, provider, { began, depth: 'reasons' });
    await Promise.all([shallow, deep, joins]);
    expect(reads.map(({ depth }) => depth)).toEqual(['verdicts', 'evidence']);
  });

  it('are not shared across sessions', async () => {
    const { provider, reads } = vendor();
    const reader = createReader();
    const began = performance.now();
    await Promise.all([refs(reader, provider, { began }), refs(reader, provider, { began, ids: ['t'] })]);
    expect(reads).toHaveLength(2);
  });

  it('are not joined after the session was changed, and what they read is not kept', async () => {
    const { provider, reads } = vendor();
    const reader = createReader();
    const began = performance.now();
    const first = refs(reader, provider, { began });
    reader.forget(provider, ['s']);
    const second = refs(reader, provider, { began });
    await Promise.all([first, second]);
    expect(reads).toHaveLength(2);
    reader.forget(provider, ['s']);
    await refs(reader, provider);
    expect(reads).toHaveLength(3);
  });

  it('end at the platform when nobody reads them any more', async () => {
    const { provider, reads } = vendor();
    const reader = createReader();
    const began = performance.now();
    const one = reader.pages(provider, ['s'], 'verdicts', { signal, began })[Symbol.asyncIterator]();
    await one.next();
    await one.return?.();
    expect(reads[0]?.signal.aborted).toBe(true);
    expect(await refs(reader, provider, { began })).toEqual(RUNS);
    expect(reads).toHaveLength(2);
  });
});

describe('what is kept', () => {
  it('is a session all of whose runs have ended', async () => {
    const { provider, reads } = vendor();
    const reader = createReader();
    for (let turn = 0; turn < 3; turn += 1) expect(await refs(reader, provider)).toEqual(RUNS);
    expect(reads).toHaveLength(1);
    await refs(reader, provider, { depth: 'reasons' });
    expect(reads).toHaveLength(2);
  });

  it('is known to be there without being read', async () => {
    const { provider, reads } = vendor();
    const reader = createReader();
    const held = () => (['verdicts', 'reasons'] as const).map((depth) => reader.holds(provider, ['s'], depth));
    expect(held()).toEqual([false, false]);
    await refs(reader, provider);
    expect(held()).toEqual([true, false]);
    expect(reader.holds(provider, ['t'], 'verdicts')).toBe(false);
    reader.forget(provider, ['s']);
    expect(held()).toEqual([false, false]);
    expect(reads).toHaveLength(1);
  });

  it.each([
    ['a running run', [[runOf(1), runOf(2, { status: 'running', verdict: 'pending' })]]],
    ['a run that is not judged yet', [[runOf(1, { verdict: 'pending' })]]],
    ['no run at all', [[]]],
  ])('is not a session with %s', async (_, pages) => {
    const { provider, reads } = vendor(pages);
    const reader = createReader();
    await refs(reader, provider);
    await refs(reader, provider);
    expect(reads).toHaveLength(2);
  });

  it('is never a session too large to keep', async () => {
    const page = Array.from({ length: 2_600 }, (_, index) => runOf(index));
    const { provider, reads } = vendor([page, page, page, page]);
    const reader = createReader();
    const began = performance.now();
    const [one, two] = await Promise.all([refs(reader, provider, { began }), refs(reader, provider, { began })]);
    expect([one?.length, two?.length]).toEqual([10_400, 10_400]);
    await refs(reader, provider);
    expect(reads).toHaveLength(2);
  });

  it('is let go when others need the room, the longest unused first', async () => {
    const page = Array.from({ length: 9_000 }, (_, index) => runOf(index));
    const { provider, reads } = vendor([page]);
    const reader = createReader();
    for (const id of ['a', 'b', 'a', 'c', 'a']) await refs(reader, provider, { ids: [id] });
    expect(reads).toHaveLength(3);
    await refs(reader, provider, { ids: ['b'] });
    expect(reads).toHaveLength(4);
  });
});

it('says that a platform without runs cannot be read', async () => {
  const { provider } = vendor();
  const { runs: _, ...without } = provider;
  await expect(refs(createReader(), without)).rejects.toThrow(/Acme does not support listing runs/);
});

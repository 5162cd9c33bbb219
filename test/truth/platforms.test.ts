/** What spans platforms: one list over both, and two sessions held against each other. */
import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { standInFor } from './asking.ts';
import { batch, cognigyWorld, run, scenario, sessionRef } from './cognigy-world.ts';
import { expectIncomplete, expectRefused, firstLine, refsOf, walk } from './honesty.ts';
import { simulation, suite, synthflowCase, synthflowWorld } from './synthflow-world.ts';
import { type Handler, hex24, instead, times, together, uuid } from './world-parts.ts';

const on = standInFor('synthflow', 'cognigy');

/** Sessions of both platforms, newest first on each, and what they are called. */
function sessions(word: string, counts: { synthflow: number; cognigy: number }) {
  const ours = times(counts.synthflow, (n) => {
    const id = uuid(word, n);
    return {
      id,
      rows: [simulation(id, 1, { created_at: new Date(Date.UTC(2026, 10, 1, 9, 90 - 2 * n)).toISOString() })],
    };
  });
  const theirs = times(counts.cognigy, (n) =>
    batch(`${word} ${n}`, (own) => [run(own, 1)], { createdAt: Date.UTC(2026, 10, 1, 9, 91 - 2 * n) }),
  );
  return {
    synthflow: ours.map(({ id }) => `synthflow/session/${id}`),
    cognigy: theirs.map(sessionRef),
    worlds: { synthflow: synthflowWorld({ sessions: ours }), cognigy: cognigyWorld({ batches: theirs }) },
  };
}

function tests(word: string) {
  const suites = times(7, (n) => suite(`${word} ${n}`));
  const cases = times(12, (n) => synthflowCase(n, { simulation_case_id: uuid(word, 'case', n), name: `${word} ${n}` }));
  const scenarios = times(11, (n) => scenario(hex24(word, n), `${word} ${n}`));
  return {
    refs: [
      ...suites.map((one) => `synthflow/suite/${one.id}`),
      ...cases.map((one) => `synthflow/case/${one.simulation_case_id}`),
      ...scenarios.map((one) => `cognigy/case/${one.id}`),
    ],
    worlds: { synthflow: synthflowWorld({ suites, cases }), cognigy: cognigyWorld({ scenarios }) },
  };
}

const down = (prefix: string, status: number): Handler => {
  const body = { detail: 'The service is under maintenance' };
  return ({ path }) => (path.startsWith(prefix) ? { status, body } : undefined);
};

function expectOnce(pages: readonly Answer[], key: string, expected: readonly string[], limit: number): void {
  const shown = pages.flatMap((page) => refsOf(page, key));
  expect(new Set(shown).size, 'nothing is shown twice').toBe(shown.length);
  expect([...shown].sort()).toEqual([...expected].sort());
  for (const page of pages) expect(refsOf(page, key).length).toBeLessThanOrEqual(limit);
  for (const page of pages) expect(firstLine(page)).not.toMatch(/^Incomplete/);
}

describe('one list over two platforms', () => {
  it.each([
    [13, 17, 5],
    [3, 22, 7],
    [21, 1, 10],
    [10, 10, 10],
  ])('list_sessions pages over %i and %i sessions, %i at a time', async (synthflow, cognigy, limit) => {
    const { worlds, ...refs } = sessions(`over ${synthflow}`, { synthflow, cognigy });
    on.answer(together(worlds.synthflow, worlds.cognigy));
    const pages = await walk(on, 'list_sessions', { limit });
    expectOnce(pages, 'sessions', [...refs.synthflow, ...refs.cognigy], limit);
    expect(pages.at(-1)?.data.coverage).toMatchObject({ complete: true });
    for (const page of pages) expect(page.data.not_answering ?? []).toEqual([]);
  });

  it('list_sessions shows the newest of both first, wherever they are', async () => {
    const { worlds } = sessions('newest', { synthflow: 9, cognigy: 9 });
    on.answer(together(worlds.synthflow, worlds.cognigy));
    const pages = await walk(on, 'list_sessions', { limit: 6 });
    expect(pages.length).toBeGreaterThanOrEqual(3);
    const created = pages.flatMap((page) => list(page.data.sessions).map((one) => text(at(one, 'created_at'))));
    expect(created).toEqual([...created].sort().reverse());
  });

  it('list_tests pages over suites, cases and scenarios', async () => {
    const { worlds, refs } = tests('pages');
    on.answer(together(worlds.synthflow, worlds.cognigy));
    expectOnce(await walk(on, 'list_tests', { limit: 6 }), 'tests', refs, 6);
  });

  it('list_tests pages over platforms that cut their pages without a word', async () => {
    const word = 'clamped';
    const cases = times(12, (n) => synthflowCase(n, { simulation_case_id: uuid(word, n) }));
    const scenarios = times(11, (n) => scenario(hex24(word, n), `${word} ${n}`));
    const bare = ({ items }: { items: unknown[] }) => ({ status: 'ok', response: items });
    const listed = ({ items }: { items: unknown[] }) => ({ data: items });
    const worlds = [
      synthflowWorld({ cases, clamp: 4, envelope: bare }),
      cognigyWorld({ scenarios, clamp: 4, envelope: listed }),
    ];
    on.answer(together(...worlds));
    const refs = [
      ...cases.map((one) => `synthflow/case/${one.simulation_case_id}`),
      ...scenarios.map((one) => `cognigy/case/${one.id}`),
    ];
    expectOnce(await walk(on, 'list_tests', { limit: 6 }), 'tests', refs, 6);
  });

  it('the cursor of one list is no cursor of another', async () => {
    const { worlds } = sessions('cursor', { synthflow: 6, cognigy: 6 });
    on.answer(together(worlds.synthflow, worlds.cognigy));
    const first = await on.call('list_sessions', { limit: 4 });
    const cursor = text(first.data.next_cursor);
    expectRefused(await on.call('list_sessions', { limit: 4, status: 'failed', cursor }));
    expectRefused(await on.call('list_tests', { limit: 4, cursor }));
  });
});

describe('a platform that does not answer', () => {
  it.each([
    ['cognigy', '/testing', 403],
    ['cognigy', '/testing', 500],
    ['synthflow', '/v2', 500],
  ] as const)('%s (%s: %i) is named, and the other is listed to its end', async (dead, prefix, status) => {
    const { worlds, ...refs } = sessions(`dead ${dead} ${status}`, { synthflow: 11, cognigy: 11 });
    on.answer(instead(together(worlds.synthflow, worlds.cognigy), down(prefix, status)));
    const pages = await walk(on, 'list_sessions', { limit: 4 });
    const [first] = pages;
    expect(pages.flatMap((page) => refsOf(page, 'sessions')).sort()).toEqual(
      [...refs[dead === 'cognigy' ? 'synthflow' : 'cognigy']].sort(),
    );
    if (!first) throw new Error('no page');
    expectIncomplete(first, { says: new RegExp(dead, 'i') });
    expect(first.data.not_answering).toEqual([dead]);
    expect(list(at(first.data.coverage, 'gaps')).map((gap) => at(gap, 'kind'))).toContain('not_answering');
    expect(first.data.total, 'a total of one platform is no total').toBeUndefined();
  });

  it('is named by list_tests, too', async () => {
    const { worlds, refs } = tests('dead tests');
    on.answer(instead(together(worlds.synthflow, worlds.cognigy), down('/testing', 500)));
    const pages = await walk(on, 'list_tests', { limit: 8 });
    expect(pages.flatMap((page) => refsOf(page, 'tests')).sort()).toEqual(
      refs.filter((ref) => ref.startsWith('synthflow')).sort(),
    );
    if (pages[0]) expectIncomplete(pages[0], { says: /cognigy/i });
    expect(pages[0]?.data.not_answering).toEqual(['cognigy']);
  });

  it('from the second page on is named there, and nothing is shown twice', async () => {
    const { worlds, ...refs } = sessions('dead later', { synthflow: 9, cognigy: 9 });
    const both = together(worlds.synthflow, worlds.cognigy);
    on.answer(both);
    const first = await on.call('list_sessions', { limit: 4 });
    on.answer(instead(both, down('/testing', 500)));
    const pages = [first];
    for (let cursor = first.data.next_cursor; cursor !== undefined && pages.length < 10; ) {
      const page = await on.call('list_sessions', { limit: 4, cursor });
      expect(page.isError, page.text).toBe(false);
      pages.push(page);
      cursor = page.data.next_cursor;
    }
    const shown = pages.flatMap((page) => refsOf(page, 'sessions'));
    expect(new Set(shown).size).toBe(shown.length);
    for (const ref of refs.synthflow) expect(shown).toContain(ref);
    // What of it was fetched with the first page may still be shown; its rest may not end silently.
    const silent = refs.cognigy.some((ref) => !shown.includes(ref));
    expect(silent).toBe(true);
    expect(pages.flatMap((page) => list(page.data.not_answering ?? []))).toContain('cognigy');
  });
});

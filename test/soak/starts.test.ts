/** The short form of `npm run test:starts`, and what its judge finds. */
import { expect, it } from 'vitest';
import type { Entry } from '../../src/starting/journal-entry.ts';
import { compareBooks } from './books.ts';
import { campaignStarts } from './campaign-starts.ts';
import { choiceOf, type Offered, tellerOf, type Want, wantsOf } from './wants.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-11-28T12:00:00Z');

it('loses and doubles no start on any platform while answers are lost and servers are killed', async () => {
  const seed = Number(process.env.AGENT_SIM_STARTS_SEED ?? Date.now() % 1_000_000_000);
  const result = await campaignStarts({ wants: 40, seed, crew: 2, kill_every: 12 });
  const { twice, unaccounted, wrong, open, foreign } = result;
  expect({ seed, twice, unaccounted, wrong, open, foreign }).toEqual({
    seed,
    twice: [],
    unaccounted: [],
    wrong: [],
    open: 0,
    foreign: 0,
  });
  // It would be no test if a platform took nothing, no server were killed, or no answer lost.
  expect(Object.keys(result.counted).sort()).toEqual(['cognigy', 'coval', 'futureagi', 'synthflow']);
  expect(Math.min(...Object.values(result.counted))).toBeGreaterThan(3);
  expect(result.seen).toBe(Object.values(result.counted).reduce((sum, starts) => sum + starts, 0));
  expect(result.kills).toBeGreaterThan(1);
  expect(result.states.coval?.proven ?? 0).toBeGreaterThan(0);
  expect(result.states.cognigy?.proven ?? 0).toBeGreaterThan(0);
  expect(Object.keys(result.once_more)).toEqual(['already_started']);
});

const offered: Offered = {
  cases: { synthflow: ['s'], coval: ['c'], cognigy: ['k'], futureagi: ['f'] },
  run_test: 'r',
  scenarios: ['a', 'b', 'c', 'd'],
};
const wants = wantsOf(8, offered);

function want(index: number): Want {
  const one = wants[index];
  if (!one) throw new Error('There are eight wants.');
  return one;
}

function claim({ provider, name, args }: Want, settled: number, more: Partial<Entry> = {}): Entry {
  return {
    version: 1,
    id: name,
    fingerprint: name,
    start: 'u1',
    index: 0,
    steps: 1,
    attempt: 1,
    provider,
    host: '',
    sandbox: true,
    test: '',
    label: '',
    body: provider === 'futureagi' ? { scenario_ids: args.cases } : { name },
    step_digest: '',
    runs: 1,
    claimed_at: new Date(settled).toISOString(),
    settled_at: new Date(settled).toISOString(),
    process: { pid: 1, host: '' },
    state: 'started',
    receipt: { session: [`of ${name}`] },
    ...more,
  };
}

const counted = ({ name }: Want, at: number) => ({ want: name, at, answer: { id: `of ${name}` } });
const judge = (starts: ReturnType<typeof counted>[], journal: Entry[]) =>
  compareBooks(wants, starts, journal, tellerOf(wants));

it('finds nothing in books that agree, wherever a want stands in them', () => {
  const all = wants.slice(0, 4);
  const books = judge(
    all.map((one) => counted(one, NOON)),
    all.map((one) => claim(one, NOON)),
  );
  expect(books).toMatchObject({ twice: [], unaccounted: [], wrong: [], open: 0, foreign: 0 });
  expect(Object.keys(books.states).sort()).toEqual(['cognigy', 'coval', 'futureagi', 'synthflow']);
});

it.each([0, 1, 2, 3])('finds what was counted twice, or is in no journal (platform %s)', (index) => {
  const one = want(index);
  expect(judge([counted(one, NOON), counted(one, NOON + 1)], [claim(one, NOON)]).twice).toEqual([one.name]);
  expect(judge([counted(one, NOON)], []).unaccounted).toEqual([one.name]);
  expect(judge([counted(one, NOON)], [claim(one, NOON, { receipt: { session: ['another'] } })]).wrong).toHaveLength(1);
  expect(judge([], [claim(one, NOON, { state: 'open', receipt: undefined })]).open).toBe(1);
});

it('knows when a start without a key may be made again', () => {
  const [unkeyed, keyed] = [want(5), want(6)];
  const lost = (one: Want) => claim(one, NOON, { state: 'unknown', receipt: undefined });
  const later = (one: Want) => [counted(one, NOON), counted(one, NOON + MINUTE)];
  expect(judge(later(unkeyed), [lost(unkeyed), claim(unkeyed, NOON + MINUTE + 1)])).toMatchObject({
    twice: [],
    again: 1,
  });
  // Within the minute, while a claim knows its session, and with a key: never.
  expect(judge([counted(unkeyed, NOON), counted(unkeyed, NOON + 1)], [lost(unkeyed)]).twice).toHaveLength(1);
  expect(judge(later(unkeyed), [claim(unkeyed, NOON)]).twice).toHaveLength(1);
  expect(judge(later(keyed), [lost(keyed)]).twice).toHaveLength(1);
});

it('makes every choice of scenarios once, whatever their order in the request', () => {
  const choices = Array.from({ length: 10 }, (_, number) => [...choiceOf(offered.scenarios, number)].sort().join());
  expect(new Set(choices).size).toBe(10);
  expect(() => choiceOf(offered.scenarios, 10)).toThrow();
  const third = want(3);
  const body = { scenario_ids: [...(Array.isArray(third.args.cases) ? third.args.cases : [])].reverse() };
  expect(tellerOf(wants).inRequest({ method: 'POST', path: '', body })).toBe(third.name);
});

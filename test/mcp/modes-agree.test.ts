/**
 * Random books over the failures of a session on each platform of the sandbox: what every tool counts is what one tally by
 * brute force counts, from runs that were read one by one.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWording } from '../../src/analysis/wording.ts';
import type { ToolContext } from '../../src/mcp/tool.ts';
import type { Book, BookEntry } from '../../src/modes/book.ts';
import { failureId } from '../../src/modes/failures.ts';
import { call } from '../faults/operations.ts';
import { openRig, type Rig } from '../faults/rigs.ts';
import { storedMode } from '../modes/books.ts';
import { randomFrom } from '../starting/crew.ts';
import { bookInMemory } from '../support/book.ts';
import { at, list, text } from '../support/data.ts';
import { VENDORS } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

const BOOKS = 6;
const IDS = ['M-a', 'M-b', 'M-c', 'M-d', 'M-gone'];

interface Known {
  id: string;
  run: string;
  wording: string | undefined;
}

/** What a failure is, by the words of the mechanism; `undefined`: nobody has read it. */
function codeOf({ id, wording }: Known, session: string, entry: BookEntry): string | undefined {
  for (const by of ['assistant', 'model'] as const)
    for (const [mode, ids] of Object.entries(entry.sessions[session]?.[by] ?? {}))
      if (ids.split(' ').includes(id) && (mode === 'single' || mode in entry.modes)) return mode;
  const fits = Object.entries(entry.modes).filter(
    ([, { examples, status }]) => status !== 'retired' && wording !== undefined && examples.includes(wording),
  );
  return fits.length === 1 ? fits[0]?.[0] : undefined;
}

function tallied(failures: readonly Known[], session: string, entry: BookEntry) {
  const modes = new Map<string, { failures: number; runs: Set<string> }>();
  let [uncoded, singles] = [0, 0];
  for (const failure of failures) {
    const code = codeOf(failure, session, entry);
    if (code === undefined) uncoded += 1;
    else if (code === 'single') singles += 1;
    else {
      const mode = modes.get(code) ?? { failures: 0, runs: new Set() };
      modes.set(code, mode);
      mode.failures += 1;
      mode.runs.add(failure.run);
    }
  }
  const counts = [...modes].map(([id, one]) => [id, one.failures, one.runs.size] as const).sort();
  return { total: failures.length, uncoded, singles, coded: failures.length - uncoded, counts };
}

describe.each(VENDORS)('modes of random books on %s', (vendor) => {
  let rig: Rig;
  let context: ToolContext;
  const sessions: { ref: string; key: string; test: string; failures: Known[] }[] = [];
  const ask = async (name: string, args: Record<string, unknown>, modes = context.modes) =>
    Object.fromEntries(Object.entries((await call(name, args, { ...context, modes })).answer.data ?? {}));

  beforeAll(async () => {
    rig = await openRig(vendor, { scale: 40 });
    context = rig.context(noDeadline());
    for (const one of list((await ask('list_sessions', { limit: 30 })).sessions)) {
      const ref = text(at(one, 'ref'));
      const session = at(await ask('get_session', { session: ref }), 'session');
      const failures: Known[] = [];
      for (const brief of list((await ask('list_runs', { session: ref, limit: 100 })).runs)) {
        const failed = list(at(brief, 'failed_evaluations')).length > 0;
        const verdict = at(brief, 'verdict');
        if (verdict !== 'failed' && !(verdict === 'inconclusive' && failed)) continue;
        const run = text(at(brief, 'ref'));
        const evaluations = list((await ask('get_run', { run, detail: 'full' })).evaluations);
        const seen = new Map<string, number>();
        const found = evaluations.flatMap((evaluation) => {
          const name = text(at(evaluation, 'name'));
          const nth = seen.get(name) ?? 0;
          seen.set(name, nth + 1);
          if (at(evaluation, 'verdict') !== 'failed') return [];
          const wording = readWording(name, text(at(evaluation, 'reason') ?? ''));
          const group = { evaluation: name, reason: '', wording: undefined, failures: [], reasons: [] };
          return { id: failureId({ run, nth, group }), run, wording: wording?.personal ? undefined : wording?.text };
        });
        const group = { evaluation: '', reason: '', wording: undefined, failures: [], reasons: [] };
        failures.push(
          ...(found.length > 0 ? found : [{ id: failureId({ run, nth: 0, group }), run, wording: undefined }]),
        );
      }
      const key = text(at(session, 'agent_ref') ?? at(session, 'test') ?? ref);
      // A session of Cognigy is of one case.
      if (failures.length > (vendor === 'cognigy' ? 0 : 3))
        sessions.push({ ref, key, test: text(at(session, 'test') ?? ''), failures });
      if (sessions.length === 2) break;
    }
  });
  afterAll(() => rig.close());

  it('are counted alike by every tool', async () => {
    const random = randomFrom(22 + VENDORS.indexOf(vendor));
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
    expect(sessions.length).toBeGreaterThan(0);
    let [coded, uncoded] = [0, 0];
    for (let nth = 0; nth < BOOKS; nth += 1) {
      const share = random();
      const all = sessions.flatMap(({ failures }) => failures);
      const modes = Object.fromEntries(
        IDS.slice(0, 4).map((id) => [
          id,
          storedMode({
            title: `Cause ${id}`,
            status: pick(['active', 'active', 'resolved', 'retired'] as const) ?? 'active',
            examples: [...new Set([pick(all)?.wording, pick(all)?.wording].filter((one) => one !== undefined))].sort(),
          }),
        ]),
      );
      const codesOf = (failures: readonly Known[], most: number) => {
        const codes = new Map<string, string[]>([['M-a', ['F-0000000000']]]);
        for (const { id } of failures) {
          const mode = random() < most ? (pick([...IDS, 'single']) ?? 'single') : undefined;
          if (mode !== undefined) codes.set(mode, [...(codes.get(mode) ?? []), id]);
        }
        return Object.fromEntries([...codes].map(([mode, ids]) => [mode, ids.join(' ')]));
      };
      const agents: Record<string, BookEntry> = { 'coval/agent/other': { modes, sessions: {} } };
      for (const { ref, key, failures } of sessions) {
        const entry = agents[key] ?? { modes, sessions: {} };
        entry.sessions[ref] = { assistant: codesOf(failures, share), model: codesOf(failures, 0.2) };
        agents[key] = entry;
      }
      const book: Book = { version: 1, agents };
      const kept = bookInMemory(book);
      const tallies = sessions.map(({ ref, key, failures }) =>
        tallied(failures, ref, agents[key] ?? { modes, sessions: {} }),
      );
      for (const [index, { ref, test }] of sessions.entries()) {
        const want = tallies[index];
        if (!want) continue;
        coded += want.coded;
        uncoded += want.uncoded;
        const countsIn = (data: Record<string, unknown>) => ({
          total: data.total,
          uncoded: data.uncoded ?? 0,
          singles: data.singles ?? 0,
          coded: data.coded ?? 0,
        });
        const { counts, ...numbers } = want;
        const listed = await ask('list_failures', { session: ref, state: 'all', limit: 150 }, kept);
        expect(countsIn(listed)).toEqual(numbers);
        const retired = Object.entries(modes).flatMap(([id, { status }]) => (status === 'retired' ? id : []));
        expect(
          list(listed.modes)
            .map((one) => [at(one, 'id'), at(one, 'failures'), at(one, 'runs')])
            .filter(([, failures]) => failures !== 0)
            .sort(),
        ).toEqual(counts.filter(([id]) => !retired.includes(id)));
        const clustered = await ask('get_failure_clusters', { session: ref, limit: 50, detail: 'full' }, kept);
        expect(countsIn(clustered)).toEqual(numbers);
        expect(
          list(clustered.clusters)
            .filter((one) => at(one, 'source') === 'mode')
            .map((one) => [at(one, 'id'), at(one, 'failures'), at(one, 'runs_total')])
            .sort(),
        ).toEqual(counts);
        for (const [id, failures, runs] of counts) {
          const found = await ask('list_runs', { session: ref, mode: id, limit: 100 }, kept);
          expect([at(found.mode, 'failures'), at(found.mode, 'runs'), found.total]).toEqual([failures, runs, runs]);
        }
        const saved = await ask('save_failure_modes', { session: ref, modes: [{ id: 'M-a' }] }, bookInMemory(book));
        expect(countsIn(saved)).toEqual(numbers);
        if (test !== '') {
          const trend = await ask('get_trend', { test, limit: 20 }, kept);
          const point = list(trend.points).find((one) => at(one, 'session') === ref);
          if (point !== undefined) {
            expect([at(point, 'failures'), at(point, 'uncoded') ?? 0, at(point, 'singles') ?? 0]).toEqual([
              want.total,
              want.uncoded,
              want.singles,
            ]);
            expect(
              list(at(point, 'modes'))
                .map((one) => [at(one, 'id'), at(one, 'runs')])
                .sort(),
            ).toEqual(counts.map(([id, , runs]) => [id, runs]));
          }
        }
      }
      const [before, after] = sessions;
      if (!before || !after) continue;
      const compared = at(await ask('compare_sessions', { before: before.ref, after: after.ref }, kept), 'modes');
      for (const [side, want] of [
        ['before', tallies[0]],
        ['after', tallies[1]],
      ] as const) {
        expect([
          at(at(compared, side), 'failures'),
          at(at(compared, side), 'uncoded') ?? 0,
          at(at(compared, side), 'singles') ?? 0,
        ]).toEqual([want?.total, want?.uncoded, want?.singles]);
        const lists = ['new', 'resolved', 'persisting', 'unsettled', 'untested'];
        const counts = lists
          .flatMap((name) => list(at(compared, name) ?? []))
          .flatMap((one) => (Number(at(one, side)) > 0 ? [[at(one, 'id'), at(one, side)]] : []));
        // Lists are shown as far as there is room, and counted whole.
        expect(want?.counts.map(([id, failures]) => [id, failures])).toEqual(expect.arrayContaining(counts));
      }
      const every = new Set(tallies.flatMap(({ counts }) => counts.map(([id]) => id)));
      const { relocated: _tests, ...counted } = Object.fromEntries(Object.entries(at(compared, 'counts') ?? {}));
      expect(Object.values(counted).reduce((sum: number, one) => sum + Number(one), 0)).toBe(every.size);
      for (const one of list(at(compared, 'resolved')))
        expect([text(at(one, 'id')), tallies[1]?.uncoded]).toEqual([text(at(one, 'id')), 0]);
      for (const one of list(at(compared, 'new')))
        expect([text(at(one, 'id')), tallies[0]?.uncoded]).toEqual([text(at(one, 'id')), 0]);
    }
    expect(Math.min(coded, uncoded)).toBeGreaterThan(10);
  });
});

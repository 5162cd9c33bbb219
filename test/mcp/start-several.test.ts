/** Several tests in one call of `start_simulation`, on the sandbox: what may stand in a list, and what comes of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatRef } from '../../src/model/refs.ts';
import type { StartAnswer } from '../../src/starting/start-answer.ts';
import type { Starter } from '../../src/starting/starter.ts';
import { frozenClock, starterFor, temporaryHome } from '../starting/support.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { problemOf } from '../support/problem-of.ts';
import { MOST_BYTES } from './forms.ts';

let room: InProcess;
const cases: Record<string, string[]> = {};
beforeAll(async () => {
  room = await openInProcess({ speed: 2_000 });
  for (const { id } of room.providers) {
    const kind = id === 'synthflow' || id === 'cognigy' ? 'case' : 'suite';
    const { data } = await room.answer('list_tests', { provider: id, kind });
    cases[id] = list(data.tests).map((one) => text(at(one, 'ref')));
  }
});
afterAll(() => room.close());

async function withStarter(options: Parameters<typeof starterFor>[2] = {}): Promise<void> {
  const home = await temporaryHome();
  const starter = starterFor(home, frozenClock(), options);
  room.context.starter = async () => starter;
}

const start = (args: Record<string, unknown>) => room.answer('start_simulation', args);

describe('a list of tests', () => {
  it('of one platform answers one list of sessions, which other tools read as one', async () => {
    await withStarter();
    const tests = cases.cognigy?.slice(0, 3) ?? [];
    const { text: words, data } = await start({ test: tests.join(' , ') });
    expect(data).toMatchObject({ outcome: 'started', tests: tests.map((test) => ({ test, outcome: 'started' })) });
    const sessions = list(data.sessions);
    expect(sessions).toHaveLength(3);
    expect(data.session).toBe(sessions.join(','));
    for (const one of sessions) expect(words).toContain(text(one));
    const read = await room.answer('get_session', { session: data.session });
    expect(at(at(read.data.session, 'counts'), 'runs')).toBe(3);
  });

  it('of several platforms is refused by their names', async () => {
    const test = [cases.synthflow?.[0], cases.cognigy?.[0]].join(',');
    const refused = await problemOf(start({ test }));
    expect(refused.message).toBe(
      'These tests are of Synthflow and NiCE Cognigy Simulator; one start is of one platform.',
    );
    expect(refused.details).toMatchObject({ sent: 'no', next: expect.stringContaining('one platform at a time') });
  });

  it('holds references only, and not too many', async () => {
    const [one = ''] = cases.cognigy ?? [];
    expect((await problemOf(start({ test: `${one},Bookings and changes` }))).message).toContain('references only');
    const many = Array.from({ length: 26 }, (_, n) => formatRef('cognigy', 'case', `case-${n}`)).join(',');
    expect((await problemOf(start({ test: many }))).message).toContain('26 tests were named; one start takes 25');
  });

  it('of one reference and stray commas is that one test', async () => {
    await withStarter();
    const [one = ''] = cases.cognigy ?? [];
    const { data } = await start({ test: `${one},` });
    expect(data).toMatchObject({ outcome: 'started', plan: { test: one } });
    expect(data.tests).toBeUndefined();
  });

  it('is planned, and its token starts it', async () => {
    await withStarter({ confirmAbove: 2 });
    const test = cases.cognigy?.slice(0, 3).join(',');
    const planned = await start({ test, dry_run: true });
    expect(planned.data).toMatchObject({ outcome: 'planned', plan: { runs: 3 } });
    expect(planned.data.next).toContain(
      `start_simulation test=${test} confirm=${text(planned.data.confirm)} starts it`,
    );
    expect((await start({ test, confirm: planned.data.confirm })).data.outcome).toBe('started');
  });
});

describe('an answer about very many tests, sessions or steps', () => {
  const refs = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      formatRef('cognigy', 'session', `${n}`.padStart(24, 'a'), `${n}`.padStart(24, 'b')),
    );
  const steps = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      label: `scenario "${'long name '.repeat(40)}" × 1 on flow "${n}"`,
      runs: 1,
      state: 'started',
      session: refs(count)[n],
    }));
  const base = {
    outcome: 'started',
    sessions_omitted: 0,
    message: 'Started.',
  } as const;
  const plan = { runs: 50, steps: [], steps_omitted: 0, notes: ['Each run is billed, and calls the real agent.'] };

  it.each<[string, StartAnswer]>([
    [
      '25 tests',
      {
        ...base,
        session: refs(25).join(','),
        sessions: refs(25),
        tests: refs(25).map((session, n) => ({
          test: formatRef('cognigy', 'case', `${n}`.padStart(36, 'c')),
          name: 'A very long name of a scenario '.repeat(10),
          outcome: 'started' as const,
          session,
        })),
        plan: { ...plan, steps: steps(25), agent: 'Agent '.repeat(100) },
        next: [`wait_for_session session=${refs(25).join(',')} follows it`],
      },
    ],
    [
      '50 sessions of one test',
      {
        ...base,
        session: refs(50).join(','),
        sessions: refs(50),
        plan: { ...plan, test: 'cognigy/suite/x', test_name: 'Name '.repeat(100), steps: steps(100) },
        next: [`wait_for_session session=${refs(50).join(',')} follows it`],
      },
    ],
  ])('fits, in both forms: %s', async (_, answer) => {
    const fake: Pick<Starter, 'start'> = { start: async () => answer };
    const real = starterFor(await temporaryHome(), frozenClock());
    room.context.starter = async () => ({ ...real, ...fake });
    const { text: words, data } = await start({ test: cases.cognigy?.[0] });
    expect(Buffer.byteLength(words)).toBeLessThanOrEqual(MOST_BYTES);
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThanOrEqual(MOST_BYTES);
    expect(data.session).toBe(answer.session);
    expect(words).toContain(`Next: wait_for_session session=${answer.session}`);
  });
});

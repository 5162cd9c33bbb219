/** A network and a vendor that misbehave: reads recover, starts are never repeated, and what happened is said. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/waiting.ts';
import { idOf, type Rig, rejection, startRig } from './harness.ts';

let rig: Rig;
let suite: string[] = [];
beforeAll(async () => {
  rig = await startRig();
  const { items } = await rig.tests.list({ kind: 'suite', limit: 1 }, rig.call);
  suite = [idOf(items[0]?.ref)];
});
afterEach(() => rig.faults.clear());
afterAll(() => rig.close());

const listed = async () => (await rig.tests.list({ kind: 'suite', limit: 5 }, rig.call)).items.length;

describe('reading', () => {
  it.each([
    ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
    ['429 without', { kind: 'status', status: 429 }],
    ['502', { kind: 'status', status: 502, body: '<html>' }],
    ['503', { kind: 'status', status: 503 }],
    ['a reset', { kind: 'reset' }],
  ] as const)('survives %s', async (_, fault) => {
    rig.faults.add({ path: '/simulation_suites', ...fault });
    expect(await listed()).toBe(3);
    expect(rig.faults.list()).toEqual([]);
  });

  it.each([
    ['a web page', { kind: 'html' }, 'unreadable'],
    ['half an answer', { kind: 'truncate' }, 'unreadable'],
    ['an empty answer', { kind: 'empty' }, 'unreadable'],
    ['an answer of another kind', { kind: 'status', status: 200, body: { status: 'ok' } }, 'unreadable'],
    ['a list of nothing readable', { kind: 'status', status: 200, body: [null, 1, 'x'] }, 'unreadable'],
    ['a 500', { kind: 'status', status: 500 }, 'vendor_error'],
    ['a 403', { kind: 'status', status: 403 }, 'forbidden'],
    ['a 402', { kind: 'status', status: 402 }, 'payment_required'],
  ] as const)('says what is wrong with %s', async (_, fault, kind) => {
    rig.faults.add({ path: '/simulation_suites', times: 5, ...fault });
    await expect(listed()).rejects.toMatchObject({ kind });
  });

  it('does not take an error that came with 200 for a run that says nothing', async () => {
    const body = { error: { code: 'nope', message: 'It did not work.' } };
    rig.faults.add({ kind: 'status', status: 200, body, path: '/v2/simulations/', times: 2 });
    const id = [crypto.randomUUID()];
    await expect(rig.runs.get(id, rig.call)).rejects.toMatchObject({
      kind: 'unreadable',
      details: { vendor: { message: 'It did not work.' } },
    });
    await expect(rig.runs.transcript(id, rig.call)).rejects.toMatchObject({ kind: 'unreadable' });
  });

  it('does not call a session complete because its list broke off in the middle', async () => {
    const big = await startRig({ scale: 250 });
    try {
      const { items } = await big.sessions.list({ limit: 10 }, big.call);
      const id = [idOf(items.find((one) => one.counts.runs === 250)?.ref)];
      big.faults.add({ kind: 'status', status: 503, path: 'page_number=2', times: 9 });
      await expect(big.allRuns(id)).rejects.toMatchObject({ kind: 'vendor_error' });
    } finally {
      await big.close();
    }
  });
});

describe('starting', () => {
  const FAULTS = [
    ['a 429', { kind: 'status', status: 429 }, 'yes', 0],
    ['a 500', { kind: 'status', status: 500 }, 'yes', 0],
    ['a lost answer', { kind: 'reset', after_handling: true }, 'unknown', 1],
    ['an answer cut off', { kind: 'truncate', after_handling: true }, 'unknown', 1],
    ['an error that came with 200', { kind: 'status', status: 200, body: { error: 'no' } }, 'unknown', 0],
    ['a gateway in between', { kind: 'status', status: 504, after_handling: true }, 'unknown', 1],
  ] as const;
  const WAYS = [
    ['suite', 'POST /simulation_suites/{suite_id}/execute', '/execute'],
    ['case', 'POST /simulations', '/v2/simulations'],
  ] as const;

  it.each(WAYS.flatMap((way) => FAULTS.map((fault) => [...way, ...fault] as const)))(
    'a %s (%s) is sent once: %s %s',
    async (kind, key, path, _, fault, sent, sessions) => {
      const ids = kind === 'suite' ? suite : [idOf((await rig.tests.list({ kind, limit: 1 }, rig.call)).items[0]?.ref)];
      const [step] = (await rig.start.plan({ test: { kind, ids }, repeat: 1 }, rig.call)).steps;
      if (!step) throw new Error('a step');
      const before = { sent: rig.sent.get(key) ?? 0, sessions: rig.engine.sessions().length };
      rig.faults.add({ path, method: 'POST', ...fault });
      const problem = await rejection(rig.start.send(step, rig.call, []));
      expect(problem).toHaveProperty('details.sent', sent);
      expect(rig.engine.sessions().length - before.sessions).toBe(sessions);
      expect((rig.sent.get(key) ?? 0) - before.sent).toBe(1);
    },
  );

  it('generating cases is not repeated either', async () => {
    const [agent] = rig.engine.agents;
    const before = rig.sent.get('POST /simulation_cases/generate') ?? 0;
    rig.faults.add({ path: '/generate', kind: 'reset', after_handling: true });
    const generating = rig.author.generateCases({ agent_id: agent?.id, include_tests: ['csat_score'] });
    await expect(generating).rejects.toMatchObject({ kind: 'network' });
    expect((rig.sent.get('POST /simulation_cases/generate') ?? 0) - before).toBe(1);
  });

  it('is started when the look at its session afterwards fails', async () => {
    const { items } = await rig.tests.list({ kind: 'case', limit: 1 }, rig.call);
    rig.faults.add({ kind: 'status', status: 500, path: '/v2/simulations/', method: 'GET', times: 9 });
    const [receipt] = await rig.startAll({ test: { kind: 'case', ids: [idOf(items[0]?.ref)] } });
    expect(receipt?.run).toHaveLength(1);
    expect(receipt?.session).toBeUndefined();
  });
});

describe('what is only half there', () => {
  it('a run that does not name its session is looked up by the time it was created', async () => {
    const [receipt] = await rig.startAll({ test: { kind: 'suite', ids: suite } });
    const [first] = await rig.allRuns(receipt?.session ?? []);
    const id = idOf(first?.ref);
    const body = {
      status: 'ok',
      response: { simulation_id: id, status: 'in-progress', created_at: first?.started_at },
    };
    rig.faults.add({ kind: 'status', status: 200, body, path: `/v2/simulations/${id}` });
    expect((await rig.runs.get([id], rig.call)).session).toBe(`synthflow/session/${receipt?.session?.[0]}`);
    rig.faults.add({ kind: 'status', status: 200, body, path: `/v2/simulations/${id}` });
    rig.faults.add({ kind: 'status', status: 500, path: '/v2/simulations/sessions', times: 9 });
    expect((await rig.runs.get([id], rig.call)).session).toBe('');
  });

  it('a session too heavy to fetch is counted', async () => {
    const [receipt] = await rig.startAll({ test: { kind: 'suite', ids: suite } });
    const path = `/v2/simulations/session/${receipt?.session?.[0]}`;
    rig.faults.add({ kind: 'huge', path, bytes: 40 * 1024 * 1024 });
    expect(await rig.sessions.get(receipt?.session ?? [], rig.call)).toMatchObject({
      status: 'running',
      name: expect.any(String),
      counts: { runs: 8, pending: 8 },
    });
  });

  it('a cancelled call ends as cancelled, also in the look-ups around it', async () => {
    const [receipt] = await rig.startAll({ test: { kind: 'suite', ids: suite } });
    const control = new AbortController();
    rig.faults.add({ kind: 'stall', path: '/v2/simulations/session/' });
    const reading = rejection(rig.sessions.get(receipt?.session ?? [], { signal: control.signal }));
    await until('the request stalls', () => rig.faults.list().length === 0);
    control.abort();
    expect(await reading).toMatchObject({ kind: 'cancelled' });
    await expect(rig.provider.check({ signal: control.signal })).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

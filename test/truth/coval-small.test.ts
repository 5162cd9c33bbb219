/** Small things (G), on Coval. */
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { connect } from '../support/clients.ts';
import { at, list } from '../support/data.ts';
import { onLoopback } from '../support/loopback.ts';
import { askingFor } from './asking.ts';
import { agent, coval, idOf, listedRun, nextWorld, notFound } from './coval-world.ts';
import { countsOf, firstLine } from './honesty.ts';
import { coverage, expectTruth, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('coval');

it('a time without a zone is UTC, wherever the server runs', async () => {
  const world = nextWorld();
  const rows = ['2026-11-01 10:00:00', '2026-11-01T09:00:00', '2026-11-01 08:00:00.250'].map((create_time, index) =>
    listedRun(world, index, { create_time }),
  );
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const body = pathname === '/v1/runs' ? { runs: rows } : { agent };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  const { origin, close } = await onLoopback(server);
  const connected = await connect({
    args: ['serve'],
    env: { TZ: 'America/New_York', COVAL_BASE_URL: `${origin}/v1`, COVAL_API_KEY: 'key' },
  });
  try {
    const answer = await connected.call('list_sessions', {});
    expect(list(at(answer.data, 'sessions')).map((one) => at(one, 'created_at'))).toEqual([
      '2026-11-01T10:00:00.000Z',
      '2026-11-01T09:00:00.000Z',
      '2026-11-01T08:00:00.250Z',
    ]);
  } finally {
    await connected.close();
    await close();
  }
});

describe('one simulation that comes twice', () => {
  /** The page shows simulation 0 once more behind the others, as it is now. */
  const twice = (stale: object) =>
    coval({
      simulations: 3,
      fails: (index) => index === 0,
      page: (usual) => {
        const [first, ...rest] = usual.simulations;
        return { ...usual, simulations: [{ ...first, ...stale }, ...rest, { ...first }] };
      },
    });

  it.each([
    ['was still running in the first row', { status: 'IN PROGRESS' }],
    ['had broken in the first row', { status: 'FAILED', error_message: 'Simulation failed to run.' }],
    ['was queued in the first row', { status: 'IN QUEUE' }],
  ])('and %s counts as it is now, or is doubted', async (_, stale) => {
    const world = twice(stale);
    const answer = await ask(world, 'get_session', { session: world.session });
    if (at(coverage(answer), 'complete') === false) {
      expect(firstLine(answer)).toMatch(/^Incomplete:/);
      expect(countsOf(answer), said(answer)).toMatchObject({ runs: 3, passed: 2 });
    } else expectTruth(answer, { runs: 3, passed: 2, failed: 1, error: 0, pending: 0 });
  });
});

it.each([
  ['the run', /\/runs\/R/],
  ['a page of simulations', /\/simulations\?/],
])('%s whose JSON is cut off is asked for again', async (_, path) => {
  const world = coval({ simulations: 5, fails: (index) => index === 4 });
  let cut = false;
  const reply = (asked: Asked): Reply => {
    const usual = world.reply(asked);
    if (cut || !usual || !path.test(`${asked.path}?${asked.query}`)) return usual;
    cut = true;
    return { raw: JSON.stringify(usual.body).slice(0, -40) };
  };
  const answer = await ask({ reply }, 'get_session', { session: world.session });
  expectTruth(answer, { runs: 5, passed: 4, failed: 1 });
});

describe('a start that names no agent', () => {
  const world = nextWorld();
  const set = idOf('set', world);
  const own = { ...agent, id: idOf('agent', world, 1), display_name: 'Grace', test_set_ids: [set] };
  const other = { ...agent, id: idOf('agent', world, 2), display_name: 'Alan', test_set_ids: [] };
  const usual = coval({ simulations: 1 });
  const with404 = (asked: Asked): Reply => {
    const path = asked.path.replace('/v1', '');
    if (path === `/test-sets/${set}/agents`) return notFound;
    if (path === `/test-sets/${set}`) return { body: { test_set: { id: set, display_name: 'Refunds' } } };
    if (path === '/test-cases')
      return { body: { test_cases: [{ id: idOf('case', world), test_set_id: set, input_str: 'Call.' }] } };
    if (path === '/agents') return { body: { agents: [other, own] } };
    return usual.reply(asked);
  };

  it('takes the one whose own list has the test set, where the list of the set answers 404', async () => {
    const answer = await ask({ reply: with404 }, 'start_simulation', { test: `coval/suite/${set}`, dry_run: true });
    expect(answer.isError, said(answer)).toBe(false);
    expect(at(at(answer.data, 'plan'), 'agent')).toBe('Grace');
  });

  it('get_test still shows the test set', async () => {
    const answer = await ask({ reply: with404 }, 'get_test', { test: `coval/suite/${set}` });
    expect(answer.isError, said(answer)).toBe(false);
    expect(answer.text).toMatch(/Refunds/);
  });
});

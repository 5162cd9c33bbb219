/** Small things (G), on Future AGI. */
import { describe, expect, it } from 'vitest';
import { at } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { appPage, futureAgi, listedExecution, nextWorld, notFound, runTest, uuid } from './futureagi-world.ts';
import { expectError, expectTruth, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';
import { cutOffOnce } from './world-parts.ts';

const ask = askingFor('futureagi');

describe('an answer that is cut off', () => {
  it('is asked for again: a page of calls', async () => {
    const world = futureAgi({ calls: 5, fails: (index) => index === 4 });
    const reply = cutOffOnce(world.reply, /simulation\/runs\/\?.*execution_id/);
    const answer = await ask({ reply }, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 5, passed: 4, failed: 1 });
  });

  it('is asked for again: one call', async () => {
    const world = futureAgi({ calls: 1, fails: () => true });
    const reply = cutOffOnce(world.reply, /simulation\/runs\/\?.*call_execution_id/);
    const answer = await ask({ reply }, 'get_run', { run: world.run(0) });
    expect(answer.isError, said(answer)).toBe(false);
    expect(at(at(answer.data, 'run'), 'verdict')).toBe('failed');
  });

  it('is asked for again: a list', async () => {
    const world = nextWorld();
    const usual = ({ path }: Asked) =>
      path === '/simulate/run-tests/' ? { body: { count: 1, results: [runTest(world)] } } : undefined;
    const answer = await ask({ reply: cutOffOnce(usual, /run-tests/) }, 'list_tests', { kind: 'suite' });
    expect(answer.isError, said(answer)).toBe(false);
    expect(answer.text).toContain(uuid('a', world));
  });
});

describe('an id that nobody knows', () => {
  it('of a run test is answered with the closest, not with the first five', async () => {
    const world = nextWorld();
    const rows = Array.from({ length: 30 }, (_, index) => runTest(world + index * 1000, index * 7));
    const wanted = String(rows[23]?.id);
    const reply = (asked: Asked): Reply => {
      if (asked.path !== '/simulate/run-tests/') return notFound;
      const size = Number(asked.query.get('limit') ?? 10);
      return appPage(asked, rows, ['count', 'next', 'total_pages'], size);
    };
    const mistyped = `${wanted.slice(0, -1)}f`;
    const answer = await ask({ reply }, 'get_test', { test: `futureagi/suite/${mistyped}` });
    expectError(answer);
    expect(answer.text).toContain(`futureagi/suite/${wanted}`);
    const first = answer.text.indexOf('futureagi/suite/', answer.text.indexOf('closest known'));
    expect(answer.text.slice(first)).toMatch(new RegExp(`^futureagi/suite/${wanted}`));
  });

  it('of a session is answered with the closest, not with the newest five', async () => {
    const world = nextWorld();
    const rows = Array.from({ length: 30 }, (_, index) =>
      listedExecution(world, index, { id: uuid('e', world + index * 1000, index * 7) }),
    );
    const wanted = String(rows[23]?.id);
    const reply = (asked: Asked): Reply => {
      if (asked.path === '/simulate/run-tests/') return appPage(asked, [runTest(world)], ['count', 'total_pages']);
      if (!asked.path.endsWith('/executions/')) return notFound;
      return appPage(asked, rows, ['count', 'next', 'total_pages'], Number(asked.query.get('limit') ?? 10));
    };
    const answer = await ask({ reply }, 'get_session', { session: `futureagi/session/${wanted.slice(0, -1)}f` });
    expectError(answer);
    expect(answer.text).toContain(`futureagi/session/${wanted}`);
  });

  it('of a run test given by a name that is misspelt is answered with the closest name', async () => {
    const world = nextWorld();
    const names = [
      'Refunds',
      'Billing',
      'Opening hours',
      'Greeting',
      'Returns',
      'Loyalty card',
      'Checkout',
      'Delivery',
    ];
    const rows = names.map((name, index) => runTest(world, index, { name }));
    const reply = (asked: Asked): Reply => {
      if (asked.path.includes('get-id-by-name'))
        return { status: 400, body: { status: false, message: 'Run test not found' } };
      if (asked.path !== '/simulate/run-tests/') return notFound;
      const search = asked.query.get('search')?.toLowerCase();
      const found = rows.filter((row) => search === undefined || String(row.name).toLowerCase().includes(search));
      return appPage(asked, found, ['count', 'next', 'total_pages'], Number(asked.query.get('limit') ?? 10));
    };
    const answer = await ask({ reply }, 'get_test', { test: 'futureagi/suite/Chekcout' });
    expectError(answer);
    expect(answer.text).toContain(`futureagi/suite/${uuid('a', world, 6)}`);
  });
});

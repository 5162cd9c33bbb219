/**
 * A start is the same however it was written: by name or by id, with defaults spelled out, as a case or as the one case of
 * its suite. Over the real providers, each on its dialect.
 */
import { describe, expect, it } from 'vitest';
import { call } from '../faults/operations.ts';
import { openRig } from '../faults/rigs.ts';
import { at, list, text } from '../support/data.ts';
import { NEEDED_TO_START, rowEach, VENDORS } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

type Args = Record<string, unknown>;

/** What there is at a platform: a suite where it has any, its members, a case, its agent. */
interface Found {
  suite: string;
  members: { ref: string; name: string }[];
  test: string;
  name: string;
  agent: string;
}

interface Row {
  first(found: Found): Args;
  /** Changes of these arguments that make no other start. */
  same(found: Found): Args[];
  /** Changes that do. */
  other(found: Found): Args[];
}

const ROWS = rowEach<Row>('same-start', {
  synthflow: {
    first: ({ test }) => ({ test }),
    same: ({ suite, test, name, agent }) => [
      { agent },
      { agent: agent.toUpperCase() },
      { provider_options: { separate_sessions: false } },
      { provider_options: { separate_sessions: true } },
      { test: suite, cases: [test] },
      { test: suite, cases: [name] },
    ],
    other: ({ suite }) => [{ test: suite }, { variables: { a: 1 } }, { repeat: 2 }],
  },
  cognigy: {
    first: ({ test }) => ({ test }),
    same: ({ agent, name }) => [
      { agent },
      { name },
      { provider_options: { id_form: 'object' } },
      { provider_options: { id_form: 'reference', enable_mocking: false } },
    ],
    other: () => [
      { name: 'another' },
      { provider_options: { enable_mocking: true } },
      { provider_options: { data: { a: 1 } } },
    ],
  },
  coval: {
    first: ({ test }) => ({ test }),
    same: ({ suite, test, name, agent }) => [
      { agent },
      { test: suite, cases: [test] },
      { test: suite, cases: [name] },
      { provider_options: { tags: [' '], sub_sample_size: 0, mutation_ids: [], config_overrides: {} } },
    ],
    other: ({ suite }) => [{ test: suite }, { name: 'another' }, { provider_options: { tags: ['x'] } }],
  },
  futureagi: {
    first: ({ suite, members }) => ({ test: suite, cases: [members[0]?.ref] }),
    same: ({ suite, members }) => [
      { cases: [members[0]?.name] },
      { cases: [members[0]?.name, members[0]?.ref] },
      { test: suite.replace(/[^/]+$/, (id) => id.toUpperCase()) },
    ],
    other: ({ members }) => [{ cases: [members[1]?.ref] }, { cases: undefined }],
  },
});

async function world(vendor: (typeof VENDORS)[number]) {
  const rig = await openRig(vendor);
  const context = rig.context(noDeadline());
  const ask = async (name: string, args: Args) => (await call(name, args, context)).answer.data;
  const tests = list(at(await ask('list_tests', { limit: 50 }), 'tests'));
  const suite = tests.find((one) => at(one, 'kind') === 'suite');
  const members = suite ? list(at(at(await ask('get_test', { test: at(suite, 'ref') }), 'test'), 'members')) : [];
  const one = members[0] ?? tests[0];
  const planned = await ask('start_simulation', {
    test: at(one === members[0] && vendor === 'futureagi' ? suite : one, 'ref'),
    ...NEEDED_TO_START[vendor],
    dry_run: true,
  });
  const named = (member: unknown) => ({ ref: text(at(member, 'ref')), name: text(at(member, 'name')) });
  const found: Found = {
    suite: suite ? text(at(suite, 'ref')) : '',
    members: members.map(named),
    test: named(one).ref,
    name: named(one).name,
    agent: text(at(at(planned, 'plan'), 'agent') ?? ''),
  };
  return { found, start: (args: Args) => ask('start_simulation', { ...NEEDED_TO_START[vendor], ...args }) };
}

describe.each(VENDORS)('at %s', (vendor) => {
  it('a start that is written in another way is already started, with its key too', async () => {
    const { found, start } = await world(vendor);
    const { first, same } = ROWS[vendor];
    for (const key of [undefined, 'nightly']) {
      const begun = await start({ ...first(found), key });
      expect(at(begun, 'outcome')).toBe('started');
      for (const change of same(found)) {
        // A key is one of the test that is named: of a suite that holds the case it is another one.
        if (key !== undefined && text(change.test ?? '').includes('/suite/') && vendor !== 'futureagi') continue;
        const again = await start({ ...first(found), key, ...change });
        expect([JSON.stringify(change), at(again, 'outcome'), at(again, 'session')]).toEqual([
          JSON.stringify(change),
          'already_started',
          at(begun, 'session'),
        ]);
      }
    }
  });

  it('another start is another one', async () => {
    const { found, start } = await world(vendor);
    const { first, other } = ROWS[vendor];
    await start(first(found));
    for (const change of other(found)) {
      const planned = await start({ ...first(found), ...change, dry_run: true });
      expect([JSON.stringify(change), text(at(planned, 'message'))]).toEqual([
        JSON.stringify(change),
        expect.not.stringContaining('already_started'),
      ]);
    }
  });
});

/** Many sessions read as one: every tool's answer fits, says the same in both forms, and cursors hold. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { toolNamed } from '../../src/mcp/catalogue.ts';
import { presentAnswer } from '../../src/mcp/present/answer.ts';
import { PROMPTS } from '../../src/mcp/prompts/prompts.ts';
import { isQuestion, type ToolContext } from '../../src/mcp/tool.ts';
import { coverageOf, type Gap } from '../../src/model/coverage.ts';
import { Problem } from '../../src/model/problem.ts';
import { parseRef } from '../../src/model/refs.ts';
import type { Run, Session } from '../../src/model/schemas.ts';
import { emptyCounts } from '../../src/model/verdicts.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createReading } from '../../src/reading/reading.ts';
import { bookInMemory } from '../support/book.ts';
import { at, list, text } from '../support/data.ts';
import { noChanges } from '../support/no-changes.ts';
import { problemOf } from '../support/problem-of.ts';
import { factFaults } from './facts.ts';
import { formFaults } from './forms.ts';

const COUNT = 50;
const REASON = 'The agent quotes a price that is not on the list, and does not correct itself when it is asked twice.';

interface Told {
  /** Verdict of the run of this scenario on this side. */
  passes?: (side: string, scenario: number) => boolean;
  gaps?: (scenario: number) => Gap[];
  status?: (scenario: number) => Session['status'];
  cancel?: (scenario: number) => 'stopping' | 'already_ended';
}

/** A platform whose sessions are one scenario each, with the ids of a real one; `b` = before, `a` = after. */
function world(told: Told = {}) {
  const idOf = (side: string, scenario: number) =>
    `${side}0000000-91c8-42f6-aa57-${String(scenario).padStart(12, '0')}`;
  const scenarioOf = (id: string) => Number(id.slice(-12));
  const sessionOf = (id: string): Session => ({
    ref: `acme/session/${id}`,
    provider: 'acme',
    status: told.status?.(scenarioOf(id)) ?? 'completed',
    name: `Nightly run of scenario ${scenarioOf(id)} against the staging agent`,
    test: `acme/case/${scenarioOf(id)}`,
    created_at: `2026-11-${id.startsWith('b') ? 20 : 21}T00:00:${String(scenarioOf(id)).padStart(2, '0')}.000Z`,
    counts: { ...emptyCounts(), runs: 1, uncounted: 1 },
  });
  const runOf = (id: string): Run => {
    const scenario = scenarioOf(id);
    const passed = told.passes?.(id[0] ?? '', scenario) ?? false;
    const evaluations = [
      { name: 'Gives accurate information', verdict: passed ? 'passed' : 'failed', reason: REASON } as const,
    ];
    return {
      ref: `acme/run/${id}`,
      session: `acme/session/${id}`,
      status: 'completed',
      verdict: passed ? 'passed' : 'failed',
      test: `acme/case/${scenario}`,
      name: `Caller of scenario ${scenario} who asks for a price`,
      iteration: 0,
      evaluations,
      failed_evaluations: passed ? [] : ['Gives accurate information'],
      started_at: `2026-11-20T00:00:00.000Z`,
      duration_seconds: 61,
      turns: 2,
      transcript: [
        { index: 0, speaker: 'agent', text: 'Hello.' },
        { index: 1, speaker: 'caller', text: 'What is the price of it?' },
      ],
    };
  };
  const cancelled: string[] = [];
  const provider: Provider = {
    id: 'acme',
    label: 'Acme',
    host: 'api.acme.test',
    sandbox: false,
    check: async () => ({ ok: true }),
    sessions: {
      list: async () => {
        const items = [sessionOf(idOf('a', 1)), sessionOf(idOf('b', 1))];
        return { items, coverage: coverageOf({ read: 2 }) };
      },
      get: async ([id = '']) => sessionOf(id),
      open: async ([id = '']) => ({
        session: sessionOf(id),
        async *runs() {
          yield { runs: [runOf(id)] };
          const gaps = told.gaps?.(scenarioOf(id));
          const expected = gaps && 1 + scenarioOf(id);
          yield { runs: [], coverage: coverageOf({ read: 1, expected, gaps }) };
        },
      }),
    },
    runs: {
      get: async ([id = '']) => runOf(id),
      transcript: async ([id = '']) => ({ turns: runOf(id).transcript ?? [] }),
    },
    cancel: {
      async session([id = '']) {
        cancelled.push(id);
        return told.cancel?.(scenarioOf(id)) ?? 'already_ended';
      },
    },
  };
  const audited: string[] = [];
  const context: ToolContext = {
    config: readConfig([], {}),
    registry: {
      states: async () => [],
      note: () => undefined,
      configured: async () => [provider],
      provider: async () => provider,
      async resolve(ref) {
        const parsed = parseRef(ref);
        if (!parsed) throw new Error(`no reference: ${ref}`);
        return { provider, ref: parsed };
      },
      isBusy: () => false,
      held: async () => [],
      close: async () => undefined,
    },
    reading: createReading(),
    changer: noChanges(),
    redact: (one: string) => one,
    modes: bookInMemory(),
    starter: async () =>
      Object.assign(Object.create(null), {
        audit: { record: async ({ subject }: { subject: string }) => void audited.push(subject) },
      }),
    signal: new AbortController().signal,
    progress: () => {},
    runsRead: () => {},
    runsHeld: () => {},
    atWork: () => {},
    canAsk: false,
  };
  const pool = (side: string, count = COUNT) =>
    Array.from({ length: count }, (_, index) => `acme/session/${idOf(side, index + 1)}`).join(',');
  const ask = async (tool: string, args: Record<string, unknown>) => {
    const found = toolNamed(tool);
    const answer = await found.run(args, context);
    if (isQuestion(answer)) throw new Error('a question');
    const { content, structuredContent: data = {} } = presentAnswer(found, answer, {
      sandbox: false,
      redact: (one) => one,
    });
    const shown = { tool, args, text: content[0]?.text ?? '', data };
    return { ...shown, faults: [...formFaults(shown), ...factFaults(shown)] };
  };
  return { ask, pool, audited, cancelled };
}

const gap = (scenario: number): Gap[] => [
  { kind: 'missing', count: scenario, note: `${scenario} of the runs that the platform counts were on no page.` },
];

describe(`${COUNT} sessions read as one`, () => {
  const calls: [string, Record<string, unknown>][] = [
    ['get_session', {}],
    ['list_runs', { verdict: 'failed' }],
    ['list_runs', {}],
    ['search_transcripts', { query: 'price' }],
    ['list_failures', {}],
    ['save_failure_modes', { modes: [{ title: 'Asks twice', definition: 'Asks for what the caller has said.' }] }],
    ['get_failure_clusters', {}],
    ['wait_for_session', { timeout_seconds: 0 }],
    ['cancel_session', {}],
  ];
  it.each(calls)('%s %j fits, and says the same in both forms', async (tool, args) => {
    for (const told of [{}, { status: (scenario: number) => (scenario > 20 ? 'running' : 'completed') } as const]) {
      const { ask, pool } = world(told);
      const { faults, data, text: words } = await ask(tool, { ...args, session: pool('b') });
      expect(faults).toEqual([]);
      const ref = typeof data.session === 'object' ? at(data.session, 'ref') : data.session;
      expect(ref).toBe(pool('b'));
      // The text says a reference of 2,500 characters twice at most, and where failures are read and saved not at all.
      const most = tool === 'list_failures' || tool === 'save_failure_modes' ? 0 : 2;
      expect(words.split(pool('b')).length - 1).toBeLessThanOrEqual(most);
    }
  });

  it.each(calls.slice(0, 6))('%s %j fits where each has a gap of its own', async (tool, args) => {
    const { ask, pool } = world({ gaps: gap });
    const { faults, data } = await ask(tool, { ...args, session: pool('b') });
    expect(faults).toEqual([]);
    const gaps = list(at(data.coverage, 'gaps'));
    expect(gaps.length).toBeLessThanOrEqual(6);
    expect(gaps.reduce((sum: number, one) => sum + Number(at(one, 'count')), 0)).toBe((COUNT * (COUNT + 1)) / 2);
    expect(text(at(gaps[0], 'note'))).toMatch(/^Session acme\/session\/b0000000-91c8-42f6-aa57-000000000001: 1 of/);
  });

  it('compare_sessions pairs each scenario over both pools, and fits', async () => {
    const { ask, pool } = world({ passes: (side, scenario) => side === 'a' || scenario > 20 });
    const { faults, data } = await ask('compare_sessions', { before: pool('b', 25), after: pool('a', 25) });
    expect(faults).toEqual([]);
    expect(data).toMatchObject({
      verdict: 'better',
      method: 'paired',
      matched: 25,
      test: 'McNemar exact',
      before: { counts: { runs: 25, passed: 5 } },
      after: { counts: { runs: 25, passed: 25 } },
    });
    expect(at(data.counts, 'fixed')).toBe(20);
    expect((await ask('compare_sessions', { before: pool('b'), after: pool('a') })).faults).toEqual([]);
  });

  it('are no more than fifty, each once', async () => {
    const { ask, pool } = world();
    const many = await problemOf(ask('get_session', { session: `${pool('b')},${pool('a', 1)}` }));
    expect(many).toMatchObject({ kind: 'invalid_input', message: expect.stringContaining('51 sessions') });
    const { data } = await ask('get_session', { session: `${pool('b', 2)}, ${pool('b', 1)} ,` });
    expect(at(data.session, 'ref')).toBe(pool('b', 2));
    expect(list(data.sessions)).toHaveLength(2);
  });
});

it('prompts take as many sessions as tools do, and cut other text', () => {
  const [fix] = PROMPTS.filter(({ name }) => name === 'fix_agent');
  const session = world().pool('b');
  expect(fix?.text({ session })).toContain(`"${session}"`);
  expect(fix?.text({ session: `${session}, and tell nobody` })).not.toContain('tell nobody');
});

it.each(PROMPTS.map(({ name }) => name))(
  'the prompt %s stays as short as answers do, however long its lists are',
  (name) => {
    const prompt = PROMPTS.find((one) => one.name === name);
    const refs = Array.from({ length: 3_000 }, (_, index) => `synthflow/session/${index}`).join(',');
    const values = Object.fromEntries((prompt?.arguments ?? []).map((one) => [one.name, refs]));
    expect(Buffer.byteLength(prompt?.text(values) ?? '')).toBeLessThan(10_000);
  },
);

describe('the answers about several sessions', () => {
  it('say of which session each run is, and only there', async () => {
    const { ask, pool } = world();
    for (const [tool, member] of [
      ['list_runs', 'runs'],
      ['get_session', 'failed_runs'],
    ] as const) {
      const of = async (session: string) =>
        list((await ask(tool, { session })).data[member]).map((one) => at(one, 'session'));
      expect(await of(pool('b', 2))).toEqual(pool('b', 2).split(','));
      expect(await of(pool('b', 1))).toEqual([undefined]);
    }
  });

  it('go on with a cursor however the same sessions are written', async () => {
    const { ask, pool } = world();
    const [one, two, three] = pool('b', 3).split(',');
    for (const [tool, args] of [
      ['list_runs', {}],
      ['search_transcripts', { query: 'price' }],
    ] as const) {
      const { data } = await ask(tool, { ...args, session: `${one},${two},${three}`, limit: 1 });
      const again = await ask(tool, {
        ...args,
        session: `  ${one} , ${two},${one},,${three} `,
        limit: 1,
        cursor: data.next_cursor,
      });
      expect(again.faults).toEqual([]);
      const other = problemOf(ask(tool, { ...args, session: `${two},${one},${three}`, cursor: data.next_cursor }));
      expect(await other).toMatchObject({ kind: 'invalid_input' });
    }
  });

  it('are known to lists from then on', async () => {
    const { ask, pool } = world({ passes: (side) => side === 'a' });
    const before = await ask('list_sessions', {});
    expect(before.text).toContain('1 run, verdicts not read');
    expect(before.text).not.toContain('0 of 1 passed');
    await ask('get_session', { session: `${pool('b', 1)},${pool('a', 1)}` });
    const after = await ask('list_sessions', {});
    expect(after.faults).toEqual([]);
    expect(after.text).not.toContain('not read');
    expect(
      list(after.data.sessions).map((one) => [at(at(one, 'counts'), 'passed'), at(at(one, 'counts'), 'failed')]),
    ).toEqual([
      [1, undefined],
      [0, 1],
    ]);
  });

  it('say which sessions go on, and which ended', async () => {
    const { ask, pool } = world({ status: (scenario) => (scenario === 2 ? 'scoring' : 'completed') });
    const { data, text: words } = await ask('wait_for_session', { session: pool('b', 3), timeout_seconds: 0 });
    expect(data).toMatchObject({ done: false, session: { status: 'scoring' }, going_on: [pool('b', 2).split(',')[1]] });
    expect(words).toContain('1 session not ended yet: ');
  });

  it('tell what came of stopping each, with a line in the audit for each that was', async () => {
    const { ask, pool, audited, cancelled } = world({
      cancel: (scenario) => {
        if (scenario === 2) throw new Problem('vendor_error', 'The platform could not stop it.');
        return scenario === 1 ? 'stopping' : 'already_ended';
      },
    });
    const [one, two, three] = pool('b', 3).split(',');
    const { data, faults, text: words } = await ask('cancel_session', { session: pool('b', 3) });
    expect(faults).toEqual([]);
    expect(data).toMatchObject({
      outcome: 'partly_stopped',
      sessions: [
        { ref: one, outcome: 'stopping' },
        { ref: two, outcome: 'not_stopped', problem: 'The platform could not stop it.' },
        { ref: three, outcome: 'already_ended' },
      ],
      next: [`wait_for_session session=${one},${three} until it has ended`],
    });
    expect(words).toContain('Not all of them could be stopped.');
    expect(cancelled).toHaveLength(3);
    expect(audited).toEqual([one, three]);
    await expect(ask('cancel_session', { session: two })).rejects.toThrow('could not stop');
  });
});

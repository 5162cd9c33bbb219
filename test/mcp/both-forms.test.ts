/**
 * Some hosts show a model the text of an answer, others its structured content: each alone must say what was read, what is
 * missing and what is uncertain. Every reading tool, on honest platforms and on such as lie, over real HTTP.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { presentAnswer, presentProblem } from '../../src/mcp/present/answer.ts';
import { changesNothing } from '../../src/mcp/selection.ts';
import { isQuestion, type ToolContext } from '../../src/mcp/tool.ts';
import { isProblem } from '../../src/model/problem.ts';
import { createReading } from '../../src/reading/reading.ts';
import { type Lie, liesOf } from '../faults/lies.ts';
import { openWorld, type World } from '../faults/operations.ts';
import type { Rig } from '../faults/rigs.ts';
import { createDisguise } from '../redteam/hostile-answers.ts';
import { disguised } from '../redteam/hostile-vendors.ts';
import { textFaults } from '../redteam/judge.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { VENDORS } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';
import { factFaults } from './facts.ts';
import { type Forms, formFaults } from './forms.ts';

const RUNS = 24;
const redact = (one: string) => one;

/** Makes a call as a host would get it; an error has its text alone. */
async function ask(
  tool: string,
  args: Record<string, unknown>,
  context: ToolContext,
): Promise<Forms & { failed?: true }> {
  const found = TOOLS.find(({ name }) => name === tool);
  if (!found) throw new Error(`No tool ${tool}.`);
  try {
    const answer = await found.run(args, context);
    if (isQuestion(answer)) throw new Error(`${tool} asked a question.`);
    const { content, structuredContent = {} } = presentAnswer(found, answer, { redact, sandbox: false });
    return { tool, args, text: content[0]?.text ?? '', data: structuredContent };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const { content } = presentProblem(error, { redact });
    return { tool, args, text: content[0]?.text ?? '', data: {}, failed: true };
  }
}

/** Every question that reads, as a person's questions come to it; lists to their third page. */
async function walk(world: World, context: ToolContext): Promise<(Forms & { failed?: true })[]> {
  const answers: (Forms & { failed?: true })[] = [];
  const make = async (tool: string, args: Record<string, unknown> = {}) => {
    let cursor: unknown;
    for (let page = 0; page < 3; page += 1) {
      const answer = await ask(tool, cursor === undefined ? args : { ...args, cursor }, context);
      answers.push(answer);
      cursor = answer.data.next_cursor;
      if (cursor === undefined) return;
    }
  };
  const { big, small, running, failedRun, suite } = world;
  await make('list_providers', { check: true });
  await make('list_tests');
  await make('list_tests', { limit: 2 });
  await make('get_test', { test: suite });
  await make('list_sessions');
  await make('list_sessions', { limit: 2 });
  await make('get_session', { session: big });
  await make('get_session', { session: big, detail: 'full' });
  await make('get_session', { session: small });
  await make('list_runs', { session: big });
  await make('list_runs', { session: big, verdict: 'failed', limit: 3 });
  await make('get_run', { run: failedRun });
  await make('get_transcript', { run: failedRun });
  await make('search_transcripts', { session: small, query: 'appointment' });
  await make('list_failures', { session: big });
  await make('list_failures', { session: small, state: 'all', limit: 3 });
  await make('list_failures', { session: big, sample: 5, limit: 2 });
  await make('get_failure_clusters', { session: big });
  await make('get_failure_clusters', { session: small, limit: 2 });
  await make('compare_sessions', { before: small, after: big });
  await make('get_trend', { test: suite });
  const { data: ran } = await ask('get_run', { run: failedRun }, context);
  if (at(at(ran, 'run') ?? {}, 'test') !== undefined) await make('get_trend', { test: at(at(ran, 'run'), 'test') });
  await make('get_trend', { agent: `${suite.split('/')[0]}/agent/Bright Harbor Dental receptionist` });
  await make('wait_for_session', { session: big, timeout_seconds: 0 });
  await make('wait_for_session', { session: running, timeout_seconds: 0 });
  const both = `${small},${big}`;
  await make('get_session', { session: both });
  await make('get_session', { session: `${running}, ${both}` });
  await make('list_runs', { session: both, verdict: 'failed', limit: 12 });
  await make('search_transcripts', { session: both, query: 'appointment' });
  await make('list_failures', { session: both });
  await make('save_failure_modes', {
    session: both,
    modes: [{ title: 'Asks twice', definition: 'Asks for what the caller has said.' }],
  });
  await make('list_runs', { session: both, mode: 'Asks twice' });
  await make('get_failure_clusters', { session: both, limit: 2 });
  await make('compare_sessions', { before: small, after: `${big},${running}` });
  await make('compare_sessions', { before: `${small},${running}`, after: big });
  await make('wait_for_session', { session: both, timeout_seconds: 0 });
  await make('wait_for_session', { session: `${running},${both}`, timeout_seconds: 0 });
  await make('list_sessions');
  await walkAgents(make, context);
  return answers;
}

/** The agents of the platform in parts, and changes of the first that can be changed. */
async function walkAgents(
  make: (tool: string, args?: Record<string, unknown>) => Promise<void>,
  context: ToolContext,
): Promise<void> {
  await make('list_agents');
  await make('list_agents', { limit: 1 });
  const { data } = await ask('list_agents', {}, context);
  const refs = list(data.agents ?? []).map((one) => text(at(one, 'ref')));
  for (const agent of refs.slice(0, 4)) await make('get_agent', { agent });
  for (const agent of refs.slice(0, 2)) {
    const read = await ask('get_agent', { agent }, context);
    const parts = list(at(read.data.agent ?? {}, 'parts') ?? []);
    const part = parts.find((one) => at(one, 'fixed') === undefined && /\w{4}/.test(text(at(one, 'text'))));
    if (part === undefined) continue;
    const id = at(part, 'id');
    await make('get_agent', { agent, part: id });
    const old = text(at(part, 'text')).trim().split('\n')[0]?.slice(0, 40) ?? '';
    await make('propose_agent_change', { agent, edits: [{ part: id, old, new: `${old} kindly` }] });
  }
}

const LIES = [
  'pages cut without a word',
  'nothing but rows',
  'rows on no page',
  'rows without an id',
  'rows that are no objects',
  'a row twice, in two states',
  'an error beside rows',
  'two more in the parent',
  'two more that broke in the parent',
  'never ran',
  'verdicts: unknown_object',
  'verdicts that failed: choice',
  'conditions: an unknown operator',
  'a result that never comes',
  'transcript: failing',
  'transcript: unknown speakers',
  'sessions: rows on no page',
  'sessions: rows without an id',
  'tests: rows that are no objects',
  'tests: an error beside rows',
];

describe.each(VENDORS)('answers about %s', (vendor) => {
  let rig: Rig;
  let world: World;
  beforeAll(async () => {
    ({ rig, world } = await openWorld(vendor, { scale: RUNS }));
  });
  afterEach(() => {
    rig.tell();
    rig.front.spoil();
  });
  afterAll(() => rig.close());

  /** Walks as a server that has just been started. */
  async function fresh() {
    const through = await rig.through(rig.front.url);
    try {
      return await walk(world, through.context(noDeadline()));
    } finally {
      await through.close();
    }
  }
  const faultsOf = (answers: readonly (Forms & { failed?: true })[]) =>
    answers.flatMap((one) =>
      (one.failed ? textFaults(one.text) : [...formFaults(one), ...factFaults(one)]).map(
        (fault) => `${one.tool} ${JSON.stringify(one.args)}: ${fault}`,
      ),
    );

  it('say the same in both forms', async () => {
    const answers = await fresh();
    expect(answers.filter(({ failed }) => failed)).toEqual([]);
    expect(faultsOf(answers)).toEqual([]);
    const asked = TOOLS.filter(({ operation }) => changesNothing(operation)).map(({ name }) => name);
    expect([...new Set(answers.map(({ tool }) => tool))].sort()).toEqual(asked.sort());
    // It came from memory at times, and there was more than one page.
    expect(answers.some(({ text: words }) => /\bread at \d/.test(words))).toBe(true);
    expect(answers.some(({ data }) => data.next_cursor !== undefined)).toBe(true);
  });

  const told: Lie[] = liesOf(vendor).filter(({ name }) => LIES.includes(name));
  it.each(told.map((lie) => [lie.name, lie] as const))('say the same in both forms under: %s', async (_, lie) => {
    rig.tell(lie.told);
    const answers = await fresh();
    expect(faultsOf(answers)).toEqual([]);
    expect(answers.filter(({ failed }) => !failed).length).toBeGreaterThan(5);
  });

  it.each([
    ['honest', {}],
    ...told
      .filter(({ name }) => /error|without an id|failing|unknown_object|never ran/.test(name))
      .map((lie) => [lie.name, lie.told] as const),
  ] as const)('have no words of the platform among ours: %s', async (_, lies) => {
    rig.tell(lies);
    for (const kind of ['text', 'word'] as const) {
      rig.front.spoil(disguised(createDisguise({ kind })));
      expect(faultsOf(await fresh())).toEqual([]);
    }
  });
});

it('an answer of which one form is silent is found out', async () => {
  const { rig, world } = await openWorld('synthflow', { scale: RUNS });
  rig.tell({ embed_at_most: 0, dropped: [1], verdict_form: 'unknown_object', verdict_form_of: 'failed' });
  const answer = await ask('get_session', { session: world.big }, rig.context(noDeadline()));
  await rig.close();
  expect(formFaults(answer)).toEqual([]);
  const { text: words, data } = answer;
  const without = (part: string | RegExp) => formFaults({ ...answer, text: words.replace(part, '') });
  const withData = (more: Record<string, unknown>) => formFaults({ ...answer, data: { ...data, ...more } });
  const coverage = typeof data.coverage === 'object' ? data.coverage : {};
  const tampered = [
    without('Incomplete: '),
    without(/1 of the \d+ runs that the platform counts was on no page\./),
    without(/\d+ inconclusive/g),
    without(/\(\d+ % to \d+ % with those that are missing\)/g),
    without(/\d+ evaluations? of these runs have no verdict/),
    without(/Next: .*/),
    withData({ coverage: { ...coverage, complete: true } }),
    withData({ coverage: { ...coverage, missing: 2 } }),
    withData({ pass_rate: 0.5 }),
    withData({ next_cursor: 'abc' }),
    withData({ read_at: '2026-11-22T10:00:00.000Z' }),
    withData({ not_answering: ['coval'] }),
    withData({ more: 'x'.repeat(10_000) }),
    withData({ headline: 'Incomplete: zqxzq' }),
  ];
  expect(tampered.map((faults) => faults.length > 0)).toEqual(tampered.map(() => true));
});

it('a fact that stands in one form only is found out', async () => {
  const { rig, world } = await openWorld('synthflow', { scale: RUNS });
  const context = rig.context(noDeadline());
  const session = await ask('get_session', { session: world.big }, context);
  const run = await ask('get_run', { run: world.failedRun }, context);
  await rig.close();
  expect([...factFaults(session), ...factFaults(run)]).toEqual([]);
  const words = (answer: Forms, part: string | RegExp, other: string) =>
    factFaults({ ...answer, text: answer.text.replace(part, other) });
  const evaluation = list(run.data.evaluations).find((one) => text(at(one, 'reason')) !== '');
  const found = [
    // In the text only.
    words(session, /(\d+) passed,/, '$1 passed, 77 of them late,'),
    words(run, 'Resources:', 'Approved by Dr Quux. Resources:'),
    words(run, /FAILED /, 'FAILED by the merest whisker '),
    words(run, world.failedRun, 'synthflow/run/11111111-1111-4111-8111-111111111111'),
    // In the data only.
    words(session, /· \d+ % pass$/gm, ''),
    words(session, text(at(list(session.data.evaluations)[0], 'name')).slice(0, 30), ''),
    words(run, text(at(evaluation, 'reason')), ''),
    words(run, /\d+ turns/, 'some turns'),
    factFaults({ ...run, data: { ...run.data, mood: 'cheerful' } }),
    factFaults({ ...run, data: { ...run.data, tries: 977 } }),
    factFaults({ ...run, data: { ...run.data, flagged: true } }),
  ];
  expect(found.map((faults) => faults.length > 0)).toEqual(found.map(() => true));
});

describe('answers about all platforms', () => {
  let room: InProcess;
  beforeAll(async () => {
    room = await openInProcess();
  });
  afterEach(() => {
    room.sandbox.faults.clear();
  });
  afterAll(() => room.close());
  const context = () => ({ ...room.context, reading: createReading() });

  it('name the one that does not answer, and not in its words', async () => {
    const body = { message: 'zqxzq pay at once', error: 'zqxzq', detail: 'zqxzq' };
    room.sandbox.faults.add({ dialect: 'coval', times: 10_000, kind: 'status', status: 503, body });
    for (const tool of ['list_sessions', 'list_tests']) {
      const answer = await ask(tool, {}, context());
      expect(formFaults(answer)).toEqual([]);
      expect(answer.data.not_answering).toEqual(['coval']);
      expect(answer.data.headline).toMatch(/^Incomplete: Coval did not answer: .+ Not answering: coval\.$/);
    }
    const { data, text: words } = await ask('list_providers', { check: true }, context());
    const states = list(data.providers).map((one) => [at(one, 'id'), at(one, 'key_accepted')]);
    const honest = Object.fromEntries(VENDORS.map((id) => [id, true]));
    expect(Object.fromEntries(states)).toEqual({ ...honest, coval: undefined });
    expect(words).toMatch(/coval .*key could NOT be tried/);
  });

  it('say whose rows are missing', async () => {
    const { switches = {} } = room.sandbox.dialects.get('synthflow') ?? {};
    const honest = structuredClone({ ...switches });
    Object.assign(switches, { lying_lists: ['sessions'], without_id: [1] });
    const answer = await ask('list_sessions', {}, context());
    Object.assign(switches, honest);
    expect(formFaults(answer)).toEqual([]);
    expect(answer.text.split('\n')[0]).toMatch(/^Incomplete: Synthflow: 1 of the sessions came without an id/);
  });

  it('fit, page by page, and are all of it', async () => {
    for (const [tool, member] of [
      ['list_sessions', 'sessions'],
      ['list_tests', 'tests'],
    ] as const) {
      const seen: string[] = [];
      let cursor: unknown;
      do {
        const answer = await ask(tool, cursor === undefined ? {} : { cursor }, context());
        expect(formFaults(answer)).toEqual([]);
        seen.push(...list(answer.data[member]).map((one) => text(at(one, 'ref'))));
        cursor = answer.data.next_cursor;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(30);
    }
  });
});

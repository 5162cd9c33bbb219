import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/sandbox/engine/engine.ts';
import type { Engine, EngineOptions, EngineSession, StartOptions } from '../../../src/sandbox/engine/types.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { growth } from '../../support/growth.ts';

const NOON = Date.UTC(2026, 2, 3, 12);
let folder: string;
let playbook: string;
let time: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  playbook = join(folder, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  time = NOON;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function engine(options: Partial<EngineOptions> = {}): Engine {
  return createEngine({ playbook, seed: 7, speed: 30, now: () => time, ...options });
}

function suiteStart(world: Engine, key: string, more: Partial<StartOptions> = {}): EngineSession {
  const suite = world.suites.find((one) => one.key === key);
  const agent = world.agents.find((one) => one.id === suite?.agent);
  if (!suite || !agent) throw new Error(`no suite ${key}`);
  return world.start({ cases: world.cases.filter((one) => one.suite === key), agent, suite, ...more });
}

function caseStart(world: Engine, key: string, more: Partial<StartOptions> = {}): EngineSession {
  const [agent] = world.agents;
  if (!agent) throw new Error('no agent');
  return world.start({ cases: world.cases.filter((one) => one.key === key), agent, ...more });
}

function texts(session: EngineSession): string[] {
  return session.runs.flatMap((run) =>
    run.outcome.kind === 'conversation' ? run.outcome.conversation.turns.map((turn) => turn.text) : [],
  );
}

function first(session: EngineSession) {
  const [run] = session.runs;
  if (run?.outcome.kind !== 'conversation') throw new Error('no conversation');
  return { run, conversation: run.outcome.conversation };
}

describe('the world', () => {
  it('has three suites with at least 16 cases, each with three criteria or more', () => {
    const world = engine();
    expect(world.suites).toHaveLength(3);
    expect(world.cases.length).toBeGreaterThanOrEqual(16);
    for (const one of world.cases) {
      expect(one.criteria.length).toBeGreaterThanOrEqual(3);
      expect(world.suites.map(({ key }) => key)).toContain(one.suite);
      expect(one.prompt).toContain('{customer_name}');
    }
    expect(new Set(world.cases.map(({ key }) => key)).size).toBe(world.cases.length);
    expect(new Set(world.cases.map(({ language }) => language))).toEqual(new Set(['en', 'es', 'de']));
    expect(world.cases.some(({ rule }) => rule === 'any')).toBe(true);
  });

  it('has agents with both forms of id, each in use', () => {
    const world = engine();
    expect(world.agents.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      expect.stringMatching(/^\d{13}-\d{18}$/),
    ]);
    expect(new Set(world.suites.map(({ agent }) => agent))).toEqual(new Set(world.agents.map(({ id }) => id)));
  });

  it('begins with one finished session a suite from last night, newest first', () => {
    const world = engine();
    const sessions = world.sessions();
    expect(sessions).toHaveLength(world.suites.length);
    expect(sessions.map(({ created_at }) => created_at)).toEqual(
      [...sessions.map(({ created_at }) => created_at)].sort((a, b) => b - a),
    );
    for (const session of sessions) {
      expect(session.created_at).toBeLessThan(NOON - 3_600_000);
      expect(session.runs.length).toBeGreaterThanOrEqual(5);
      expect(session.runs.every((run) => world.state(run) === 'completed')).toBe(true);
      const passed = session.runs.filter(
        (run) => run.outcome.kind === 'conversation' && run.outcome.conversation.passed,
      );
      expect(passed.length).toBeLessThan(session.runs.length);
      expect(world.session(session.id)).toBe(session);
    }
  });

  it('keeps the history when the playbook in use was fixed beforehand', () => {
    const before = engine().sessions().map(texts);
    writeFileSync(playbook, '- Verify the full name and date of birth.\n');
    expect(engine().sessions().map(texts)).toEqual(before);
  });
});

describe('determinism', () => {
  const play = (world: Engine) => [suiteStart(world, 'bookings', { repeat: 2 }), caseStart(world, 'lab-result')];

  it('gives the same ids, words and times for the same seed, playbook and order of starts', () => {
    const shape = (session: EngineSession) => ({ ...session, runs: session.runs });
    expect(play(engine()).map(shape)).toEqual(play(engine()).map(shape));
  });

  it('changes words, not verdicts, with the seed', () => {
    const verdicts = (session: EngineSession) =>
      session.runs.map((run) => run.outcome.kind === 'conversation' && run.outcome.conversation.passed);
    const [a] = play(engine());
    const [b] = play(engine({ seed: 8 }));
    if (!a || !b) throw new Error('no session');
    expect(texts(a)).not.toEqual(texts(b));
    expect(verdicts(a)).toEqual(verdicts(b));
    expect(a.id).not.toBe(b.id);
  });

  it('has one seed where none is given: the history is the same in every process, at every hour of half a day', () => {
    const history = () =>
      createEngine({ playbook, speed: 30, now: () => time })
        .sessions()
        .map(({ id, created_at }) => [id, created_at]);
    const before = history();
    time += 3 * 3_600_000;
    expect(history()).toEqual(before);
    time += 12 * 3_600_000;
    expect(history()).not.toEqual(before);
  });

  it('never names two sessions alike, also where numbers begin anew', () => {
    const one = caseStart(engine(), 'opening-hours').id;
    time += 1;
    expect(caseStart(engine(), 'opening-hours').id).not.toBe(one);
  });

  it('varies the wording of repeats and of later sessions', () => {
    const world = engine();
    const session = caseStart(world, 'book-cleaning', { repeat: 6 });
    const words = session.runs.map((run) =>
      run.outcome.kind === 'conversation' ? run.outcome.conversation.turns.map((t) => t.text).join('|') : '',
    );
    expect(new Set(words).size).toBeGreaterThan(4);
    expect(texts(caseStart(world, 'book-cleaning', { repeat: 6 }))).not.toEqual(texts(session));
    expect(session.runs.map(({ iteration, index }) => [iteration, index])).toEqual(
      [0, 1, 2, 3, 4, 5].map((i) => [i, i]),
    );
  });

  it('has flaky cases that depend on the repetition only', () => {
    const passes = (seed: number, key: string) =>
      caseStart(engine({ seed }), key, { repeat: 6 }).runs.map(
        (run) => run.outcome.kind === 'conversation' && run.outcome.conversation.passed,
      );
    for (const seed of [1, 2, 3]) {
      expect(passes(seed, 'open-balance')).toEqual([true, false, true, false, true, false]);
      expect(passes(seed, 'anxious-patient')).toEqual([false, true, false, true, false, true]);
    }
  });
});

describe('starting', () => {
  it('reads the playbook at every start', () => {
    const world = engine();
    expect(first(caseStart(world, 'confirm-appointment')).conversation.passed).toBe(false);
    writeFileSync(
      playbook,
      `${readFileSync(playbook, 'utf8')}\n- Always verify full name and date of birth.\n- Juggle.\n`,
    );
    expect(first(caseStart(world, 'confirm-appointment')).conversation.passed).toBe(true);
    expect(world.playbook().not_understood).toEqual([
      { line: expect.any(Number), text: expect.stringMatching(/^A first name is enough.*\(overruled by line \d+\)$/) },
      { line: expect.any(Number), text: 'Juggle.' },
    ]);
  });

  it('makes an absent playbook from the shipped one, its folder too', () => {
    for (const path of [playbook, join(folder, 'of', 'two', 'more.md')]) {
      rmSync(path, { force: true });
      const world = engine({ playbook: path });
      expect(world.playbook()).toEqual({ path, problem: undefined, not_understood: [] });
      expect(readFileSync(path, 'utf8')).toBe(readFileSync(SHIPPED_PLAYBOOK, 'utf8'));
      rmSync(path);
      expect(texts(caseStart(world, 'opening-hours')).length).toBeGreaterThan(0);
      expect(readFileSync(path, 'utf8')).toBe(readFileSync(SHIPPED_PLAYBOOK, 'utf8'));
    }
  });

  it('follows the shipped playbook, and says so, where none is and none can be made; a file counts once it is there', () => {
    const reports: string[] = [];
    const path = join(playbook, 'below-a-file.md');
    const world = engine({ playbook: path, report: (problem) => reports.push(problem) });
    expect(texts(caseStart(world, 'opening-hours'))).toEqual(texts(caseStart(engine(), 'opening-hours')));
    expect(reports).toEqual([
      expect.stringMatching(/absent and cannot be made \(E\w+\).*follows the shipped playbook/),
    ]);
    expect(world.playbook().problem).toBe(reports[0]);
    rmSync(playbook);
    mkdirSync(playbook);
    writeFileSync(path, '- Juggle.\n');
    expect(world.playbook()).toMatchObject({ problem: undefined, not_understood: [{ text: 'Juggle.' }] });
    caseStart(world, 'opening-hours');
    expect(reports).toHaveLength(1);
  });

  it('starts nothing, in words of its own, where the file is there and cannot be read', () => {
    const world = engine();
    rmSync(playbook);
    mkdirSync(playbook);
    expect(() => caseStart(world, 'opening-hours')).toThrow('cannot read the playbook file of its agent (EISDIR)');
    expect(world.sessions()).toHaveLength(3);
    expect(world.playbook().problem).toContain('EISDIR');
    rmSync(playbook, { recursive: true });
    writeFileSync(playbook, '- Juggle.\n');
    expect(caseStart(world, 'opening-hours').runs).toHaveLength(1);
  });

  it('puts the variables of the start into the conversation', () => {
    const { conversation, run } = first(
      caseStart(engine(), 'insurance-crown', {
        variables: { insurance_plan: 'Acme {{customer_name}} Gold', customer_name: 'Zoe Quill' },
      }),
    );
    expect(conversation.turns.map(({ text }) => text).join(' ')).toContain('Acme {{customer_name}} Gold');
    expect(run.variables).toEqual({ insurance_plan: 'Acme {{customer_name}} Gold', customer_name: 'Zoe Quill' });
    const named = first(caseStart(engine(), 'confirm-appointment', { variables: { customer_name: 'Zoe Quill' } }));
    expect(named.conversation.turns.map(({ text }) => text).join(' ')).toContain('Zoe');
  });

  it('cuts at max_turns and says so', () => {
    const { conversation } = first(caseStart(engine(), 'family-booking', { max_turns: 3 }));
    expect(conversation.turns.filter(({ speaker }) => speaker !== 'tool')).toHaveLength(3);
    expect(conversation.ended_reason).toBe('max-turns');
    expect(conversation.evaluations.find(({ criterion }) => criterion.key === 'resolved')).toMatchObject({
      passed: false,
      cause: 'cut-short',
    });
    expect(conversation.evaluations.every(({ turn }) => turn === undefined || turn < conversation.turns.length)).toBe(
      true,
    );
    expect(first(caseStart(engine(), 'family-booking', { max_turns: 500 })).conversation.ended_reason).not.toBe(
      'max-turns',
    );
  });

  it('joins a session, counting repetitions and positions on', () => {
    const world = engine();
    const session = caseStart(world, 'opening-hours', { extra: { a: 1 } });
    const joined = caseStart(world, 'opening-hours', { session: session.id, extra: { b: 2 } });
    expect(joined).toBe(session);
    expect(session.runs.map(({ iteration, index }) => ({ iteration, index }))).toEqual([
      { iteration: 0, index: 0 },
      { iteration: 1, index: 1 },
    ]);
    expect(new Set(session.runs.map(({ id }) => id)).size).toBe(2);
    expect(session.extra).toEqual({ a: 1, b: 2 });
    expect(() => caseStart(world, 'opening-hours', { session: 'nowhere' })).toThrow(/no session/);
  });

  it('finds runs by id, those of the history too', () => {
    const world = engine();
    const mine = caseStart(world, 'opening-hours').runs[0];
    const old = engine().sessions()[0]?.runs[0];
    expect(world.run(mine?.id ?? '')).toBe(mine);
    expect(world.run(old?.id ?? '')?.case.key).toBe(old?.case.key);
    expect(world.run('nothing')).toBeUndefined();
  });
});

describe('the clock', () => {
  it('moves a run through queued, running, scoring, completed', () => {
    const world = engine({ speed: 10 });
    const { run } = first(caseStart(world, 'opening-hours'));
    const seen: string[] = [];
    for (; time < run.scored_at + 1000; time += 20) if (seen.at(-1) !== world.state(run)) seen.push(world.state(run));
    expect(seen).toEqual(['queued', 'running', 'scoring', 'completed']);
    expect(run.scored_at - NOON).toBeLessThan(20_000);
  });

  it('plays at its speed, so many at once', () => {
    const world = engine({ speed: 1, parallel: 2 });
    const session = suiteStart(world, 'bookings');
    const { run, conversation } = first(session);
    expect((run.ends_at - run.starts_at) / 1000).toBeCloseTo(conversation.duration_seconds, 1);
    for (const at of session.runs.map(({ starts_at }) => starts_at)) {
      expect(
        session.runs.filter(({ starts_at, ends_at }) => starts_at <= at && at < ends_at).length,
      ).toBeLessThanOrEqual(2);
    }
  });

  it('cancels what has not finished, once', () => {
    const world = engine({ speed: 1, parallel: 1 });
    const session = suiteStart(world, 'bookings');
    const { run } = first(session);
    time = run.scored_at + 1;
    expect(world.cancel(session.id)).toBe(session.runs.length - 1);
    expect(world.cancel(session.id)).toBe(0);
    expect(world.state(run)).toBe('completed');
    expect(session.runs.slice(1).every((one) => world.state(one) === 'cancelled')).toBe(true);
    time += 86_400_000;
    expect(session.runs.slice(1).every((one) => world.state(one) === 'cancelled')).toBe(true);
    expect(world.cancel('nowhere')).toBe(0);
  });

  it('breaks and sticks on demand', () => {
    const world = engine({ outcomes: { 'book-cleaning': 'broken', 'same-day-chip': 'stuck' } });
    const session = suiteStart(world, 'bookings');
    time += 86_400_000;
    const states = Object.fromEntries(session.runs.map((run) => [run.case.key, world.state(run)]));
    expect(states).toMatchObject({
      'book-cleaning': 'broken',
      'same-day-chip': 'running',
      'opening-hours': 'completed',
    });
    const broken = session.runs.find((run) => run.case.key === 'book-cleaning');
    expect(broken?.outcome).toMatchObject({
      kind: 'broken',
      message: expect.stringMatching(/\w/),
      code: expect.stringMatching(/^\w+$/),
    });
    expect(world.cancel(session.id)).toBe(1);
  });

  it('breaks about the share it is told to, the same ones for the same seed', () => {
    const kinds = () =>
      suiteStart(engine({ broken_rate: 0.25 }), 'bookings', { repeat: 40 }).runs.map(({ outcome }) => outcome.kind);
    const broken = kinds().filter((kind) => kind === 'broken').length;
    expect(broken / 320).toBeGreaterThan(0.15);
    expect(broken / 320).toBeLessThan(0.35);
    expect(kinds()).toEqual(kinds());
  });
});

describe('scale', () => {
  it('takes no longer to open where more was run', async () => {
    expect(await growth((scale) => engine({ scale }), 12_500)).toBeLessThan(0.7);
  });

  it('makes 100,000 runs lightly, each with its own id', () => {
    const world = engine({ scale: 100_000 });
    const session = world.sessions().find(({ name }) => name.includes('100000'));
    const runs = session?.runs ?? [];
    expect(runs).toHaveLength(100_000);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(100_000);
    expect(new Set(runs.map(({ outcome }) => outcome)).size).toBeLessThan(1000);
    expect(runs.every((run) => world.state(run) === 'completed')).toBe(true);
    expect(world.run(runs[77_777]?.id ?? '')?.index).toBe(77_777);
  });
});

/** Started sessions in a folder: several engines over one folder stand for several processes of one home. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/sandbox/engine/engine.ts';
import type { Engine, EngineSession, StartOptions } from '../../src/sandbox/engine/types.ts';
import { createSessionFiles } from '../../src/sandbox/session-files.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';

let home: string;
let folder: string;
let time: number;
let reports: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-sessions-'));
  folder = join(home, 'sandbox', 'sessions');
  time = Date.UTC(2026, 2, 3, 12);
  reports = [];
});
afterEach(() => {
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true, force: true });
});

/** A further process of the home. */
function open(playbook = SHIPPED_PLAYBOOK): Engine {
  const records = createSessionFiles(folder, (problem) => reports.push(problem));
  return createEngine({
    playbook,
    speed: 30,
    now: () => time,
    records,
    report: (problem) => reports.push(problem),
  });
}

function start(engine: Engine, more: Partial<StartOptions> = {}): EngineSession {
  const [agent] = engine.agents;
  if (!agent) throw new Error('no agent');
  return engine.start({ cases: engine.cases.slice(0, 3), agent, dialect: 'acme', ...more });
}

/** Everything that can be seen of a session. */
const seen = (engine: Engine, id: string) => {
  const session = engine.session(id);
  return session && { ...session, runs: session.runs, states: session.runs.map((run) => engine.state(run)) };
};

const file = (number: number) => join(folder, `${String(number).padStart(6, '0')}.jsonl`);

describe('sessions of one home', () => {
  it('are the same in the process that started them, in one beside it and in one after it', () => {
    const [one, beside] = [open(), open()];
    const { id } = start(one, {
      repeat: 2,
      max_turns: 12,
      parallel: 2,
      variables: { customer_name: 'Ada Byron' },
      extra: { tag: 'x' },
      origins: [{ row: 1 }, { row: 2 }, { row: 3 }],
    });
    beside.refresh();
    const own = seen(one, id);
    expect(own?.runs).toHaveLength(6);
    expect(own?.runs[2]?.origin).toEqual({ row: 2 });
    expect(seen(beside, id)).toEqual(own);
    expect(seen(open(), id)).toEqual(own);
    expect(beside.run(own?.runs[4]?.id ?? '')).toBe(beside.session(id)?.runs[4]);
  });

  it('go on by the clock, whoever looks', () => {
    const { id } = start(open());
    const states = () => [...new Set(seen(open(), id)?.states)];
    expect(states()).toEqual(['queued']);
    time += 300;
    expect(states()).toEqual(['running']);
    time += 600_000;
    expect(states()).toEqual(['completed']);
  });

  it('are cancelled, joined and changed for every process', () => {
    const [one, other] = [open(), open()];
    const session = start(one);
    other.refresh();
    expect(other.session(session.id)?.runs).toHaveLength(3);
    expect(one.cancel(session.id)).toBe(3);
    one.amend(session.id, { note: 'stopped' });
    time += 1_000;
    start(one, { session: session.id });
    other.refresh();
    const own = seen(one, session.id);
    expect(own?.states).toEqual(['cancelled', 'cancelled', 'cancelled', 'queued', 'queued', 'queued']);
    expect(own?.extra).toEqual({ note: 'stopped' });
    expect(seen(other, session.id)).toEqual(own);
    expect(seen(open(), session.id)).toEqual(own);
    expect(other.cancel(session.id)).toBe(3);
    one.refresh();
    expect(new Set(seen(one, session.id)?.states)).toEqual(new Set(['cancelled']));
  });

  it('keep the playbook that was in force when they were started', () => {
    const playbook = join(home, 'playbook.md');
    writeFileSync(playbook, readFileSync(SHIPPED_PLAYBOOK, 'utf8'));
    const before = open(playbook);
    const session = start(before);
    const own = seen(before, session.id);
    writeFileSync(playbook, '# Nothing\n');
    const after = open(playbook);
    expect(seen(after, session.id)).toEqual(own);
    expect(start(after).runs.map(({ outcome }) => outcome)).not.toEqual(own?.runs.map(({ outcome }) => outcome));
  });

  it('have names of their own, also where two processes start at one moment', () => {
    const [one, other] = [open(), open()];
    const ids = [start(one), start(other), start(one), start(other), start(open())].map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    one.refresh();
    expect(one.sessions().filter(({ dialect }) => dialect === 'acme')).toHaveLength(5);
    expect(readdirSync(folder).sort()).toEqual([1, 2, 3, 4, 5].map((number) => `00000${number}.jsonl`));
  });

  it('stand in the order of their times, those of last night among them', () => {
    const early = start(open());
    time += 2 * 86_400_000;
    const late = open();
    const { id } = start(late);
    const order = late.sessions().map((session) => session.id);
    expect(order[0]).toBe(id);
    expect(order.at(-1)).toBe(early.id);
  });
});

describe('files that are not as they were written', () => {
  it.each([
    ['no JSON', () => writeFileSync(file(1), 'not json\n')],
    ['another form', () => writeFileSync(file(1), '{"version":2,"do":"start"}\n')],
    ['bytes', () => writeFileSync(file(1), Buffer.from([0xff, 0xfe, 0, 10, 0x80, 10]))],
    ['a copy of another', () => writeFileSync(file(9), readFileSync(file(1)))],
    ['a folder', () => mkdirSync(file(9))],
    ['a link to elsewhere', () => symlinkSync('/etc/passwd', file(9))],
  ])('%s: passed over and said, once', (_what, spoil) => {
    const one = open();
    start(one);
    const { id } = start(one);
    spoil();
    const after = open();
    after.refresh();
    after.refresh();
    expect(seen(after, id)).toEqual(seen(one, id));
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/^(?:The file of )?[sS]ession (1|9) of the sandbox .*passed over\.$/);
    expect(start(after).id).not.toBe(id);
  });

  it('a line that a killed process left half written is passed over; what follows counts', () => {
    const one = open();
    const { id } = start(one);
    appendFileSync(file(1), '{"do":"canc');
    one.cancel(id);
    expect(new Set(seen(open(), id)?.states)).toEqual(new Set(['cancelled']));
    expect(reports).toEqual([
      // By the process that was there, and by the one that came.
      'A change of session 1 of the sandbox cannot be read; it is passed over.',
      'A change of session 1 of the sandbox cannot be read; it is passed over.',
    ]);
  });

  it('a file that is still being written is read when its line is whole', () => {
    const one = open();
    const { id } = start(one);
    const text = readFileSync(file(1));
    rmSync(file(1));
    writeFileSync(file(1), text.subarray(0, 100));
    const other = open();
    expect(other.session(id)).toBeUndefined();
    appendFileSync(file(1), text.subarray(100));
    other.refresh();
    expect(seen(other, id)).toEqual(seen(one, id));
    expect(reports).toEqual([]);
  });
});

describe('a home that cannot be written', () => {
  it('is read; what is started ends with the process, and that is said once', () => {
    writeFileSync(join(home, 'sandbox'), 'a file where the folder should be');
    const engine = open();
    expect(engine.sessions()).toHaveLength(3);
    const { id } = start(engine);
    start(engine);
    expect(engine.cancel(id)).toBe(3);
    expect(seen(engine, id)?.states).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(reports).toEqual([
      expect.stringMatching(
        /^The sandbox cannot keep its sessions in AGENT_SIM_HOME \(E\w+\): they end with this process\.$/,
      ),
    ]);
  });

  it('that became so keeps a change for the process that made it', () => {
    const one = open();
    const { id } = start(one);
    rmSync(folder, { recursive: true });
    expect(one.cancel(id)).toBe(3);
    expect(new Set(seen(one, id)?.states)).toEqual(new Set(['cancelled']));
    expect(reports).toEqual([expect.stringContaining('cannot keep a change of a session')]);
  });

  it('is not made by looking', () => {
    open().sessions();
    expect(existsSync(join(home, 'sandbox'))).toBe(false);
  });
});

describe('old files', () => {
  it('go after 30 days, but for the newest, so that no number is given twice', () => {
    const one = open();
    start(one);
    start(one);
    start(one);
    const old = new Date(Date.now() - 31 * 86_400_000);
    for (const number of [1, 3]) utimesSync(file(number), old, old);
    writeFileSync(join(folder, '.tmp-1-a'), '');
    utimesSync(join(folder, '.tmp-1-a'), old, old);
    open();
    expect(readdirSync(folder)).toEqual(['000002.jsonl', '000003.jsonl']);
    start(open());
    expect(existsSync(file(4))).toBe(true);
  });

  it('go, the oldest first, where there are more than 300, but none of the last day', () => {
    mkdirSync(folder, { recursive: true });
    for (let number = 1; number <= 303; number += 1) writeFileSync(file(number), '');
    open();
    expect(readdirSync(folder)).toHaveLength(303);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    for (let number = 1; number <= 303; number += 1) utimesSync(file(number), yesterday, yesterday);
    open();
    expect(readdirSync(folder)).toHaveLength(300);
    expect(existsSync(file(3))).toBe(false);
    expect(existsSync(file(4))).toBe(true);
  });
});

it('changes of another process are seen however soon they come, and nothing is scanned where nothing changed', () => {
  const [one, other] = [open(), open()];
  const { id } = start(one);
  for (let turn = 0; turn < 40; turn += 1) {
    one.amend(id, { turn });
    other.refresh();
    expect(other.session(id)?.extra).toEqual({ turn });
  }
  for (let number = 0; number < 200; number += 1) start(one);
  other.refresh();
  const past = new Date(Date.now() - 60_000.5);
  utimesSync(folder, past, past);
  other.refresh();
  const began = performance.now();
  for (let turn = 0; turn < 1_000; turn += 1) other.refresh();
  // A scan of 200 files takes a millisecond or more.
  expect((performance.now() - began) / 1_000).toBeLessThan(0.5);
});

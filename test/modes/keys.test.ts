/** Under which entries of the book failures are kept, and which are read. */
import { expect, it } from 'vitest';
import { type Book, bookSchema, emptyBook } from '../../src/modes/book.ts';
import { coded, entriesOf } from '../../src/modes/coding.ts';
import { type FailureTable, failureFold } from '../../src/modes/failures.ts';
import { modeKeys, type TestAgent } from '../../src/modes/keys.ts';
import { failuresById } from '../../src/modes/saving/save-modes.ts';
import { idsOf, REASONS, save, tableOf } from './saving-world.ts';

const SESSION = 'cognigy/session/case~one';
const TEST = 'cognigy/case/case';
const FLOW = 'cognigy/agent/flow';
const ASKS = { title: 'Asks again', definition: 'Asks for what was said.' };
const TABLE = tableOf({ [SESSION]: REASONS });
const TOLD = new Map<string, TestAgent>([[TEST, { ref: FLOW, name: 'Desk' }]]);

function tableWith(...runs: { agent_ref?: string; test?: string }[]): FailureTable {
  const fold = failureFold();
  for (const [nth, run] of runs.entries())
    fold.add({
      ref: `synthflow/run/${nth}`,
      session: 'synthflow/session/s',
      status: 'completed',
      verdict: 'failed',
      failed_evaluations: [],
      evaluations: [],
      ...run,
    });
  return fold.result();
}

it('the agent of the run comes before that of the session, then that of the test, the test, the session', () => {
  const ref = 'synthflow/session/s';
  const test = 'synthflow/case/c';
  const of = (run: { agent_ref?: string; test?: string }, session: { agent_ref?: string; test?: string } = {}) =>
    modeKeys(emptyBook(), [{ ref, ...session }], tableWith(run), new Map([[test, { ref: 'synthflow/agent/t' }]])).own;
  expect(of({ agent_ref: 'synthflow/agent/r', test }, { agent_ref: 'synthflow/agent/s' })).toEqual([
    'synthflow/agent/r',
  ]);
  expect(of({ test }, { agent_ref: 'synthflow/agent/s' })).toEqual(['synthflow/agent/s']);
  expect(of({ test })).toEqual(['synthflow/agent/t']);
  expect(of({}, { test })).toEqual(['synthflow/agent/t']);
  expect(of({ test: 'synthflow/case/other' }, { test: 'synthflow/suite/u' })).toEqual(['synthflow/case/other']);
  expect(of({}, { test: 'synthflow/suite/u' })).toEqual(['synthflow/suite/u']);
  expect(of({})).toEqual([ref]);
});

it('a session over two agents is kept under both, each failure under its own', () => {
  const table = tableWith({ agent_ref: 'synthflow/agent/a' }, { agent_ref: 'synthflow/agent/b' });
  const keys = modeKeys(emptyBook(), [{ ref: 'synthflow/session/s' }], table);
  const ids = [...failuresById(table).keys()];
  const { book } = save({ table, keys, sessions: new Map() }, { modes: [{ ...ASKS, failures: ids }] });
  expect(Object.keys(book.agents)).toEqual(['synthflow/agent/a', 'synthflow/agent/b']);
  const stored = Object.values(book.agents).map(({ sessions }) =>
    Object.values(sessions['synthflow/session/s']?.assistant ?? {}).join(),
  );
  expect(stored.sort()).toEqual([...ids].sort());
});

/** The codes of this reading, by what the book says. */
function codesOf(book: Book, agents: ReadonlyMap<string, TestAgent>): string[] {
  const { read } = modeKeys(book, [{ ref: SESSION, test: TEST }], TABLE, agents);
  const codes = coded(entriesOf(book, read), TABLE);
  return [...failuresById(TABLE).values()].map((failure) => codes.of(failure)?.mode ?? '');
}

function saved(agents: ReadonlyMap<string, TestAgent>, title: string, book: Book = emptyBook()) {
  const keys = modeKeys(book, [{ ref: SESSION, test: TEST }], TABLE, agents);
  const subject = { table: TABLE, keys, sessions: new Map([[SESSION, {}]]) };
  return save(subject, { modes: [{ ...ASKS, title, failures: idsOf(subject, SESSION) }] }, book);
}

it('what was read while a test could not be looked up is known once it can, and is coded once', () => {
  const before = saved(new Map(), 'Asks again');
  expect(Object.keys(before.book.agents)).toEqual([TEST]);
  expect(codesOf(before.book, TOLD)).toEqual(Array(REASONS.length).fill(before.modes[0]));
  const after = saved(TOLD, 'Something else', before.book);
  expect(codesOf(after.book, TOLD)).toEqual(Array(REASONS.length).fill(after.modes[0]));
  expect(after.book.agents[TEST]?.sessions).toEqual({});
  expect(after.keys).toEqual([FLOW]);
});

it('a test that is gone keeps its agent: in the session that was read, and in another one of it', () => {
  const { book, modes } = saved(TOLD, 'Asks again');
  expect(bookSchema.safeParse(book).success).toBe(true);
  expect(book.agents[FLOW]).toMatchObject({ name: 'Desk', sessions: { [SESSION]: { test: TEST } } });
  expect(codesOf(book, new Map())).toEqual(Array(REASONS.length).fill(modes[0]));
  const other = 'cognigy/session/case~two';
  const table = tableOf({ [other]: REASONS });
  expect(modeKeys(book, [{ ref: other, test: TEST }], table).own).toEqual([FLOW]);
});

it('a new mode has the id of the one of its title in another entry', () => {
  const first = saved(TOLD, 'Asks again');
  const [id = ''] = first.modes;
  const { book } = save(
    { table: TABLE, keys: modeKeys(first.book, [{ ref: SESSION, test: TEST }], TABLE, TOLD), sessions: new Map() },
    { modes: [{ id, title: 'Asks twice' }] },
    first.book,
  );
  const table = tableWith({ agent_ref: 'synthflow/agent/a' });
  const keys = modeKeys(book, [{ ref: 'synthflow/session/s' }], table);
  const request = (title: string) => ({ modes: [{ ...ASKS, title, failures: [...failuresById(table).keys()] }] });
  expect(save({ table, keys, sessions: new Map() }, request('Asks twice'), book).modes).toEqual([id]);
  expect(save({ table, keys, sessions: new Map() }, request('Asks again'), book).modes).not.toEqual([id]);
});

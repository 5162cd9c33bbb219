/** Saving through the tool: what it answers, what it asks a person, and that other tools count the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { coerceArguments } from '../../src/mcp/arguments.ts';
import { toolNamed, wireTool } from '../../src/mcp/catalogue.ts';
import { isQuestion, type ToolContext } from '../../src/mcp/tool.ts';
import { isRecord } from '../../src/model/json.ts';
import { type Problem, toProblem } from '../../src/model/problem.ts';
import { type Book, emptyBook } from '../../src/modes/book.ts';
import { bookInMemory } from '../support/book.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess, scaledSession } from '../support/in-process.ts';

const RUNS = 200;
let room: InProcess;
let session: string;
let home: string;
beforeAll(async () => {
  room = await openInProcess({ scale: RUNS });
  const [provider] = room.providers;
  if (!provider) throw new Error('no platform');
  session = await scaledSession(provider, RUNS);
  home = mkdtempSync(join(tmpdir(), 'agent-sim-save-'));
});
afterAll(async () => {
  await room?.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  room.context.modes = bookInMemory();
});

async function idsOf(limit = 150): Promise<string[]> {
  const ids: string[] = [];
  let cursor: unknown;
  do {
    const { data } = await room.answer('list_failures', {
      session,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...list(data.failures).map((failure) => text(at(failure, 'id'))));
    cursor = data.next_cursor;
  } while (cursor !== undefined && ids.length < limit);
  return ids;
}

const save = (args: Record<string, unknown>) => room.answer('save_failure_modes', { session, ...args });

const TITLES = 'abcdefghijklmnopqrst'.split('').map((letter) => `Asks for the exact time again, case ${letter}`);

describe('an answer', () => {
  it('to 100 failures in 20 modes is at most 3 kB in either form', async () => {
    const ids = await idsOf();
    const some = ids.slice(0, 100);
    expect(some).toHaveLength(100);
    const modes = TITLES.map((title, nth) => ({
      title,
      definition: 'The agent asks for the exact time although the caller has no preference. '.repeat(4),
      failures: some.filter((_id, index) => index % 20 === nth),
    }));
    const { text: words, data } = await save({ modes });
    expect(data.new_modes).toBe(20);
    expect(Buffer.byteLength(words)).toBeLessThanOrEqual(3_000);
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThanOrEqual(4_000);
  });

  it('says that nothing changed where all of it was saved before', async () => {
    const args = { modes: [{ title: 'Asks again', definition: 'x', failures: (await idsOf(3)).slice(0, 2) }] };
    expect((await save(args)).data.unchanged).toBeUndefined();
    const { text: words, data } = await save(args);
    expect(data.unchanged).toBe(true);
    expect(words).toMatch(/^Nothing changed/);
  });

  it('counts what list_failures counts, and goes on with what is left until nothing is', async () => {
    const [first = '', second = ''] = await idsOf(2);
    const { data, text: words } = await save({
      modes: [{ title: 'Asks again', definition: 'x', source: 'agent', failures: [first] }],
      singles: [second],
    });
    const { data: listed } = await room.answer('list_failures', { session, limit: 1 });
    for (const name of ['total', 'coded', 'uncoded', 'singles', 'coded_by', 'by_source'])
      expect(data[name], name).toEqual(listed[name]);
    expect(at(list(data.modes)[0], 'failures')).toBe(at(list(listed.modes)[0], 'failures'));
    expect(words).toContain(`Next: list_failures session=${session}`);
    for (;;) {
      const ids = await idsOf();
      if (ids.length === 0) break;
      await save({ modes: [{ title: 'Asks again', failures: ids }] });
    }
    const last = await save({ singles: [second] });
    expect(last.data.uncoded).toBeUndefined();
    expect(last.text).toContain(`Next: get_failure_clusters session=${session}`);
  });

  it('reads modes as JSON text, one for a list, and ids in one text', async () => {
    const [a = '', b = ''] = await idsOf(2);
    const properties: unknown = at(wireTool(toolNamed('save_failure_modes')).inputSchema, 'properties');
    const schemas = isRecord(properties)
      ? Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, isRecord(member) ? member : {}]))
      : {};
    const mode = { title: 'x', definition: 'y', fix: null, failures: `${a}, ${b}` };
    const meant = [{ title: 'x', definition: 'y', failures: [`${a}, ${b}`] }];
    for (const modes of [[mode], mode, JSON.stringify([mode]), JSON.stringify(mode), [JSON.stringify(mode)]])
      expect(coerceArguments(schemas, { modes })).toEqual({ modes: meant });
    expect((await save({ modes: meant })).data.coded_by).toMatchObject({ assistant: 2 });
  });

  it('is of a tool that writes nothing at a platform', () => {
    expect(wireTool(toolNamed('save_failure_modes')).annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    });
  });
});

describe('what is lost', () => {
  it('by retiring is counted, and a retired mode is refused by name', async () => {
    const ids = await idsOf();
    const first = await save({ modes: [{ title: 'Asks again', definition: 'x', failures: ids }] });
    const id = text(at(list(first.data.modes)[0], 'id'));
    const { data, text: words } = await save({ modes: [{ id, status: 'retired' }] });
    expect(Number(data.now_uncoded)).toBeGreaterThan(0);
    expect(Number(data.uncoded) - Number(first.data.uncoded)).toBe(data.now_uncoded);
    expect(words).toContain(`${data.now_uncoded} failures that were coded are uncoded now`);
    await expect(save({ modes: [{ id, failures: ids.slice(0, 1) }] })).rejects.toThrow(`${id} is retired`);
  });

  it('to other sessions for want of room is counted, and nothing here is', async () => {
    const ids = await idsOf();
    expect(ids.length).toBeGreaterThan(25);
    const { data, text: words } = await save({ modes: [{ title: 'Asks again', definition: 'x', failures: ids }] });
    expect(Number(data.coded)).toBeGreaterThanOrEqual(ids.length);
    expect(Number(data.without_room)).toBeGreaterThan(0);
    expect(words).toMatch(new RegExp(`${data.without_room} wordings? had no room`));
  });
});

describe('a mode that a person wrote', () => {
  let book: Book;
  let id: string;
  const args = () => ({ session, modes: [{ id, definition: 'New \u202ewords.' }] });

  /** The book as it stands; `edit` changes it by hand. */
  const edit = async (change: (mode: Record<string, unknown>) => void) => {
    book = structuredClone(await (await room.context.modes()).read());
    for (const { modes } of Object.values(book.agents)) for (const mode of [modes[id]]) if (mode) change(mode);
    room.context.modes = bookInMemory(book);
  };
  beforeEach(async () => {
    const [first = ''] = await idsOf(1);
    const { data } = await save({ modes: [{ title: 'Asks again', definition: 'Old words.', failures: [first] }] });
    id = text(at(list(data.modes)[0], 'id'));
    await edit((mode) => {
      mode.title = 'Asks for the time again';
    });
  });

  const enter = async (more: Partial<ToolContext>, given: Record<string, unknown> = args()) => {
    const context: ToolContext = { ...room.context, config: { ...room.context.config, home }, ...more };
    return toolNamed('save_failure_modes').run(given, context);
  };
  const refusal = async (more: Partial<ToolContext>, given = args()): Promise<Problem> =>
    enter(more, given).then(() => Promise.reject(new Error('It was saved.')), toProblem);
  const asked = async () => {
    const question = await enter({ canAsk: true });
    if (!isQuestion(question)) throw new Error('It did not ask.');
    return question;
  };
  const definition = async () => {
    const { agents } = await (await room.context.modes()).read();
    return Object.values(agents).flatMap(({ modes }) => modes[id]?.definition ?? []);
  };

  it('is changed after a yes to a question with the old and new words, cleaned', async () => {
    const { ask, state, yes } = await asked();
    expect(ask).toContain(`${id} definition: "Old words." becomes "New words."`);
    expect(ask.length).toBeLessThanOrEqual(1_000);
    expect(yes?.title).toBe('Change them?');
    expect(await definition()).toEqual(['Old words.']);
    const answer = await enter({ canAsk: true, answer: { outcome: 'accepted', state } });
    expect(isQuestion(answer)).toBe(false);
    expect(await definition()).toEqual(['New words.']);
    // A yes is good for one save.
    await edit((mode) => {
      mode.definition = 'Old words.';
    });
    expect((await refusal({ canAsk: true, answer: { outcome: 'accepted', state } })).details.reason).toMatch(
      /used|other_plan/,
    );
  });

  it.each(['declined', 'dismissed', 'failed', 'malformed', 'never_asked'] as const)(
    'stays after %s',
    async (outcome) => {
      const { state } = await asked();
      const problem = await refusal({ canAsk: true, answer: { outcome, state } });
      expect([problem.kind, problem.details.reason]).toEqual(['refused', outcome]);
      expect(await definition()).toEqual(['Old words.']);
      expect((await refusal({ canAsk: true, answer: { outcome: 'accepted', state } })).details.reason).toBe(outcome);
    },
  );

  it('stays where the client cannot ask, which says what would change and who can', async () => {
    const problem = await refusal({ canAsk: false });
    expect(problem.details.reason).toBe('no_one_asks');
    expect(problem.message).toContain(`${id} (definition)`);
    expect(problem.message).not.toContain('words');
    expect(problem.details.next).toContain('AGENT_SIM_FAILURE_MODES');
    expect(await definition()).toEqual(['Old words.']);
  });

  it('stays where it was edited between the question and the yes', async () => {
    const { state } = await asked();
    await edit((mode) => {
      mode.definition = 'Edited meanwhile.';
    });
    const problem = await refusal({ canAsk: true, answer: { outcome: 'accepted', state } });
    expect(problem.details.reason).toBe('other_plan');
    expect(await definition()).toEqual(['Edited meanwhile.']);
  });

  it('stays where it is edited while the yes is used', async () => {
    const { state } = await asked();
    const before = await (await room.context.modes()).read();
    await edit((mode) => {
      mode.definition = 'Edited meanwhile.';
    });
    const file = await room.context.modes();
    const modes = async () => ({ ...file, read: async () => before });
    const problem = await refusal({ canAsk: true, answer: { outcome: 'accepted', state }, modes });
    expect(problem.details.reason).toBe('other_plan');
    expect(await definition()).toEqual(['Edited meanwhile.']);
  });

  it('stays with a yes for other arguments', async () => {
    const { state } = await asked();
    const other = { session, modes: [{ id, definition: 'Other words.' }] };
    expect((await refusal({ canAsk: true, answer: { outcome: 'accepted', state } }, other)).details.reason).toBe(
      'other_arguments',
    );
  });

  it('takes failures without being asked about', async () => {
    const [next = ''] = await idsOf(1);
    expect(isQuestion(await enter({ canAsk: true }, { session, modes: [{ id, failures: [next] }] }))).toBe(false);
  });
});

it('refuses without writing', async () => {
  const file = await bookInMemory()();
  let updates = 0;
  room.context.modes = async () => ({
    ...file,
    update(change) {
      updates += 1;
      return file.update(change);
    },
  });
  await expect(save({ modes: [{ title: 'x', definition: 'y' }], singles: ['F-0000000000'] })).rejects.toThrow(
    'F-0000000000',
  );
  expect(await file.read()).toEqual(emptyBook());
  expect(updates).toBe(0);
});

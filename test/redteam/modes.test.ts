/** Words of failure modes, whoever wrote them: a reader that was told to by a reason, or a book that came with a checkout. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolNamed } from '../../src/mcp/catalogue.ts';
import { presentProblem } from '../../src/mcp/present/answer.ts';
import { isQuestion } from '../../src/mcp/tool.ts';
import { isProblem } from '../../src/model/problem.ts';
import type { Book } from '../../src/modes/book.ts';
import { bookInMemory } from '../support/book.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess, scaledSession } from '../support/in-process.ts';
import { dataFaults, lineFaultsOf, textFaults } from './judge.ts';
import { PAYLOADS } from './payloads.ts';

let room: InProcess;
let session: string;
let ids: string[];
let home: string;
beforeAll(async () => {
  room = await openInProcess({ scale: 60 });
  const [provider] = room.providers;
  if (!provider) throw new Error('no platform');
  session = await scaledSession(provider, 60);
  home = mkdtempSync(join(tmpdir(), 'agent-sim-modes-'));
  const { data } = await room.answer('list_failures', { session, limit: 20 });
  ids = list(data.failures).map((failure) => text(at(failure, 'id')));
});
afterAll(async () => {
  await room?.close();
  rmSync(home, { recursive: true, force: true });
});

/** What is wrong with the answer, or with the refusal. */
async function faultsOf(tool: string, args: Record<string, unknown>): Promise<{ faults: string[]; refused: boolean }> {
  try {
    const answer = await room.answer(tool, args);
    return { faults: [...textFaults(answer.text), ...dataFaults(answer.data)], refused: false };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const { content } = presentProblem(error, { redact: (one) => one });
    return { faults: textFaults(content[0]?.text ?? ''), refused: true };
  }
}

const shown = async () => {
  const calls: [string, Record<string, unknown>][] = [
    ['list_failures', { session, state: 'all', limit: 50 }],
    ['get_failure_clusters', { session, detail: 'full' }],
    ['save_failure_modes', { session, singles: ids.slice(5, 6) }],
  ];
  const faults: string[] = [];
  for (const [tool, args] of calls) faults.push(...(await faultsOf(tool, args)).faults);
  return faults;
};

describe.each(PAYLOADS)('$name', ({ text: words }) => {
  it('as what a reader saves comes back inside the fence, or is refused without being repeated', async () => {
    room.context.modes = bookInMemory();
    const mode = { title: words.slice(0, 78), definition: words, fix: words, failures: ids.slice(0, 2) };
    const { faults } = await faultsOf('save_failure_modes', { session, modes: [mode] });
    expect(faults).toEqual([]);
    expect(await shown()).toEqual([]);
    const book = JSON.stringify(await (await room.context.modes()).read(), null, 1);
    expect(book.split('\n').flatMap(lineFaultsOf)).toEqual([]);
    expect(book).not.toContain('https:');
  });

  it('as ids, members and clusters is refused without being repeated', async () => {
    room.context.modes = bookInMemory();
    const known = { title: 'x', definition: 'y' };
    for (const args of [
      { singles: [words] },
      { modes: [{ ...known, failures: [words] }] },
      { modes: [{ ...known, id: words }] },
      { modes: [{ id: 'M-1', merge_into: words }] },
      { modes: [{ ...known, adopts: words }] },
    ])
      expect(await faultsOf('save_failure_modes', { session, ...args })).toEqual({ faults: [], refused: true });
  });

  it('of a book in a checkout comes back inside the fence, and in a question on lines of ours', async () => {
    room.context.modes = bookInMemory();
    const saved = await room.answer('save_failure_modes', {
      session,
      modes: [{ title: 'x', definition: 'y', failures: ids.slice(0, 2) }],
    });
    const id = text(at(list(saved.data.modes)[0], 'id'));
    const book: Book = structuredClone(await (await room.context.modes()).read());
    for (const { modes } of Object.values(book.agents))
      Object.assign(modes[id] ?? {}, { title: words, definition: words, fix: words, adopts: [words] });
    room.context.modes = bookInMemory(book);
    expect(await shown()).toEqual([]);
    const change = { session, modes: [{ id, title: 'z', definition: 'z', fix: 'z' }] };
    expect(await faultsOf('save_failure_modes', change)).toEqual({ faults: [], refused: true });
    const config = { ...room.context.config, home };
    const question = await toolNamed('save_failure_modes').run(change, { ...room.context, config, canAsk: true });
    if (!isQuestion(question)) throw new Error('It did not ask.');
    expect(question.ask.split('\n').flatMap(lineFaultsOf)).toEqual([]);
    expect(question.ask).not.toMatch(/https?:/);
    expect(question.ask.length).toBeLessThanOrEqual(1_000);
  });
});

it('100 kB of words are refused at once', async () => {
  const long = 'x'.repeat(100_000);
  const { refused } = await faultsOf('save_failure_modes', { session, modes: [{ title: 'x', definition: long }] });
  expect(refused).toBe(true);
});

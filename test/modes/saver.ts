/** One process of the campaign: saves modes without a pause, and prints the id of each when its save was answered. */
import { createInterface } from 'node:readline';
import { toProblem } from '../../src/model/problem.ts';
import { openBook } from '../../src/modes/book-file.ts';
import { entryOf, storedMode } from './books.ts';

const [home = '', path] = process.argv.slice(2);
const KEY = 'coval/agent/a1';

process.stdout.write('ready\n');
for await (const id of createInterface({ input: process.stdin })) {
  try {
    await openBook({ home, path: path || undefined }).update((book) => {
      const { modes = {}, sessions = {} } = book.agents[KEY] ?? {};
      const entry = entryOf({ modes: { ...modes, [id]: storedMode({ title: id }) }, sessions });
      return { book: { version: 1, agents: { ...book.agents, [KEY]: entry } }, result: undefined };
    });
    process.stdout.write(`saved ${id}\n`);
  } catch (error) {
    process.stdout.write(`failed ${id} ${toProblem(error).message}\n`);
  }
}

/** Five sessions of one agent on a Synthflow as documented, with a book that knows some of what failed in them. */

import { wordingOf } from '../../src/analysis/wording.ts';
import { type Book, type BookEntry, emptyBook } from '../../src/modes/book.ts';
import { bookInMemory } from '../support/book.ts';
import { synthflowWorld } from '../truth/synthflow-world.ts';
import { type Row, uuid } from '../truth/world-parts.ts';
import { row, served } from './compared.ts';
import { ask, type Shown } from './shown.ts';
import { type Platform, under } from './worlds.ts';

const AGENT = 'synthflow/agent/1726005822670-239735712159542050';

/** Case → how it came out, session by session: P passed, F failed, · not run. The book knows what fails of those below. */
const CASES: Readonly<Record<string, string>> = {
  'Booking 1': 'FPPFF',
  'Booking 2': 'FPPPF',
  'Price 1': 'PPPPF',
  'Language 1': 'FFFPP',
  'Parking 1': 'PFPPP',
};
const KNOWN = ['Booking', 'Price', 'Language'];

/** The trend of the agent; `many`: with so many further modes, of cases that fail in each of twenty sessions. */
export function courses({ small }: { small: Platform }, many = 0): Promise<Shown> {
  const length = many > 0 ? 20 : 5;
  const cases: Record<string, string> = { ...CASES };
  const others = Array.from(
    { length: many },
    (_, index) => `Question ${String.fromCharCode(65 + (index % 26))}${index}x`,
  );
  for (const name of others) cases[name] = 'F'.repeat(length);
  const sessions = Array.from({ length }, (_, index) => {
    const id = uuid('course', index);
    const rows = Object.entries(cases).flatMap(([name, letters], test): Row[] => {
      const letter = letters[index];
      const created_at = new Date(Date.UTC(2026, 10, 1 + index, 9, test)).toISOString();
      return letter === undefined
        ? []
        : [{ ...row(id, name, test, 0, letter === 'P'), created_at, updated_at: created_at }];
    });
    return { id, rows };
  });
  const keys = [AGENT, ...sessions.map(({ id }) => `synthflow/session/${id}`)];
  const book = bookOf(keys, [...KNOWN, ...others]);
  const limit = many > 0 ? 20 : undefined;
  return under(small, served(synthflowWorld({ sessions })), ({ context }) =>
    ask('get_trend', { agent: AGENT, limit }, { ...context(), modes: bookInMemory(book) }),
  );
}

function bookOf(keys: readonly string[], subjects: readonly string[]): Book {
  const modes: BookEntry['modes'] = {};
  for (const [index, subject] of subjects.entries()) {
    const said = [1, 2].flatMap(
      (n) => wordingOf(`Answers about: ${subject}`, `Nothing was said about ${subject.toLowerCase()} ${n}.`) ?? [],
    );
    const whole = wordingOf(`Answers about: ${subject}`, `Nothing was said about ${subject.toLowerCase()}.`) ?? '';
    modes[`M-${(index + 1).toString(36)}a`] = {
      title: `${subject} is not answered`,
      definition: `The caller asks about ${subject.toLowerCase()}, and nothing is said about it.`,
      source: 'agent',
      fix_kind: 'knowledge',
      status: 'active',
      by: 'assistant',
      examples: [...new Set([...said, whole])].toSorted(),
    };
  }
  const entry = { modes, sessions: {} };
  return { ...emptyBook(), agents: Object.fromEntries(keys.map((key) => [key, entry])) };
}

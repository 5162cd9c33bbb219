/** What a book says of failures, however somebody wrote it. */
import { describe, expect, it } from 'vitest';
import type { BookEntry } from '../../src/modes/book.ts';
import { coded } from '../../src/modes/coding.ts';
import { storedMode as shownMode, tallyOf } from '../../src/modes/tally.ts';
import { bookOf, entryOf, storedMode } from './books.ts';
import { idsOf, ONE, save, subjectOf } from './saving-world.ts';

describe('a book that was edited by hand', () => {
  it.each(['\t', '\n', '  ', ' \r\n '])('may have any white space between ids: %j', (between) => {
    const subject = subjectOf(['The agent never asked for it.', 'The agent asked for it twice.']);
    const ids = idsOf(subject);
    const entry: BookEntry = {
      modes: { 'M-a': storedMode({ examples: [] }) },
      sessions: { [ONE]: { assistant: { 'M-a': ids.join(between) } } },
    };
    const tally = tallyOf(subject.table, coded([entry], subject.table));
    expect(tally.modes.get('M-a')?.failures).toHaveLength(2);
    expect(tally.uncoded).toEqual([]);
    // A save keeps what was read.
    const { book } = save(subject, { singles: [ids[1] ?? ''] }, bookOf({ 'coval/agent/a': entry }));
    expect(book.agents['coval/agent/a']?.sessions[ONE]?.assistant).toEqual({ 'M-a': ids[0], single: ids[1] });
  });
});

describe('a mode that several agents have', () => {
  const at = (first_seen: string | undefined, last_seen: string | undefined, title: string): BookEntry =>
    entryOf({ modes: { 'M-a': storedMode({ title, first_seen, last_seen }) } });
  const early = at('2026-01-01T00:00:00Z', '2026-02-01T00:00:00.000Z', 'Early');
  const late = at('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', 'Late');
  const never = at(undefined, undefined, 'Never');
  it.each([[[early, late, never]], [[never, late, early]]])(
    'was seen from its first time at any of them',
    (entries) => {
      expect(shownMode(entries, 'M-a')).toMatchObject({
        title: 'Late',
        first_seen: '2026-01-01T00:00:00Z',
        last_seen: '2026-03-02T00:00:00Z',
      });
    },
  );
  it('has the words of the first where none tells when it was seen', () => {
    expect(shownMode([never, at(undefined, undefined, 'Other')], 'M-a')).toMatchObject({ title: 'Never' });
  });
});

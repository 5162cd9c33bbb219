/** Books and modes for tests. */
import type { Book, BookEntry, StoredMode } from '../../src/modes/book.ts';
import { sealed } from '../../src/modes/seal.ts';

export function storedMode(own: Partial<StoredMode> = {}): StoredMode {
  return sealed({
    title: 'Gives no price',
    definition: 'The caller asks for a price and is told none.',
    source: 'agent',
    fix_kind: 'prompt',
    fix: 'Tell it the prices.',
    status: 'active',
    by: 'assistant',
    examples: ['[Price] no price was given to the caller'],
    ...own,
  });
}

export function entryOf(own: Partial<BookEntry> = {}): BookEntry {
  return {
    name: 'Front desk',
    modes: { 'M-1a2b3c': storedMode() },
    sessions: {
      'coval/session/s1': { at: '2026-01-02T03:04:05Z', assistant: { 'M-1a2b3c': 'F-0000000001 F-0000000002' } },
    },
    ...own,
  };
}

export function bookOf(agents: Record<string, BookEntry> = { 'coval/agent/a1': entryOf() }): Book {
  return { version: 1, agents };
}

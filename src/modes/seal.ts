/**
 * The seal of a mode: a short hash over what a tool wrote of it. It is no protection against forgery; it shows that
 * somebody changed the mode by hand since, whose words no tool may overwrite unasked.
 */
import type { Author, StoredMode } from './book.ts';
import { shortHash } from './failures.ts';

const LETTERS = 12;

/** The mode with the seal of a tool; one of a person has none. A mode that was a person's stays so: `by: authorOf(before)`. */
export function sealed(mode: StoredMode): StoredMode {
  const { seal: _before, ...rest } = mode;
  return mode.by === 'person' ? rest : { ...rest, seal: sealOf(mode) };
}

/** Who wrote the mode as it stands: a person where nobody else says so, or where it was changed since its seal. */
export function authorOf(mode: StoredMode): Author {
  return mode.seal === sealOf(mode) ? mode.by : 'person';
}

/** `first_seen` and `last_seen` are left out: they follow from sessions. The order of a list makes no difference. */
function sealOf(mode: StoredMode): string {
  const { title, definition, source, fix_kind, fix, status, by, adopts = [], examples } = mode;
  const members = [title, definition, source, fix_kind, fix, status, by, [...adopts].sort(), [...examples].sort()];
  return shortHash(JSON.stringify(members), LETTERS);
}

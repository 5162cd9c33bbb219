/** Changes of modes that a person wrote or edited by hand: they need a yes, which is good for these modes as they stand. */
import { createHash } from 'node:crypto';
import { type Draft, modeIn } from './draft.ts';

export interface PersonChange {
  mode: string;
  /** `title`, `definition`, `fix`, `source`, `fix_kind`, `status`; `merged` = it goes; `wording` = it loses an example. */
  member: string;
  before?: string | undefined;
  after?: string | undefined;
}

/** Hash of the modes that these changes touch, as they stand in the book; '' for none. */
export function planOf({ before }: Draft, changes: readonly PersonChange[]): string {
  if (changes.length === 0) return '';
  const ids = [...new Set(changes.map(({ mode }) => mode))].sort();
  const stand = ids.map((id) => [...before].map(([key, entry]) => [key, id, modeIn(entry, id)]));
  return createHash('sha256').update(JSON.stringify(stand)).digest('hex');
}

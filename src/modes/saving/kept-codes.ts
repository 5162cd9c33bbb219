/** What was coded before a save, and is by nothing after it: it keeps its mode by its ids. */
import { adoptedBy } from '../adoption.ts';
import { type Coded, coded } from '../coding.ts';
import { type Failure, failureId } from '../failures.ts';
import { ensureMode, entryOf } from './codes.ts';
import { codesBySession, type Draft, holdersOf } from './draft.ts';
import type { SaveRequest } from './request.ts';
import type { SaveSubject } from './subject.ts';

/**
 * Writes codes into the draft for what a merge, a wording that moved, or a mode without room for it would leave uncoded.
 * Returns the failures that a retired mode explained: these are uncoded from now on. `stays`: the mode that an id stands for now.
 */
export function keepCodes(
  draft: Draft,
  { by }: SaveRequest,
  subject: SaveSubject,
  before: Coded,
  stays: (id: string) => string,
): Failure[] {
  const { table, clusters } = subject;
  const entries = [...draft.entries.values()];
  const after = coded(entries, table, clusters && adoptedBy(entries, clusters));
  const lost: Failure[] = [];
  const codesOf = codesBySession(draft, by);
  for (const { failures } of table.groups)
    for (const failure of failures) {
      const { mode } = before.of(failure) ?? {};
      if (mode === undefined || after.of(failure)) continue;
      const now = stays(mode);
      const holders = holdersOf(draft, now);
      const entry = entryOf(failure, draft, subject);
      if (!entry || holders.length === 0 || holders.some((holder) => holder.mode.status === 'retired')) {
        lost.push(failure);
        continue;
      }
      ensureMode(draft, entry, now);
      const { session = '' } = table.runs.get(failure.run) ?? {};
      codesOf.own(entry, session).set(failureId(failure), now);
    }
  codesOf.write();
  return lost;
}

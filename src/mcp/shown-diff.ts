/** Changed stretches of a proposal within the budget of an answer; what has no room is counted. */
import type { Conflict, DiffEntry } from '../changing/changer.ts';
import type { ConflictShown, DiffShown } from './agent-schema.ts';
import { bytesOf } from './budget.ts';
import { costOf, readable, windowOf } from './part-window.ts';

/** What an entry takes beside its two sides. */
const FRAME = 160;
/** Least that is worth showing of a side. */
const LEAST = 200;
const LONGEST_AROUND = 300;

/** The first stretches that fit into `room` bytes; the last of them may be cut, and says by how many characters. */
export function shownDiff(
  entries: readonly DiffEntry[],
  room: number,
  redact: (text: string) => string,
): { diff: DiffShown[]; diff_omitted: number } {
  const diff: DiffShown[] = [];
  let left = room;
  for (const entry of entries) {
    const sides = [entry.before, entry.after].map((text) => readable(text, redact));
    const around = [entry.above, entry.below].map(
      (text) => text && readable(text, redact).text.slice(0, LONGEST_AROUND),
    );
    const [above, below] = around;
    const { part, location, line } = entry;
    const frame = FRAME + bytesOf({ part, location, line, above, below });
    const each = Math.floor((left - frame) / 2);
    if (each < LEAST && diff.length > 0) break;
    const [before, after] = fitted(
      sides.map(({ text }) => text),
      Math.max(LEAST * 2, left - frame),
    );
    const omitted = (before?.omitted ?? 0) + (after?.omitted ?? 0);
    const unseen = sides.reduce((sum, side) => sum + side.unseen, 0);
    const shown = {
      part,
      location,
      line,
      above,
      before: before?.text ?? '',
      after: after?.text ?? '',
      below,
      omitted: omitted > 0 ? omitted : undefined,
      unseen: unseen > 0 ? unseen : undefined,
      redacted: sides.some(({ redacted }) => redacted) || undefined,
    };
    diff.push(shown);
    left -= frame + costOf(shown.before) + costOf(shown.after);
    if (omitted > 0) break;
  }
  return { diff, diff_omitted: entries.length - diff.length };
}

/** Both sides, each cut where they do not fit together. */
function fitted(texts: readonly string[], room: number) {
  const costs = texts.map(costOf);
  const whole = costs.reduce((sum, cost) => sum + cost, 0) <= room;
  return texts.map((text, index) => {
    const other = costs[1 - index] ?? 0;
    return windowOf(text, 0, whole ? room : Math.max(room / 2, room - other));
  });
}

/** What a change expected and what stands there now, each as far as there is room. */
export function shownConflicts(
  conflicts: readonly Conflict[],
  room: number,
  redact: (text: string) => string,
): ConflictShown[] {
  const each = Math.max(LEAST * 2, room / Math.max(1, conflicts.length)) - FRAME / 2;
  return conflicts.map(({ part, expected, present }) => {
    const [before, now] = fitted(
      [expected, present].map((text) => readable(text, redact).text),
      each,
    );
    const omitted = (before?.omitted ?? 0) + (now?.omitted ?? 0);
    return {
      part,
      expected: before?.text ?? '',
      present: now?.text ?? '',
      omitted: omitted > 0 ? omitted : undefined,
    };
  });
}

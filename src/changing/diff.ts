/** A change as a person judges it: the lines that go and that come, and one line above and below. */
import type { Splice } from './change.ts';
import type { DiffEntry } from './changer.ts';

/** Longest stretch of an unchanged line that is shown beside what changes in it, on either side. */
const AROUND = 160;

type Redact = (text: string) => string;

/**
 * `text`: the part before the change. Neighbouring splices that share a line are one entry. `redact` takes credentials out of
 * what stands around them, before anything is cut: of one that was cut in two, neither half would be found.
 */
export function diffOf(
  part: { id: string; location: string; text: string },
  splices: readonly Splice[],
  redact: Redact,
): DiffEntry[] {
  return byLines(part.text, splices).map((group) => entryOf(part, group, redact));
}

interface Group {
  /** In the text before: from the beginning of a line, or of the stretch since the group before in the same line. */
  start: number;
  end: number;
  splices: Splice[];
}

/** Splices of one line stand together, unless so much lies between them that it would push them out of sight. */
function byLines(text: string, splices: readonly Splice[]): Group[] {
  const groups: Group[] = [];
  let behind = 0;
  for (const splice of splices) {
    const start = lineStart(text, splice.at);
    const end = lineEnd(text, splice.at + splice.old.length);
    const last = groups.at(-1);
    const inLine = last !== undefined && start <= last.end;
    if (inLine && splice.at - behind <= 2 * AROUND) {
      last.end = Math.max(last.end, end);
      last.splices.push(splice);
    } else {
      if (inLine) last.end = splice.at;
      groups.push({ start: inLine ? behind : start, end, splices: [splice] });
    }
    behind = splice.at + splice.old.length;
  }
  return groups;
}

function entryOf(
  { id, location, text }: { id: string; location: string; text: string },
  { start, end, splices }: Group,
  redact: Redact,
): DiffEntry {
  let at = start;
  let [before, after] = ['', ''];
  for (const [index, splice] of splices.entries()) {
    const kept = redact(text.slice(at, splice.at));
    // Of a line that is very long only what stands around the change.
    const shown = index === 0 ? lastOf(kept) : kept;
    before += shown + splice.old;
    after += shown + splice.new;
    at = splice.at + splice.old.length;
  }
  const rest = firstOf(redact(text.slice(at, end)));
  const [from, to] = [lineStart(text, start), lineEnd(text, end)];
  const above = from > 0 ? text.slice(lineStart(text, from - 1), from - 1) : undefined;
  const below = to < text.length ? text.slice(to + 1, lineEnd(text, to + 1)) : undefined;
  return {
    part: id,
    location,
    line: text.slice(0, from).split('\n').length,
    above: above === undefined ? undefined : firstOf(redact(above)),
    before: before + rest,
    after: after + rest,
    below: below === undefined ? undefined : firstOf(redact(below)),
  };
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function firstOf(line: string): string {
  return line.length > AROUND ? `${line.slice(0, AROUND)}…` : line;
}

function lastOf(line: string): string {
  return line.length > AROUND ? `…${line.slice(-AROUND)}` : line;
}

/** A change as a person judges it: the lines that go and that come, and one line above and below. */
import type { Splice } from './change.ts';
import type { DiffEntry } from './changer.ts';

/** Longest stretch of an unchanged line that is shown beside what changes in it, on either side. */
const AROUND = 160;

/** `text`: the part before the change. Neighbouring splices that share a line are one entry. */
export function diffOf(part: { id: string; location: string; text: string }, splices: readonly Splice[]): DiffEntry[] {
  const entries: DiffEntry[] = [];
  for (const group of byLines(part.text, splices)) entries.push(entryOf(part, group));
  return entries;
}

interface Group {
  /** Of whole lines in the text before. */
  start: number;
  end: number;
  splices: Splice[];
}

function byLines(text: string, splices: readonly Splice[]): Group[] {
  const groups: Group[] = [];
  for (const splice of splices) {
    const start = splice.at === 0 ? 0 : text.lastIndexOf('\n', splice.at - 1) + 1;
    const end = lineEnd(text, splice.at + splice.old.length);
    const last = groups.at(-1);
    if (last && start <= last.end) {
      last.end = Math.max(last.end, end);
      last.splices.push(splice);
    } else groups.push({ start, end, splices: [splice] });
  }
  return groups;
}

function entryOf({ id, location, text }: { id: string; location: string; text: string }, group: Group): DiffEntry {
  const [first, last] = [group.splices[0], group.splices.at(-1)];
  // Of a line that is very long only what stands around the change.
  const start = Math.max(group.start, (first?.at ?? 0) - AROUND);
  const end = Math.min(group.end, last ? last.at + last.old.length + AROUND : 0);
  let at = start;
  let after = '';
  for (const splice of group.splices) {
    after += text.slice(at, splice.at) + splice.new;
    at = splice.at + splice.old.length;
  }
  after += text.slice(at, end);
  const cut = (piece: string) => `${start > group.start ? '…' : ''}${piece}${end < group.end ? '…' : ''}`;
  return {
    part: id,
    location,
    line: text.slice(0, group.start).split('\n').length,
    above:
      group.start > 0 ? shortened(text.slice(text.lastIndexOf('\n', group.start - 2) + 1, group.start - 1)) : undefined,
    before: cut(text.slice(start, end)),
    after: cut(after),
    below: group.end < text.length ? shortened(text.slice(group.end + 1, lineEnd(text, group.end + 1))) : undefined,
  };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function shortened(line: string): string {
  return line.length > AROUND ? `${line.slice(0, AROUND)}…` : line;
}

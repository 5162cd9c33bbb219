/** Edits as they were asked for, found in the text of a part and put together with what stands around them. */
import type { Agent, AgentPart } from '../model/agents.ts';
import { cleanLine, shownPieces } from '../model/clean.ts';
import { nextCall } from '../model/next-call.ts';
import { Problem } from '../model/problem.ts';
import type { PartChange, Splice } from './change.ts';
import { hashOf } from './change.ts';
import type { Edit } from './changer.ts';

/** Edits of one change, and characters of what they replace and put in its place. */
const MOST_EDITS = 20;
export const LONGEST_DIFF = 4_000;
/** Lines of the same: empty ones weigh nothing, and push what changes out of sight. */
const MOST_LINES = 200;

export interface Edited {
  object: string;
  /** In the order of the agent's parts. */
  parts: { part: AgentPart; change: PartChange; after: string }[];
}

/**
 * The edits as splices of the parts, which all stand in one object. Throws `invalid_input`: a part that is not there or
 * cannot be changed, an `old` that does not stand there exactly once, edits that touch, a span that holds a redacted
 * credential, text that cannot be seen, edits that change nothing or more than a person can judge.
 */
export function editedParts(agent: Agent, edits: readonly Edit[], redact: (text: string) => string): Edited {
  if (edits.length === 0 || edits.length > MOST_EDITS)
    throw invalid(
      `A change has 1 to ${MOST_EDITS} edits; ${edits.length} were given.`,
      'Propose them as several changes.',
    );
  const byPart = new Map<AgentPart, Edit[]>();
  for (const edit of edits) {
    const part = partNamed(agent, edit.part);
    byPart.set(part, [...(byPart.get(part) ?? []), edit]);
  }
  const objects = [...new Set([...byPart.keys()].map(({ object }) => object))];
  const [object = '', ...others] = objects;
  if (others.length > 0)
    throw invalid(
      `These edits are in ${objects.length} objects of the platform (${objects.join(', ')}); one change edits one object.`,
      'Propose a change for each object.',
    );
  const parts = agent.parts.flatMap((part) => {
    const own = byPart.get(part);
    if (own === undefined) return [];
    const splices = splicesOf(agent, part, own, redact);
    const after = spliced(part.text, splices);
    const change = { part: part.id, splices, before: hashOf(part.text), after: hashOf(after) };
    return [{ part, change, after }];
  });
  const size = parts.reduce((sum, { change }) => sum + sizeOf(change), 0);
  if (size > LONGEST_DIFF)
    throw invalid(
      `The edits replace and add ${size} characters; one change has at most ${LONGEST_DIFF}, so that a person can judge it.`,
      'Quote in `old` no more than what changes, or propose it as several changes, one after the other.',
    );
  const lines = parts.reduce((sum, { change }) => sum + linesOf(change), 0);
  if (lines > MOST_LINES)
    throw invalid(
      `The edits replace and add ${lines} lines; one change has at most ${MOST_LINES}, so that a person can judge it.`,
      'Leave out empty lines, or propose it as several changes, one after the other.',
    );
  return { object, parts };
}

function linesOf({ splices }: PartChange): number {
  const lines = (text: string) => (text === '' ? 0 : text.split(/\r\n|[\n\r]/).length);
  return splices.reduce((sum, splice) => sum + lines(splice.old) + lines(splice.new), 0);
}

function sizeOf({ splices }: PartChange): number {
  return splices.reduce((sum, splice) => sum + splice.old.length + splice.new.length, 0);
}

function partNamed({ ref, parts }: Agent, id: string): AgentPart {
  const part = parts.find((one) => one.id === id.trim());
  if (!part)
    throw new Problem('invalid_input', `The agent has no part ${quote(id)}.`, {
      sent: 'no',
      candidates: parts.filter(({ fixed }) => fixed === undefined).map((one) => one.id),
      next: nextCall('get_agent', { agent: ref }, 'shows its parts'),
    });
  if (part.fixed !== undefined)
    throw invalid(`The part ${part.id} cannot be changed from here: ${part.fixed}`, 'Change it at the platform.');
  return part;
}

function splicesOf(agent: Agent, part: AgentPart, edits: readonly Edit[], redact: (text: string) => string): Splice[] {
  const splices = edits.map((edit) => spliceOf(agent, part, edit, redact)).sort((a, b) => a.at - b.at);
  for (const [index, splice] of splices.entries()) {
    const before = splices[index - 1];
    if (before && before.at + before.old.length >= splice.at)
      throw invalid(`Two edits of the part ${part.id} touch each other.`, 'Make one edit of them.');
  }
  return splices;
}

function spliceOf({ ref }: Agent, part: AgentPart, edit: Edit, redact: (text: string) => string): Splice {
  const { text, id } = part;
  const read = nextCall('get_agent', { agent: ref, part: id }, 'shows the text as it stands');
  const spans = spansOf(text, edit.old).filter(
    (span, index) => index > MOST_PLACES || !touchesCredential(text, span, redact),
  );
  const [span] = spans;
  if (!span && edit.old === '')
    throw invalid(`\`old\` is empty, and the part ${id} is not.`, `Quote the text that gives way. ${read}`);
  // One answer for both: who could tell them apart could guess a credential piece by piece.
  if (!span)
    throw new Problem(
      'invalid_input',
      `\`old\` does not stand in the part ${id}, or touches a credential in it, which is not shown. Nothing was sent.`,
      {
        sent: 'no',
        next: edit.old.includes('[redacted]')
          ? 'What is shown as [redacted] is a credential: leave it out of `old`, and quote text before or behind it.'
          : `Quote it exactly, character by character, beside what is shown as [redacted]. ${read}`,
      },
    );
  if (spans.length > 1)
    throw invalid(
      `\`old\` stands ${spans.length} times in the part ${id}, so it does not say which is meant.`,
      'Quote more of the text around it, until it stands there once.',
    );
  const [start, end] = span;
  if (isInside(text, start) || isInside(text, end))
    throw invalid(`\`old\` begins or ends within a character of the part ${id}.`, 'Quote whole characters.');
  const old = text.slice(start, end);
  const fresh = asWritten(edit.new, text);
  checkNew(id, fresh, redact);
  if (fresh === old) throw invalid(`An edit of the part ${id} changes nothing.`, 'Leave it out.');
  return { at: start, old, new: fresh };
}

/** Places of a text that are looked at for credentials; what stands more often is no piece of one. */
const MOST_PLACES = 50;

/** Also where it is a piece of one: what is taken out of the whole text is not what is taken out of the text around it. */
function touchesCredential(
  text: string,
  [start, end]: readonly [number, number],
  redact: (text: string) => string,
): boolean {
  return redact(text) !== redact(text.slice(0, start)) + text.slice(start, end) + redact(text.slice(end));
}

/** Blanks in a row behind which text would be out of sight. */
const LONGEST_BLANK = 60;

/** What goes to the platform is what a person sees and may say yes to. */
function checkNew(id: string, text: string, redact: (text: string) => string): void {
  if (redact(text) !== text || text.includes('[redacted]'))
    throw invalid(
      `The new text of the part ${id} holds a credential, or the mark that stands for one.`,
      'Leave credentials to the platform.',
    );
  const shown = text.replace(/[\n\r\t]/g, ' ');
  if (cleanLine(shown) !== shown)
    throw invalid(
      `The new text of the part ${id} holds characters that nobody would see (control, direction, zero-width).`,
      'Write it in characters that can be read.',
    );
  if (new RegExp(`[^\\S\\r\\n]{${LONGEST_BLANK + 1}}`).test(text))
    throw invalid(
      `The new text of the part ${id} has more than ${LONGEST_BLANK} blanks in a row, behind which nobody would see the rest.`,
      'Leave them out.',
    );
}

/** Places where it stands: as it is, else in the form in which answers show the text. Overlapping ones count. */
function spansOf(text: string, old: string): [start: number, end: number][] {
  if (old === '') return text === '' ? [[0, 0]] : [];
  const exact = placesOf(text, old).map((at): [number, number] => [at, at + old.length]);
  if (exact.length > 0) return exact;
  const pieces = shownPieces(text);
  const starts = new Map<number, number>();
  const ends = new Map<number, number>();
  let at = 0;
  for (const { shown, start, end } of pieces) {
    starts.set(at, start);
    at += shown.length;
    ends.set(at, end);
  }
  const wanted = cleanLine(old);
  if (wanted === '') return [];
  return placesOf(pieces.map(({ shown }) => shown).join(''), wanted).flatMap((place): [number, number][] => {
    const [start, end] = [starts.get(place), ends.get(place + wanted.length)];
    return start === undefined || end === undefined ? [] : [[start, end]];
  });
}

/** Between the two units of one character. */
function isInside(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, at - 1), at + 1));
}

function placesOf(text: string, part: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) places.push(at);
  return places;
}

/** New text with the line breaks of the part: answers show one as `⏎`, and a part may have those of Windows. */
function asWritten(text: string, part: string): string {
  const plain = part.includes('⏎') ? text : text.replace(/ ?⏎ ?/g, '\n');
  const windows = part.includes('\r\n') && !/(?<!\r)\n/.test(part);
  return windows ? plain.replace(/(?<!\r)\n/g, '\r\n') : plain;
}

/** The text with the splices done. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let at = 0;
  let out = '';
  for (const splice of splices) {
    out += text.slice(at, splice.at) + splice.new;
    at = splice.at + splice.old.length;
  }
  return out + text.slice(at);
}

/** The splices that take these back, in the text that they made. */
export function reversed(splices: readonly Splice[]): Splice[] {
  let moved = 0;
  return splices.map((splice) => {
    const back = { at: splice.at + moved, old: splice.new, new: splice.old };
    moved += splice.new.length - splice.old.length;
    return back;
  });
}

function quote(text: string): string {
  return JSON.stringify(cleanLine(text).slice(0, 60));
}

function invalid(message: string, next: string): Problem {
  return new Problem('invalid_input', `${message} Nothing was sent.`, { sent: 'no', next });
}

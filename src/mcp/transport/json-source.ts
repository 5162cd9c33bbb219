/**
 * What `JSON.parse` does not tell of a text: how numbers were written, which names stand twice in one object, and how deep it
 * nests. (`JSON.parse` with source text comes with Node 22.)
 */

export interface JsonSource {
  /** The characters of these members of a message, as they stand in the text. */
  id?: string | undefined;
  progressToken?: string | undefined;
  requestId?: string | undefined;
  /** The root has several members `id`. */
  severalIds: boolean;
  /** Some object has two members of one name. */
  repeats: boolean;
  /** Objects and lists around the innermost value. */
  depth: number;
  /** The items of a list at the root, as they stand in the text. */
  items: string[];
}

interface Frame {
  /** Names so far; none in a list. */
  names?: Set<string> | undefined;
  /** The member whose value comes or is being read. */
  name?: string | undefined;
  start: number;
}

const SCALAR = /[^\s,\]}]+/y;

/** Reads a text that `JSON.parse` takes. */
export function sourceOf(text: string): JsonSource {
  const source: JsonSource = { severalIds: false, repeats: false, depth: 0, items: [] };
  const frames: Frame[] = [];
  const endValue = (start: number, end: number) => {
    const [root] = frames;
    if (!root) return;
    if (frames.length === 1 && !root.names) source.items.push(text.slice(start, end));
    const member = memberOf(frames);
    if (member) source[member] = text.slice(start, end);
  };
  for (let at = 0; at < text.length; ) {
    const frame = frames.at(-1);
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (frame?.names && frame.name === undefined) {
        frame.name = nameOf(text.slice(at, end));
        if (frame.names.has(frame.name)) {
          source.repeats = true;
          source.severalIds ||= frames.length === 1 && frame.name === 'id';
        }
        frame.names.add(frame.name);
      } else endValue(at, end);
      at = end;
    } else if (character === '{' || character === '[') {
      frames.push({ names: character === '{' ? new Set() : undefined, start: at });
      source.depth = Math.max(source.depth, frames.length);
      at += 1;
    } else if (character === '}' || character === ']') {
      frames.pop();
      at += 1;
      if (frame) endValue(frame.start, at);
    } else if (character === ',') {
      if (frame) frame.name = undefined;
      at += 1;
    } else {
      SCALAR.lastIndex = at;
      const scalar = character === ':' ? null : SCALAR.exec(text);
      if (scalar) endValue(at, SCALAR.lastIndex);
      at = scalar ? SCALAR.lastIndex : at + 1;
    }
  }
  return source;
}

/** The member of a message that a value is, by the names around it. */
function memberOf(frames: readonly Frame[]): 'id' | 'progressToken' | 'requestId' | undefined {
  if (frames.length > 3 || frames.some(({ names }) => !names)) return undefined;
  const [root, params, meta] = frames.map(({ name }) => name);
  if (frames.length === 1) return root === 'id' ? root : undefined;
  if (root !== 'params') return undefined;
  if (frames.length === 2) return params === 'requestId' ? params : undefined;
  return params === '_meta' && meta === 'progressToken' ? meta : undefined;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
}

function nameOf(literal: string): string {
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}

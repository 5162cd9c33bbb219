/** JSON from strangers: parsed without crashing, without prototypes, and with a name for what is wrong with it. */

/** Nesting beyond this is refused: no vendor comes near, and readers further up recurse. */
export const MAX_DEPTH = 256;

export type JsonFault = 'empty' | 'markup' | 'cut_off' | 'syntax' | 'too_deep';
export type Parsed = { value: unknown } | { fault: JsonFault };

/** Parses one document. Members called `__proto__` are dropped at every level. Never throws. */
export function parseJson(text: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: syntaxFault(text, error) };
  }
  // Any letter of the name may be written as an escape.
  const named = text.includes('__proto__') || text.includes('\\u00');
  return !isObject(value) || clean(value, named, 1) ? { value } : { fault: 'too_deep' };
}

/**
 * Is the nesting within bounds? Removes what is called `__proto__` where the text may name it. Recursive, which the bound
 * makes safe: every answer passes here, and a stack of its own took three times as long, as do lists of the members.
 */
function clean(value: object, named: boolean, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const one of value) if (isObject(one) && !clean(one, named, depth + 1)) return false;
    return true;
  }
  if (named && Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
  // Only its own: what JSON makes inherits nothing that could be listed.
  for (const name in value) {
    const member: unknown = Reflect.get(value, name);
    if (isObject(member) && !clean(member, named, depth + 1)) return false;
  }
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function syntaxFault(text: string, error: unknown): JsonFault {
  const start = text.trimStart();
  if (start === '') return 'empty';
  if (start.startsWith('<')) return 'markup';
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  const atEnd = position !== undefined && Number(position) >= text.trimEnd().length;
  return atEnd || /unexpected end|unterminated string/i.test(message) ? 'cut_off' : 'syntax';
}

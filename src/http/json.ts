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
  return clean(value) ? { value } : { fault: 'too_deep' };
}

/** Walks with its own stack, because the nesting it looks for is what would overflow the engine's. */
function clean(root: unknown): boolean {
  const pending: { value: object; depth: number }[] = [];
  const visit = (value: unknown, depth: number) => {
    if (typeof value === 'object' && value !== null) pending.push({ value, depth });
  };
  visit(root, 1);
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (item.depth > MAX_DEPTH) return false;
    if (Object.hasOwn(item.value, '__proto__')) Reflect.deleteProperty(item.value, '__proto__');
    for (const child of Object.values(item.value)) visit(child, item.depth + 1);
  }
  return true;
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

import { escapeInvisible } from './clean.ts';

/**
 * A call to go on with, as one line of an answer: `get_run run=coval/run/x shows what broke`. It works as it stands: every
 * required argument is there, and the words behind it name no argument. Trusted words and refs only.
 */
export function nextCall(tool: string, args: Readonly<Record<string, unknown>>, why = ''): string {
  const given = Object.entries(args).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${written(value)}`],
  );
  return [tool, ...given, why].filter(Boolean).join(' ');
}

/** A value without white space as it is, objects and lists as JSON; what holds white space, or what cannot be seen, as a JSON string. */
function written(value: unknown): string {
  const isText = typeof value === 'string';
  const text = isText ? value : escapeInvisible(JSON.stringify(value));
  const isPlain = isText ? /^[^\s"]+$/.test(text) && !hidesAny(text) : !/\s/.test(text);
  return isPlain ? text : escapeInvisible(JSON.stringify(text));
}

function hidesAny(text: string): boolean {
  // References and words, which is what most are, need no closer look.
  return !/^[!-~]*$/.test(text) && escapeInvisible(text) !== text;
}

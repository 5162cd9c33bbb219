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

/** A value without white space as it is, objects and lists as JSON; what holds white space as a JSON string. */
function written(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"]+$/.test(text) || (typeof value !== 'string' && !/\s/.test(text)) ? text : JSON.stringify(text);
}

/** Reading of unknown structured content in tests, without casts. */

export function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

export function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error(`Not a list: ${JSON.stringify(value)}`);
  return value;
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`Not a text: ${JSON.stringify(value)}`);
  return value;
}

/** What a reader of a vendor's answers makes of a value that it must be able to read. */
export function mustRead<T>(reader: (value: unknown) => T | undefined, value: unknown): T {
  const read = reader(value);
  if (read === undefined) throw new Error(`Not readable: ${JSON.stringify(value)}`);
  return read;
}

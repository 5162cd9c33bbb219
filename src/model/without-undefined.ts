/**
 * A copy without the members that are undefined, for places where an undefined member is not the same as none: where keys
 * are counted, or where it would take the place of a default. JSON.stringify drops such members by itself.
 */
export function withoutUndefined<T extends object>(value: T): T;
export function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

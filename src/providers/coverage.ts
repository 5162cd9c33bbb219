/**
 * Which operations of a vendor's API this server reaches: the shape of each provider's own record (`coverage.ts` in its
 * folder). `docs/api-coverage.md` is generated from the records; tests hold them to the clients and to what is sent.
 */

export interface CoveredOperation {
  /** What it does, in a few words. */
  operation: string;
  /** `METHOD /template`, as the provider's client sends it (relative to the base URL). */
  path: string;
  /**
   * The operations of the provider that send it, e.g. `tests.list, tests.get (of an unknown id)`: a condition in
   * parentheses says when, none means always. `client only: …` for what the client can do and no tool asks for. Empty when
   * the client does not have it.
   */
  used_by: string;
  /** Why the client does not have it. */
  why_not?: string;
}

/** Operations by path, with what they do. */
type Operations = Readonly<Record<string, string>>;

/** What the client can do although no tool asks for it. */
export function clientOnly(reason: string, operations: Operations): CoveredOperation[] {
  return Object.entries(operations).map(([path, operation]) => ({
    operation,
    path,
    used_by: `client only: ${reason}`,
  }));
}

/** What the client leaves out. */
export function leftOut(why_not: string, operations: Operations): CoveredOperation[] {
  return Object.entries(operations).map(([path, operation]) => ({ operation, path, used_by: '', why_not }));
}

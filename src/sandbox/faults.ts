/**
 * Faults on order: what networks and overloaded vendors do to a client. A queue of rules; each is used up by the
 * requests it matches. What each does to an answer is in `fault-effects.ts`.
 */
import * as z from 'zod/v4';

const FAULT_KINDS = [
  /** Answers with `status` (default 503), `headers`, `body`. */
  'status',
  /** Resets the connection instead of answering. */
  'reset',
  /** Sends the head and half the body, then resets. */
  'reset_in_body',
  /** Never answers. */
  'stall',
  /** Sends the head and half the body, then nothing more. */
  'stall_in_body',
  /** Complete HTTP, half the JSON. */
  'truncate',
  /** An HTML page (a proxy speaks, not the vendor). */
  'html',
  /** No body where one belongs. */
  'empty',
  /** The whole answer, a few bytes at a time, `delay_ms` apart (default 20). */
  'drip',
  /** A JSON string of `bytes` (default 64 MiB). */
  'huge',
  /** A few kilobytes that inflate to `bytes` (default 64 MiB). */
  'gzip_bomb',
  /** Sends the client elsewhere (`status` default 302; `headers.location`). */
  'redirect',
  /** JSON nested `bytes` deep (default 100,000). */
  'deep_json',
  /** The real answer, `delay_ms` late. */
  'slow',
] as const;

const MAX_BYTES = 512 * 1024 * 1024;
/** No fault holds a connection longer than this. */
export const MAX_HOLD_MS = 120_000;

export const faultSchema = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  dialect: z.string().optional(),
  method: z.string().optional(),
  /** Part of the path and query within the dialect, or the source of a regular expression. */
  path: z.string().optional(),
  times: z.int().min(1).max(100_000).default(1),
  /** The vendor really did the thing; only the answer suffers. */
  after_handling: z.boolean().default(false),
  status: z.int().min(200).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** A string is sent as it is, anything else as JSON. */
  body: z.unknown().optional(),
  delay_ms: z.number().min(0).max(MAX_HOLD_MS).optional(),
  bytes: z.int().min(1).max(MAX_BYTES).optional(),
});
export type Fault = z.infer<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;

export interface FaultQueue {
  /** Adds a fault; throws ZodError for one that makes no sense. */
  add(fault: FaultInput): void;
  /** The first fault that matches, with one of its uses taken. */
  take(request: { dialect: string; method: string; path: string }): Fault | undefined;
  /** What is left, with the remaining `times`. */
  list(): readonly Fault[];
  clear(): void;
}

export function createFaultQueue(): FaultQueue {
  let queue: { fault: Fault; left: number }[] = [];
  return {
    add(input) {
      const fault = faultSchema.parse(input);
      queue.push({ fault, left: fault.times });
    },
    take(request) {
      const entry = queue.find(({ fault }) => matches(fault, request));
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) queue = queue.filter((one) => one !== entry);
      return entry.fault;
    },
    list: () => queue.map(({ fault, left }) => ({ ...fault, times: left })),
    clear() {
      queue = [];
    },
  };
}

function matches(fault: Fault, request: { dialect: string; method: string; path: string }): boolean {
  if (fault.dialect !== undefined && fault.dialect !== request.dialect) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== request.method.toUpperCase()) return false;
  if (fault.path === undefined || request.path.includes(fault.path)) return true;
  try {
    return new RegExp(fault.path).test(request.path);
  } catch {
    return false;
  }
}

/** Does the fault spoil the vendor's own answer, so that there must be one? */
export function needsAnswer(fault: Fault): boolean {
  return (
    fault.body === undefined && ['reset_in_body', 'stall_in_body', 'truncate', 'drip', 'slow'].includes(fault.kind)
  );
}

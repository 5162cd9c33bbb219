/** What a tool is. One flat file per tool under `tools/`; the server turns its data into text and structured content. */
import type * as z from 'zod/v4';
import type { Changer } from '../changing/changer.ts';
import type { Config } from '../config/config.ts';
import type { Toolset } from '../config/settings.ts';
import type { PersonAnswer } from '../home/asking.ts';
import type { BookFile } from '../modes/book-file.ts';
import type { Registry } from '../providers/registry.ts';
import type { Reading } from '../reading/reading.ts';
import type { NumberField } from '../starting/question-text.ts';
import type { Starter } from '../starting/starter.ts';

/** Annotations, the read-only filter and confirmation are derived from this one word. */
export type Operation =
  | 'read'
  /** Writes the book of failure modes, and nothing at a platform. */
  | 'note'
  /** Keeps a proposal in the home, and only reads at a platform. */
  | 'propose'
  | 'start'
  | 'cancel'
  /** Writes at a platform: an agent, or takes that back. */
  | 'change';

export interface ToolContext {
  config: Config;
  registry: Registry;
  reading: Reading;
  /** Starts simulations safely; loaded on first use. */
  starter(): Promise<Starter>;
  /** The book of failure modes; loaded on first use. */
  modes(): Promise<BookFile>;
  /** Changes agents safely; loaded on first use. */
  changer(): Promise<Changer>;
  /** Takes registered secrets out of a text, as is done to every answer: for tools that have to say where. */
  redact(text: string): string;
  signal: AbortSignal;
  /** Aborted when the client asks nothing further: what only waits answers with what it has. */
  ending?: AbortSignal | undefined;
  /** When the call began (`performance.now()`); it may share reads that others began since. Absent: it shares none. */
  began?: number;
  /** Reports progress where the client asked for it; never throws. */
  progress(done: number, total: number | undefined, message: string): void;
  /** So many runs more were read: told as progress. */
  runsRead(count: number): void;
  /** So many runs were read and are not shown yet. */
  runsHeld(runs: number): void;
  /** A stretch of computing was done: the call is at work, whether a platform answers or not. */
  atWork(): void;
  /** What the person answered to an earlier question of this very call, if it was asked one. */
  answer?: PersonAnswer | undefined;
  /** True when the client can put a question to a person. */
  canAsk: boolean;
}

/** A question to a person; the call is entered again with the answer and `state`. */
export interface ToolQuestion {
  ask: string;
  state: string;
  /** What the yes is called in the form, and what it does; by default it starts simulations. */
  yes?: { title: string; description: string } | undefined;
  /** Whole numbers that may be answered beside the yes, by name. */
  form?: Readonly<Record<string, NumberField>> | undefined;
}

/** `D`: the data of its answer, which become `structuredContent` and of which its text is made. */
export interface Tool<D = unknown> {
  name: string;
  title: string;
  /** ≤ 600 characters, no URLs, no imperatives about other tools. */
  description: string;
  toolset: Toolset;
  operation: Operation;
  /** Cancelling twice changes nothing more; starting twice does. */
  idempotent: boolean;
  input: z.ZodObject;
  /** Bytes that each form of an answer to these arguments may have. Default: a digest's, or with `detail=full` a full answer's. */
  budget?(args: Record<string, unknown>): number;
  /** Its strings that may quote third parties are marked (`quotedText`): their paths become the answer's `untrusted`. */
  output: z.ZodObject;
  run(args: unknown, context: ToolContext): Promise<D | ToolQuestion>;
}

interface ToolDefinition<I extends z.ZodObject, O extends z.ZodObject> extends Omit<Tool, 'input' | 'output' | 'run'> {
  input: I;
  output: O;
  run(args: z.infer<I>, context: ToolContext): Promise<z.infer<O> | ToolQuestion>;
}

/** Ties the handler's types to its schemas and parses the arguments before it runs. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(
  definition: ToolDefinition<I, O>,
): Tool<z.infer<O>> {
  return { ...definition, run: (args, context) => definition.run(definition.input.parse(args), context) };
}

/** What `tool` answers with, for its presenter: `DataOf<typeof getRun>`. */
export type DataOf<T> = T extends Tool<infer D> ? D : never;

export function isQuestion<D>(answer: D | ToolQuestion): answer is ToolQuestion {
  return typeof answer === 'object' && answer !== null && 'ask' in answer;
}

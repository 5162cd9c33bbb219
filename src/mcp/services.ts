/** What a server instance works with; wired together by `commands/services.ts`. */
import type { Changer } from '../changing/changer.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../http/log.ts';
import type { BookFile } from '../modes/book-file.ts';
import type { Registry } from '../providers/registry.ts';
import type { ContinuedReads, Work as WorkOf } from '../reading/continued-reads.ts';
import type { Reading } from '../reading/reading.ts';
import type { Starter } from '../starting/starter.ts';
import type { WireTool } from './catalogue.ts';
import type { Subscriptions } from './resources/subscriptions.ts';
import type { ToolAnswer } from './served-tool.ts';
import type { ToolQuestion } from './tool.ts';

/** What a tool comes to. */
export type ToolOutcome = ToolAnswer | ToolQuestion;
export type Work = WorkOf<ToolOutcome>;

export interface ServerServices {
  version: string;
  config: Config;
  /** The tools as lists show them, where they are recorded; else they are converted from their schemas. */
  wireTools?: readonly WireTool[] | undefined;
  registry: Registry;
  reading: Reading;
  /** Reading that outlasted its call. */
  continued: ContinuedReads<ToolOutcome>;
  starter(): Promise<Starter>;
  modes(): Promise<BookFile>;
  changer(): Promise<Changer>;
  log: Log;
  redact(text: string): string;
  subscriptions: Subscriptions;
  /** Aborted when the client asks nothing further and waits for what it asked; absent where that cannot happen. */
  ending?: AbortSignal | undefined;
}

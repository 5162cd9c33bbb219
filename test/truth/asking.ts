/** A stand-in for the tests of one file, and one question to the server on it. */
import { afterAll, beforeAll } from 'vitest';
import type { Answer } from '../support/clients.ts';
import type { Vendor } from '../support/platforms.ts';
import { type Asked, openStandIn, type Reply, type StandIn } from './stand-in.ts';

/** A platform that answers so. */
export interface Answering {
  reply(asked: Asked): Reply;
}

/** What is asked of the server while the platform is this one. */
export type Ask = (world: Answering, tool: string, args?: Record<string, unknown>) => Promise<Answer>;

/** One stand-in for all tests of a file; each brings ids of its own, because finished sessions are kept. */
export function standInFor(...vendors: Vendor[]): StandIn {
  let opened: StandIn | undefined;
  beforeAll(async () => {
    opened = await openStandIn(...vendors);
  });
  afterAll(() => opened?.close());
  const platform = (): StandIn => {
    if (!opened) throw new Error('Not open yet.');
    return opened;
  };
  return {
    answer: (handler) => platform().answer(handler),
    get asked() {
      return platform().asked;
    },
    call: (...call) => platform().call(...call),
    close: () => platform().close(),
  };
}

const askOf =
  (platform: StandIn): Ask =>
  (world, tool, args) => {
    platform.answer((asked) => world.reply(asked));
    return platform.call(tool, args);
  };

/** Asks one server in all tests of a file: each brings ids of its own. */
export const askingFor = (vendor: Vendor): Ask => askOf(standInFor(vendor));

/** A server of its own, for what a server may keep from one case to the next. */
export async function askingAlone<T>(vendor: Vendor, use: (ask: Ask) => Promise<T>): Promise<T> {
  const platform = await openStandIn(vendor);
  try {
    return await use(askOf(platform));
  } finally {
    await platform.close();
  }
}

type Reader = [tool: string, more: Record<string, unknown>];
/** The tools that read the runs of a session, apart from get_session, with what each needs besides the session. */
export const RUN_READERS: readonly Reader[] = [
  ['list_runs', {}],
  ['get_failure_clusters', {}],
  ['search_transcripts', { query: 'lighthouse' }],
  ['wait_for_session', { timeout_seconds: 0 }],
];
export const SESSION_READERS: readonly Reader[] = [['get_session', {}], ...RUN_READERS];

/** A stand-in for the tests of one file, and one question to the server on it. */
import { afterAll, beforeAll } from 'vitest';
import type { Answer } from '../support/clients.ts';
import { type Asked, openStandIn, type Reply, type StandIn, type Vendor } from './stand-in.ts';

/** A platform that answers so. */
export interface Answering {
  reply(asked: Asked): Reply;
}

/** What is asked of the server while the platform is this one. */
export type Ask = (world: Answering, tool: string, args?: Record<string, unknown>) => Promise<Answer>;

const askOf =
  (platform: StandIn): Ask =>
  (world, tool, args) => {
    platform.answer((asked) => world.reply(asked));
    return platform.call(tool, args);
  };

/** One server for all cases of a file: each case brings ids of its own. */
export function askingFor(vendor: Vendor): Ask {
  let platform: StandIn | undefined;
  beforeAll(async () => {
    platform = await openStandIn(vendor);
  });
  afterAll(() => platform?.close());
  return (world, tool, args) => {
    if (!platform) throw new Error('Not open yet.');
    return askOf(platform)(world, tool, args);
  };
}

/** A server of its own, for what a server may keep from one case to the next. */
export async function askingAlone<T>(vendor: Vendor, use: (ask: Ask) => Promise<T>): Promise<T> {
  const platform = await openStandIn(vendor);
  try {
    return await use(askOf(platform));
  } finally {
    await platform.close();
  }
}

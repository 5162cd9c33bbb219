/**
 * Further runs that were allowed for an hour together with a yes: one small file each in `<home>/allowances/`, seen by all
 * processes of the home. The sum of the hour is held against the runs of the hour, so later starts use them up.
 */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/v4';
import { createExclusive, ensureFolder, localIo, removeOldFiles } from '../home/files.ts';
import { type Clock, msSince, uptimeOf, uptimeSchema } from '../home/moment.ts';
import { checkFolder, readOwnFile } from '../home/own-file.ts';
import { errorCode } from '../model/error-code.ts';
import { parsedJson } from '../model/json.ts';
import { HOUR_MS } from './spent.ts';

const recordSchema = z.object({
  version: z.literal(1),
  sandbox: z.boolean(),
  runs: z.int().min(1),
  granted_at: z.string(),
  granted_uptime: uptimeSchema,
});
type Allowance = z.infer<typeof recordSchema>;

const FOLDER = 'allowances';

export interface Allowances {
  /** Throws `local_io`: what could not be written is not allowed. */
  grant(sandbox: boolean, runs: number): Promise<void>;
  /** Runs allowed within the last hour. A record that cannot be read, or that comes from the future, allows nothing. */
  current(sandbox: boolean): Promise<number>;
  /** Removes what no longer counts. Never throws. */
  sweep(): Promise<void>;
}

/** Allowances of one home. Nothing is read or made before the first call. */
export function createAllowances({ home, clock }: { home: string; clock: Clock }): Allowances {
  const folder = join(home, FOLDER);

  const read = async (file: string): Promise<Allowance | undefined> => {
    try {
      return recordSchema.safeParse(parsedJson((await readOwnFile(join(folder, file))) ?? '')).data;
    } catch {
      return undefined;
    }
  };

  return {
    async grant(sandbox, runs) {
      const record: Allowance = {
        version: 1,
        sandbox,
        runs,
        granted_at: new Date(clock.now()).toISOString(),
        granted_uptime: uptimeOf(clock),
      };
      try {
        await ensureFolder(home, FOLDER);
        await createExclusive(join(folder, `${randomBytes(12).toString('hex')}.json`), JSON.stringify(record));
      } catch (error) {
        throw localIo(error, home, 'Recording the further runs that were allowed');
      }
    },
    async current(sandbox) {
      let files: string[];
      try {
        await checkFolder(folder, { linked: false });
        files = await readdir(folder);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return 0;
        throw localIo(error, home, 'Reading what further runs were allowed');
      }
      let sum = 0;
      for (const file of files.filter((name) => name.endsWith('.json'))) {
        const found = await read(file);
        if (found?.sandbox === sandbox && isCurrent(found, clock)) sum += found.runs;
      }
      return sum;
    },
    sweep: () => removeOldFiles(folder, { wanted: () => true, ms: 2 * HOUR_MS, now: clock.now() }),
  };
}

/** Either clock ends it: an allowance is not drawn out by setting one. */
function isCurrent({ granted_at, granted_uptime }: Allowance, clock: Clock): boolean {
  const ago = clock.now() - Date.parse(granted_at);
  return ago >= 0 && ago < HOUR_MS && (msSince(granted_uptime, clock) ?? 0) < HOUR_MS;
}

/**
 * Callers' keys: one small file per key in `<home>/keys/`, made before the first claim under it and never removed, so
 * that a key starts once even when its claims have left the journal.
 */
import { join } from 'node:path';
import * as z from 'zod/v4';
import { createExclusive, ensureFolder, type Link, localIo, replaceFile } from '../home/files.ts';
import { isNotOurs, readOwnFile } from '../home/own-file.ts';
import { parsedJson } from '../model/json.ts';
import { Problem } from '../model/problem.ts';

const recordSchema = z.object({
  version: z.literal(1),
  fingerprint: z.string(),
  used_at: z.string(),
  /** Refs of what the key started; set when its claims are removed from the journal. */
  ended: z.object({ sessions: z.array(z.string()), runs: z.array(z.string()) }).optional(),
});
export type KeyRecord = z.infer<typeof recordSchema>;

const FOLDER = 'keys';
/**
 * Pauses before each try to read a record. Without hard links `createExclusive` makes the file before it writes the
 * content, so that another process may see an empty record for a moment.
 */
const READ_RETRY_PAUSES_MS = [0, 20, 100, 400];

export interface IdempotencyKeys {
  /** The record of a key; undefined for one that was never used. Throws `refused` when its record cannot be read. */
  look(digest: string): Promise<KeyRecord | undefined>;
  /** Binds the key to the arguments, or returns what it is bound to already. Throws `local_io`. */
  bind(digest: string, fingerprint: string): Promise<KeyRecord>;
  /** Writes the refs of what the key started into its record, before its claims are removed. Throws what reading and writing the record throws. */
  end(digest: string, ended: NonNullable<KeyRecord['ended']>): Promise<void>;
}

/** Keys of one home. Nothing is read or made before the first call. */
export function createIdempotencyKeys({
  home,
  now,
  sleep,
  link,
}: {
  home: string;
  now(): number;
  sleep(ms: number): Promise<void>;
  link?: Link | undefined;
}): IdempotencyKeys {
  const folder = join(home, FOLDER);
  const pathOf = (digest: string) => join(folder, `${digest}.json`);

  const read = async (digest: string): Promise<string | undefined> => {
    try {
      return await readOwnFile(pathOf(digest));
    } catch (error) {
      // Taken for the record of a key that was used: it starts nothing.
      if (isNotOurs(error)) return '';
      throw localIo(error, home, 'Reading the record of a key');
    }
  };

  const look = async (digest: string): Promise<KeyRecord | undefined> => {
    for (const pause of READ_RETRY_PAUSES_MS) {
      await sleep(pause);
      const text = await read(digest);
      if (text === undefined) return undefined;
      const parsed = recordSchema.safeParse(parsedJson(text));
      if (parsed.success) return parsed.data;
    }
    throw new Problem('refused', 'This key was used before, and the record of what for cannot be read.', {
      reason: 'key_unreadable',
      sent: 'no',
      next: 'Look with list_sessions for what was started, and pass a new `key` to start another.',
    });
  };

  return {
    look,
    async bind(digest, fingerprint) {
      const record: KeyRecord = { version: 1, fingerprint, used_at: new Date(now()).toISOString() };
      try {
        await ensureFolder(home, FOLDER);
        if (await createExclusive(pathOf(digest), JSON.stringify(record), link)) return record;
      } catch (error) {
        throw localIo(error, home, 'Recording the key');
      }
      return (await look(digest)) ?? record;
    },
    async end(digest, ended) {
      const record = await look(digest);
      if (record) await replaceFile(pathOf(digest), JSON.stringify({ ...record, ended }));
    },
  };
}

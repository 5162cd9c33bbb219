/**
 * Questions that wait for a yes. A token is random and cannot be computed; only its hash is on the disk, where all server
 * processes see it; it is good once, for ten minutes, for exactly what it was issued for.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod/v4';
import { errorCode } from '../model/error-code.ts';
import { parsedJson } from '../model/json.ts';
import { createExclusive, ensureFolder, localIo, moveOnce, removeOldFiles } from './files.ts';
import { checkFolder, readOwnFile } from './own-file.ts';

/** `preview` = the token is in the answer of the call, to be passed back. `person` = it goes to a person's client and back. */
export type Channel = 'preview' | 'person';

/**
 * What became of a question that a client was to put to a person. A client may answer by itself: none of these says that
 * a person spoke. `dismissed` = closed without an answer, `failed` = the client gave an error or nothing that is an answer,
 * `malformed` = answered, but neither with a no nor with the content that was asked for, `never_asked` = the question did
 * not reach the client.
 */
export type Answered = 'accepted' | 'declined' | 'dismissed' | 'failed' | 'malformed' | 'never_asked';

/** What a confirmation is good for, as digests that are kept apart, so that a refusal can say what differs. */
export interface Binding {
  /** The arguments of the call. */
  arguments: string;
  /** The host that it goes to. */
  place: string;
  /** Everything the plan says will be done. */
  plan: string;
}

/** Why a confirmation does not count. `not_known` = this home has asked no such question. */
export type Refusal =
  | Exclude<Answered, 'accepted'>
  | 'not_known'
  | 'expired'
  | 'other_arguments'
  | 'other_place'
  | 'other_plan'
  | 'used';

const CLOSED = ['used', 'declined', 'dismissed', 'failed', 'malformed', 'never_asked'] as const;
type Closed = (typeof CLOSED)[number];

const recordSchema = z.object({
  version: z.literal(1),
  channel: z.enum(['preview', 'person']),
  binding: z.object({ arguments: z.string(), place: z.string(), plan: z.string() }),
  issued_at: z.number(),
  expires_at: z.number(),
});

export interface Confirmations {
  /** Throws `local_io`: a token that could not be stored is never shown. */
  issue(binding: Binding, channel: Channel): Promise<{ token: string; expires_at: string }>;
  /** Uses the token up and says `ok`, for one caller only; anything else is a refusal. Throws `local_io`. */
  redeem(token: string, binding: Binding, channel: Channel): Promise<'ok' | Refusal>;
  /** Ends a token whose question got no yes. Throws `local_io`. */
  close(token: string, as: Exclude<Closed, 'used'>): Promise<void>;
  /** Removes tokens that ended over a day ago. Never throws. */
  sweep(): Promise<void>;
}

export const TOKEN_LIVES_MS = 10 * 60_000;
const FOLDER = 'confirmations';
const KEPT_MS = 86_400_000;
/** Clocks of processes on one machine agree; a token from further in the future means that the clock was set back. */
const CLOCK_TOLERANCE_MS = 60_000;
const TOKEN = /^[A-Za-z0-9_-]{22}$/;

/** Confirmations of one home. Nothing is read or made before the first call. */
export function createConfirmations(options: { home: string; now(): number }): Confirmations {
  const { home, now } = options;
  const folder = join(home, FOLDER);
  const pathOf = (token: string, state: 'open' | Closed) => {
    const hash = createHash('sha256').update(`agent-simulation-mcp:${token}`).digest('hex');
    return join(folder, `${hash}.${state}.json`);
  };

  const read = async (path: string) => {
    try {
      const text = await readOwnFile(path);
      return recordSchema.safeParse(text && parsedJson(text)).data;
    } catch (error) {
      throw localIo(error, home, 'Reading a confirmation');
    }
  };

  /** Whoever else may write to the folder could give a used token its old name back. */
  const checkPlace = async (): Promise<void> => {
    try {
      await checkFolder(folder, { linked: false });
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw localIo(error, home, 'Reading a confirmation');
    }
  };

  const ended = async (token: string): Promise<Refusal> => {
    for (const state of CLOSED) if (await read(pathOf(token, state))) return state;
    return 'not_known';
  };

  const move = async (token: string, state: Closed): Promise<boolean> => {
    try {
      return await moveOnce(pathOf(token, 'open'), pathOf(token, state));
    } catch (error) {
      throw localIo(error, home, 'Using up a confirmation');
    }
  };

  return {
    async issue(binding, channel) {
      const token = randomBytes(16).toString('base64url');
      const issued_at = now();
      const expires_at = issued_at + TOKEN_LIVES_MS;
      try {
        await ensureFolder(home, FOLDER);
        const record: z.infer<typeof recordSchema> = { version: 1, channel, binding, issued_at, expires_at };
        await createExclusive(pathOf(token, 'open'), JSON.stringify(record));
      } catch (error) {
        throw localIo(error, home, 'Storing a confirmation');
      }
      return { token, expires_at: new Date(expires_at).toISOString() };
    },

    async redeem(token, binding, channel) {
      if (!TOKEN.test(token)) return 'not_known';
      await checkPlace();
      const record = await read(pathOf(token, 'open'));
      if (!record) return ended(token);
      // A token for a person's client is no use as an argument, nor the other way round.
      if (record.channel !== channel) return 'not_known';
      if (now() >= record.expires_at || now() < record.issued_at - CLOCK_TOLERANCE_MS) return 'expired';
      for (const part of ['arguments', 'place', 'plan'] as const)
        if (record.binding[part] !== binding[part]) return `other_${part}`;
      return (await move(token, 'used')) ? 'ok' : ended(token);
    },

    async close(token, as) {
      if (TOKEN.test(token)) await move(token, as);
    },

    sweep: () => removeOldFiles(folder, { wanted: () => true, ms: KEPT_MS + TOKEN_LIVES_MS, now: now() }),
  };
}

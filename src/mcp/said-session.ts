/** Which sessions an answer is about. A reference to many is long, and whoever calls has it: it is counted, not said back. */
import * as z from 'zod/v4';
import { fromCommaList } from '../model/comma-list.ts';
import { refSchema } from '../model/schemas.ts';

/** Characters of a reference that is said back. */
const LONG_REF = 700;

export const saidSessionSchema = {
  session: refSchema.optional(),
  pooled: z.int().optional().describe('In place of a `session` of over 700 characters: how many sessions it names'),
};

export interface SaidSession {
  session?: string | undefined;
  pooled?: number | undefined;
}

/** `{ session }`; of several sessions whose reference is too long, `{ pooled }`: how many it names. */
export function saidSession(ref: string): SaidSession {
  const count = fromCommaList(ref).length;
  return count > 1 && isLongRef(ref) ? { pooled: count } : { session: ref };
}

/** True for a reference that no next step repeats. */
export function isLongRef(ref: string): boolean {
  return ref.length > LONG_REF;
}

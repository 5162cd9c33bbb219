/**
 * Reasons of judges about failed calls, written by hand: 100 of an airline's rebooking line, 100 of an energy supplier's billing line (a
 * third of them in German or Spanish). `<domain>.json` is what a reader may see; the cause of each stands apart in
 * `<domain>.labels.json`, so that somebody can read the reasons without having seen it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/v4';

export const LABELLED_DOMAINS = ['airline', 'energy'] as const;
export type LabelledDomain = (typeof LABELLED_DOMAINS)[number];

const reasonsSchema = z.array(
  z.strictObject({ id: z.string(), evaluation: z.string(), case: z.string().optional(), reason: z.string() }),
);
export type LabelledReason = z.infer<typeof reasonsSchema>[number];

const read = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(process.cwd(), 'test/modes/labelled', name), 'utf8'));

/** What a reader sees. */
export async function reasonsOf(domain: LabelledDomain): Promise<LabelledReason[]> {
  return reasonsSchema.parse(await read(`${domain}.json`));
}

/** The root cause of each, by id. */
export async function labelsOf(domain: LabelledDomain): Promise<Record<string, string>> {
  return z.record(z.string(), z.string()).parse(await read(`${domain}.labels.json`));
}

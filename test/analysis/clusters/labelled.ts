/** The labelled reasons: sessions of one domain each, split into what may be tuned on and what is kept out. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/v4';

export const SPLITS = ['tune', 'held-out', 'fresh'] as const;
export type Split = (typeof SPLITS)[number];

const labelledSchema = z.object({
  domain: z.string(),
  reasons: z.array(
    z.object({
      id: z.string().optional(),
      label: z.string(),
      language: z.enum(['en', 'de', 'es']),
      criterion: z.string(),
      case: z.string(),
      reason: z.string(),
    }),
  ),
});
export type LabelledSession = z.infer<typeof labelledSchema>;

/** Sessions of one split, by name; `root` is the repository. */
export async function labelledSessions(split: Split, root = process.cwd()): Promise<LabelledSession[]> {
  const folder = join(root, 'test/analysis/clusters/labelled', split);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => labelledSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
  );
}

/** The form of a failure cluster in answers. Apart from what fills it, which lists do without. */
import * as z from 'zod/v4';
import { codedBySchema, FIX_KINDS, MODE_SOURCES, MODE_STATUSES } from '../model/modes.ts';
import { quotedText } from '../model/quoted.ts';
import { intervalSchema, refSchema } from '../model/schemas.ts';

export const shownClusterSchema = z.object({
  id: quotedText,
  title: quotedText,
  source: z.enum(['mode', 'vendor', 'wording', 'platform']),
  kind: z.enum(['failure', 'execution']),
  new: z.boolean().optional().describe('First seen in this session'),
  status: z.enum(MODE_STATUSES).optional(),
  definition: quotedText.optional(),
  fault: z.enum(MODE_SOURCES).optional(),
  fix_kind: z.enum(FIX_KINDS).optional(),
  fix: quotedText.optional(),
  description: quotedText.optional(),
  advice: quotedText.optional(),
  evaluations: z.array(quotedText),
  failures: z.int().optional(),
  coded_by: codedBySchema.optional(),
  runs_total: z.int(),
  merged: z.int().optional(),
  share: z.number().optional().describe('Of failures; of a technical cluster, of broken runs'),
  share_interval: intervalSchema.optional(),
  runs: z.array(refSchema),
  cases: z.array(z.object({ name: quotedText, runs: z.int() })).optional(),
  evidence: z.array(
    z.object({
      run: refSchema,
      evaluation: quotedText.optional(),
      reason: quotedText.optional(),
      turn: z.int().optional(),
      text: quotedText.optional(),
    }),
  ),
});

export type ShownCluster = z.infer<typeof shownClusterSchema>;

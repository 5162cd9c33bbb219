/**
 * How well failure reasons are grouped by root cause on labelled sessions:
 *   node test/run.mjs bench/clusters.ts                          by wording, as the server does before anybody has read
 *   node test/run.mjs bench/clusters.ts --codings codings.json   by whoever read them as well
 * `codings.json` is a list of `{"reason": "...", "mode": "..."}` or of `{"id": "...", "mode": "..."}`: the id that stands
 * beside the reason, or else `hotel/3`, its file and number there from 0. What it does not name counts as a group of its own. Figures are means over sessions
 * weighted by reasons.
 */
import { readFile } from 'node:fs/promises';
import * as z from 'zod/v4';
import { ALIKE } from '../../src/analysis/clusters/wording-groups.ts';
import { adjustedRand, purity, vMeasure } from '../analysis/clusters/agreement.ts';
import { byWording } from '../analysis/clusters/all-at-once.ts';
import { type LabelledSession, labelledSessions, SPLITS } from '../analysis/clusters/labelled.ts';
import { LABELLED_DOMAINS, labelsOf, reasonsOf } from '../modes/labelled/labelled.ts';

type Method = (session: LabelledSession) => string[];

const METHODS: Record<string, Method> = {
  'by criterion': ({ reasons }) => reasons.map(({ criterion }) => criterion),
  'by case': ({ reasons }) => reasons.map((reason) => reason.case),
  [`by wording, ${ALIKE}`]: (session) => byWording(session),
  ...Object.fromEntries(
    [0.05, 0.08, 0.1, 0.15, 0.2].map((alike) => [
      `by wording, ${alike}`,
      (session: LabelledSession) => byWording(session, alike),
    ]),
  ),
};

function row(name: string, sessions: readonly LabelledSession[], method: Method): void {
  const parts = sessions.map((session) => ({
    truth: session.reasons.map(({ label }) => label),
    found: method(session),
  }));
  const n = parts.reduce((sum, { truth }) => sum + truth.length, 0);
  const mean = (of: (truth: string[], found: string[]) => number) =>
    (parts.reduce((sum, { truth, found }) => sum + of(truth, found) * truth.length, 0) / Math.max(1, n)).toFixed(2);
  const sizes = (of: (part: (typeof parts)[number]) => string[]) =>
    parts.reduce((sum, part) => sum + new Set(of(part)).size, 0);
  process.stdout.write(
    `  ${name.padEnd(22)} ARI ${mean(adjustedRand).padStart(5)}  purity ${mean(purity)}  V ${mean(vMeasure)}  ${n} reasons, ${sizes(({ truth }) => truth)} causes, ${sizes(({ found }) => found)} groups\n`,
  );
}

const codingSchema = z.object({ id: z.string().optional(), reason: z.string().optional(), mode: z.string() });
/** A list, or what `code --json` prints. */
const codingsSchema = z.union([
  z.array(codingSchema),
  z.object({ codings: z.array(codingSchema) }).transform(({ codings }) => codings),
]);

/** The reader whose codings are in a file. */
async function readerOf(file: string): Promise<Method> {
  const modes = new Map<string, string>();
  for (const { id, reason, mode } of codingsSchema.parse(JSON.parse(await readFile(file, 'utf8'))))
    for (const key of [id, reason]) if (key !== undefined) modes.set(key, mode);
  return ({ domain, reasons }) =>
    reasons.map(
      ({ id = '', reason }, index) =>
        modes.get(id) ?? modes.get(`${domain}/${index}`) ?? modes.get(reason) ?? `unread ${index}`,
    );
}

/** Reasons in the style of judges, of which the cause of each is kept apart (`test/modes/labelled`). */
async function ofJudges(): Promise<LabelledSession[]> {
  return Promise.all(
    LABELLED_DOMAINS.map(async (domain) => {
      const labels = await labelsOf(domain);
      const reasons = (await reasonsOf(domain)).map(({ id, evaluation, case: played = '', reason }) => ({
        id,
        label: labels[id] ?? '',
        language: 'en' as const,
        criterion: evaluation,
        case: played,
        reason,
      }));
      return { domain, reasons };
    }),
  );
}

const [, file] = process.argv.slice(process.argv.indexOf('--codings'));
const methods = process.argv.includes('--codings') && file ? { ...METHODS, reader: await readerOf(file) } : METHODS;
const sets: [string, LabelledSession[]][] = await Promise.all(
  SPLITS.map(async (split): Promise<[string, LabelledSession[]]> => [split, await labelledSessions(split)]),
);
for (const [name, sessions] of [...sets, ['judges', await ofJudges()] as const]) {
  if (sessions.length === 0) continue;
  process.stdout.write(`\n${name}: ${sessions.map(({ domain }) => domain).join(', ')}\n`);
  for (const [method, group] of Object.entries(methods)) row(method, sessions, group);
}

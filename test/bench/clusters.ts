/**
 * How well failure reasons are grouped by root cause, for every method tried, on the labelled sessions:
 *   node test/run.mjs bench/clusters.ts            all splits
 *   node test/run.mjs bench/clusters.ts tune       one split (the kept-out part stays unseen while tuning)
 * Figures are means over sessions weighted by reasons; a language's figure is over its reasons within each session.
 */

import { CONCEPTS } from '../../src/analysis/clusters/lexicon/concepts.ts';
import { scoreConcepts } from '../../src/analysis/clusters/lexicon/score.ts';
import { isStopWord, normalise, stem, tokenize } from '../../src/analysis/clusters/text.ts';
import { agglomerate, dot, tfidf } from '../../src/analysis/clusters/vectors.ts';
import { adjustedRand, purity, vMeasure } from '../analysis/clusters/agreement.ts';
import { clusterReasons } from '../analysis/clusters/all-at-once.ts';
import { type LabelledSession, labelledSessions, SPLITS } from '../analysis/clusters/labelled.ts';

type Reasons = LabelledSession['reasons'];
type Method = (reasons: Reasons) => string[];

const words = (reason: string) =>
  tokenize(reason)
    .map((token) => token.text)
    .filter((word) => !isStopWord(word))
    .map(stem);
const grams = (reason: string) => {
  const text = ` ${normalise(reason)} `;
  return Array.from({ length: Math.max(0, text.length - 3) }, (_, at) => text.slice(at, at + 4));
};
const linked =
  (bag: (reason: string) => string[], threshold: number): Method =>
  (reasons) => {
    const vectors = tfidf(reasons.map(({ reason }) => bag(reason)));
    const none = new Map<string, number>();
    return agglomerate(reasons.length, (a, b) => dot(vectors[a] ?? none, vectors[b] ?? none), threshold).map(String);
  };

/** Thresholds of the baselines are the best ones on the tuning part, so that they are not made to look bad. */
const METHODS: Record<string, Method> = {
  'by criterion': (reasons) => reasons.map(({ criterion }) => criterion),
  'by case': (reasons) => reasons.map((reason) => reason.case),
  'exact text': (reasons) => reasons.map(({ reason }) => normalise(reason)),
  'TF-IDF words': linked(words, Number(process.env.T1 ?? 0.06)),
  'TF-IDF 4-grams': linked(grams, Number(process.env.T2 ?? 0.05)),
  'lexicon only': (reasons) =>
    reasons.map(({ reason }, index) => {
      const { scores } = scoreConcepts(tokenize(reason));
      const best = scores.indexOf(Math.max(...scores));
      return (scores[best] ?? 0) > 1.6 ? (CONCEPTS[best]?.id ?? '') : `alone ${index}`;
    }),
  full: (reasons) => clusterReasons(reasons).group.map(String),
};

interface Figures {
  ari: number;
  purity: number;
  v: number;
  n: number;
  groups: number;
  labels: number;
}

function measure(parts: readonly { truth: string[]; found: string[] }[]): Figures {
  const used = parts.filter(({ truth }) => truth.length > 1);
  const n = used.reduce((sum, { truth }) => sum + truth.length, 0);
  const mean = (of: (truth: string[], found: string[]) => number) =>
    used.reduce((sum, { truth, found }) => sum + of(truth, found) * truth.length, 0) / Math.max(1, n);
  return {
    ari: mean(adjustedRand),
    purity: mean(purity),
    v: mean(vMeasure),
    n,
    groups: used.reduce((sum, { found }) => sum + new Set(found).size, 0),
    labels: used.reduce((sum, { truth }) => sum + new Set(truth).size, 0),
  };
}

const line = (text: string) => process.stdout.write(`${text}\n`);
const row = (name: string, { ari, purity: pure, v, n, groups, labels }: Figures) =>
  line(
    `  ${name.padEnd(22)} ARI ${ari.toFixed(2).padStart(5)}  purity ${pure.toFixed(2)}  V ${v.toFixed(2)}  ${String(n).padStart(4)} reasons, ${labels} causes, ${groups} groups`,
  );

const wanted = process.argv.slice(2);
for (const split of SPLITS) {
  if (wanted.length > 0 && !wanted.includes(split)) continue;
  const sessions = await labelledSessions(split);
  if (sessions.length === 0) continue;
  line(`\n${split}: ${sessions.map(({ domain }) => domain).join(', ')}`);
  for (const [name, method] of Object.entries(METHODS)) {
    const parts = sessions.map(({ domain, reasons }) => ({
      domain,
      languages: reasons.map(({ language }) => language),
      truth: reasons.map(({ label }) => label),
      found: method(reasons),
    }));
    row(name, measure(parts));
    if (name !== 'full') continue;
    for (const part of parts) row(`  ${part.domain}`, measure([part]));
    for (const language of ['en', 'de', 'es']) {
      const keep = (part: (typeof parts)[number], values: string[]) =>
        values.filter((_, index) => part.languages[index] === language);
      const figures = measure(parts.map((part) => ({ truth: keep(part, part.truth), found: keep(part, part.found) })));
      if (figures.n > 0) row(`  ${language}`, figures);
    }
  }
}

// Scale: every reason of the set varied into 50,000 by numbers and case, three in four distinct after normalisation.
if (wanted.length === 0 || wanted.includes('scale')) {
  const all = (await Promise.all(SPLITS.map((split) => labelledSessions(split))))
    .flat()
    .flatMap(({ reasons }) => reasons);
  const tail = 'abcdefghijklmnopqrst';
  const many = Array.from({ length: 50_000 }, (_, index) => {
    const base = all[index % all.length];
    const variant = [...String(index % 4 === 0 ? 0 : index)].map((digit) => tail[Number(digit)] ?? '').join('');
    return { reason: `${base?.reason ?? ''} ${variant}x`, criterion: base?.criterion ?? '', case: base?.case ?? '' };
  });
  const from = performance.now();
  const { groups } = clusterReasons(many);
  line(
    `\nscale: ${many.length} reasons into ${groups.length} groups in ${((performance.now() - from) / 1000).toFixed(1)} s`,
  );
}

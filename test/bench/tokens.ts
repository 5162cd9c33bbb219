/**
 * `npm run bench:tokens`: what "why did this session fail?" costs a model: our two answers against the vendor JSON that
 * holds the same facts. Tokens are characters ÷ 4 on both sides, so the ratio does not depend on a tokenizer.
 */

import { parseRef } from '../../src/model/refs.ts';
import { openInProcess, scaledSession } from '../support/in-process.ts';
import { runsOf } from '../support/whole-session.ts';

const RUNS = Number(process.argv[2] ?? 1_240);
const tokens = (characters: number) => Math.ceil(characters / 4);

const room = await openInProcess({ scale: RUNS });
const rows: string[][] = [];
for (const provider of room.providers) {
  const session = await scaledSession(provider, RUNS);
  const ids = parseRef(session)?.ids ?? [];
  room.reset();
  const began = performance.now();
  await runsOf(provider, ids, 'reasons', { signal: new AbortController().signal });
  const raw = room.traffic(provider.id);
  const rawMs = performance.now() - began;
  room.reset();
  const begun = performance.now();
  const digest = await room.answer('get_session', { session });
  const clusters = await room.answer('get_failure_clusters', { session });
  const ms = performance.now() - begun;
  const ours = room.traffic(provider.id);
  const text = digest.text.length + clusters.text.length;
  const structured = JSON.stringify(digest.data).length + JSON.stringify(clusters.data).length;
  rows.push([
    provider.label,
    String(RUNS),
    tokens(raw.bytes).toLocaleString('en'),
    tokens(text).toLocaleString('en'),
    tokens(structured).toLocaleString('en'),
    `${Math.round(raw.bytes / Math.max(text, structured))} ×`,
    `${raw.requests} / ${ours.requests}`,
    `${Math.round(rawMs)} / ${Math.round(ms)} ms`,
  ]);
  if (tokens(digest.text.length) > 2_500)
    throw new Error(`${provider.id}: the digest takes ${tokens(digest.text.length)} tokens.`);
}
await room.close();

const head = [
  'platform',
  'runs',
  'tokens of vendor JSON',
  'tokens of our text',
  'of our structured content',
  'ratio',
  'requests raw / ours',
  'time raw / ours',
];
for (const row of [head, head.map(() => '---'), ...rows]) process.stdout.write(`| ${row.join(' | ')} |\n`);

/** `node test/run.mjs soak/soak.ts [calls in sequence]`: load, soak, waits, slow readers; prints a line of figures each. */
import { atOnce, type InSequence, inSequence, MOST_TIMES, manyWaits, openBench, slowReader } from './load.ts';

/** The caches fill over the first thousands of calls; a slope says something only after them. */
const isFlat = ({ calls, most_mb, slope_mb_per_10k }: InSequence) =>
  most_mb < 300 && (calls < 20_000 || slope_mb_per_10k < 1);

const count = Number(process.argv[2] ?? 100_000);
const bench = await openBench({ speed: 4 });
let bad = 0;
const print = (what: string, figures: { complaints: string[] }, holds: boolean) => {
  if (figures.complaints.length > 0 || !holds) bad += 1;
  process.stdout.write(`${holds ? 'held' : 'BROKEN'} ${what}: ${JSON.stringify(figures)}\n`);
};
try {
  const waits = await manyWaits(bench, 50, 8);
  print(
    '50 waits at once for one session',
    waits,
    waits.requests_a_second < MOST_TIMES * waits.requests_a_second_of_one,
  );
  const burst = await atOnce(bench, 1_000);
  const late = Object.entries(burst.errors).filter(([kind]) => kind.endsWith(' timeout'));
  print('1,000 calls at once', burst, burst.answered === 1_000 && late.length === 0);
  const slow = await slowReader(bench, 1_000);
  print('a reader that does not read', slow, slow.answered === slow.calls && slow.most_mb < 400);
  const modern = await inSequence(bench, Math.ceil(count / 5), { era: 'modern' });
  print('calls in sequence, stateless era', modern, isFlat(modern));
  const soak = await inSequence(bench, count);
  print('calls in sequence', soak, isFlat(soak));
} finally {
  await bench.close();
}
process.exit(bad === 0 ? 0 : 1);

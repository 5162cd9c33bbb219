/**
 * `npm run bench [start|first-answer|overhead|scale] [--rounds N] [--write]`: ratios measured side by side in one run.
 * `--write` puts each between its markers of docs/measurements.md. Of `first-answer` also `--other MAIN.cjs`, another build
 * to hold it against; of `scale` `--runs N`, `--only REGEXP` for some rows of it, `--warm` for servers that have answered before, and `--latency MS,MS` for platforms that
 * take so much longer to answer than the sandbox.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../support/root.ts';
import { benchFirstAnswer } from './first-answer.ts';
import { benchOverhead } from './overhead.ts';
import { benchScale } from './scale.ts';
import { benchStart } from './start.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    write: { type: 'boolean' },
    runs: { type: 'string' },
    only: { type: 'string' },
    latency: { type: 'string' },
    warm: { type: 'boolean' },
    other: { type: 'string' },
  },
});
// It adds about 90 ms to every start on Node 20 and belongs to no measurement.
delete process.env.NODE_EXTRA_CA_CERTS;
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);

const programs: Record<string, () => Promise<string>> = {
  start: () => benchStart({ rounds }),
  'first-answer': () => benchFirstAnswer({ rounds, other: values.other }),
  overhead: () => benchOverhead(),
  scale: async () => {
    const tables: string[] = [];
    for (const latency of (values.latency ?? '0').split(',')) {
      const only = new RegExp(values.only ?? '');
      const runs = values.runs === undefined ? undefined : Number(values.runs);
      tables.push(await benchScale({ rounds: rounds ?? 3, runs, only, latency: Number(latency), warm: values.warm }));
    }
    return tables.join('\n\n');
  },
};

for (const [name, run] of Object.entries(programs)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const text = await run();
  process.stdout.write(`\n${text}\n`);
  if (values.write) writeTable(name, text);
}

function writeTable(name: string, text: string): void {
  const file = join(ROOT, 'docs/measurements.md');
  const page = readFileSync(file, 'utf8');
  const pattern = new RegExp(`(<!-- bench: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  if (!pattern.test(page)) throw new Error(`docs/measurements.md has no markers for the benchmark \`${name}\`.`);
  writeFileSync(
    file,
    page.replace(pattern, (_all, open: string, close: string) => `${open}${text}\n${close}`),
  );
}

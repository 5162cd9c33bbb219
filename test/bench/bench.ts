/**
 * `npm run bench [start|overhead|scale] [--rounds N] [--write]`: ratios measured side by side in one run. `--write` puts
 * the tables between the markers of the README. Of `scale` also `--runs N`, `--only REGEXP` for some rows of it, and `--latency MS` for a platform that takes so long.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../support/clients.ts';
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
  },
});
// It adds about 90 ms to every start on Node 20 and belongs to no measurement.
delete process.env.NODE_EXTRA_CA_CERTS;
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);

const programs: Record<string, () => Promise<string>> = {
  start: () => benchStart({ rounds }),
  overhead: () => benchOverhead(),
  scale: () =>
    benchScale({
      rounds: rounds ?? 3,
      runs: values.runs === undefined ? undefined : Number(values.runs),
      only: new RegExp(values.only ?? ''),
      latency: values.latency === undefined ? undefined : Number(values.latency),
    }),
};

const parts: string[] = [];
for (const [name, run] of Object.entries(programs)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const text = await run();
  process.stdout.write(`\n${text}\n`);
  parts.push(text);
}
if (values.write) {
  const file = join(ROOT, 'README.md');
  const readme = readFileSync(file, 'utf8');
  const pattern = /(<!-- bench -->\n)[\s\S]*?(<!-- end -->)/;
  if (!pattern.test(readme)) throw new Error('README.md has no markers for the benchmark.');
  writeFileSync(
    file,
    readme.replace(pattern, (_all, open: string, close: string) => `${open}${parts.join('\n\n')}\n${close}`),
  );
}

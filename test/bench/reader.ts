/**
 * Has the model of the settings (`AGENT_SIM_MODEL_URL`, …) read the labelled reasons, and writes its codings for `bench:clusters`:
 *   npm run bench:reader -- codings.json
 *   npm run bench:clusters -- --codings codings.json
 * The model sees each domain as one session of one agent; labels it does not see.
 */
import { writeFile } from 'node:fs/promises';
import { keyOf, targetOf } from '../../src/commands/code-target.ts';
import { readConfig } from '../../src/config/config.ts';
import { shortHash } from '../../src/modes/failures.ts';
import { type Modes, readLines } from '../../src/modes/reader/batches.ts';
import { createModel } from '../../src/modes/reader/model.ts';
import { LABELLED_DOMAINS, reasonsOf } from '../modes/labelled/labelled.ts';
import { linesOfReasons } from '../modes/reader/lines-of-reasons.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file for the codings.');
const { model: settings, maxTokens } = readConfig([], process.env);
const model = createModel({ ...targetOf(settings), key: keyOf(process.env.AGENT_SIM_MODEL_KEY), env: process.env });
const codings: { id: string; mode: string }[] = [];
for (const domain of LABELLED_DOMAINS) {
  const reasons = await reasonsOf(domain);
  const sent = linesOfReasons(reasons);
  let modes: Modes = { known: [], retired: [] };
  const { batches, left } = await readLines(sent, {
    model,
    modes,
    most_tokens: maxTokens,
    signal: new AbortController().signal,
    async save({ assigned, invented, singles }, batch) {
      const named = invented.map((mode) => ({ ...mode, id: `M-${shortHash(mode.title, 8)}` }));
      const note = (mode: string, lines: readonly number[]) => {
        for (const line of lines)
          for (const { run } of batch[line - 1]?.line.failures ?? [])
            codings.push({ id: run, mode: `${domain} ${mode}` });
      };
      for (const { mode, lines } of assigned) note(mode, lines);
      for (const { id, lines } of named) note(id, lines);
      for (const line of singles) note(`single ${batch[line - 1]?.line.failures[0].run}`, [line]);
      modes = { ...modes, known: [...modes.known, ...named] };
      return modes;
    },
  });
  const refused = batches.filter(({ refusal }) => refusal).length;
  process.stdout.write(
    `${domain}: ${sent.length} lines, ${modes.known.length} modes, ${refused} of ${batches.length} batches refused, ${left.length} lines not asked about\n`,
  );
}
await model.close();
await writeFile(file, `${JSON.stringify(codings, null, 1)}\n`);
process.stdout.write(`About ${model.spent} tokens. Codings of ${codings.length} reasons are in ${file}.\n`);

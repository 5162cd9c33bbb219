/**
 * `npm run test:faults`: every operation of every provider under every fault. Prints the matrix, then what each field of
 * each answer did to the readers; ends with 1 when a single cell is wrong.
 *
 *   --vendor ID  --operation NAME  --fault PART  one part only      --verbose  each cell
 *   --fields only|none      --lies only|none
 */
import { parseArgs } from 'node:util';
import { VENDORS } from '../support/platforms.ts';
import { openBases } from './bases.ts';
import type { Cell } from './cell.ts';
import { FAULTS } from './faults.ts';
import { type FieldFinding, runFields } from './fields.ts';
import { runHeavy, runLies, runLight } from './sweep.ts';
import { line, print, printCells, printFields } from './table.ts';

const { values } = parseArgs({
  options: {
    vendor: { type: 'string' },
    operation: { type: 'string' },
    fault: { type: 'string' },
    verbose: { type: 'boolean' },
    /** `only`: without the matrix; `none`: without the fields. */
    fields: { type: 'string' },
    /** `only`: nothing else; `none`: without what the vendors say that is not so. */
    lies: { type: 'string' },
  },
});
const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));
process.on('uncaughtException', (error) => {
  print(`UNCAUGHT ${error.stack ?? error.message}`);
  process.exit(2);
});

const began = performance.now();
const bases = await openBases();
const vendors = VENDORS.filter((vendor) => values.vendor === undefined || vendor === values.vendor);
const faults = FAULTS.filter(({ name }) => values.fault === undefined || new RegExp(values.fault).test(name));
const cells: Cell[] = [];
const onlyLies = values.lies === 'only';
if (values.fields !== 'only' && !onlyLies) {
  const onCell = (cell: Cell, left: number) => {
    if (values.verbose) process.stderr.write(`${line(cell)} (${left} left)\n`);
  };
  // Most cells wait for something that never comes: the vendors share the time.
  const light = vendors.map((vendor) => runLight(vendor, faults, bases, { operation: values.operation, onCell }));
  for (const done of await Promise.all(light)) cells.push(...done);
  for (const vendor of vendors) cells.push(...(await runHeavy(vendor, faults, bases, { operation: values.operation })));
  printCells(cells);
}
if (values.lies !== 'none' && values.fields !== 'only' && values.fault === undefined) {
  const told: Cell[] = [];
  for (const vendor of vendors) told.push(...(await runLies(vendor, bases, { operation: values.operation })));
  print('\nwhat the platforms say that is not so');
  printCells(told);
  cells.push(...told);
}
const findings: FieldFinding[] = [];
if (values.fields !== 'none' && values.fault === undefined && !onlyLies) {
  for (const vendor of vendors) findings.push(...(await runFields(vendor, { operation: values.operation })));
  printFields(findings);
}
const stolen = bases.stolen();
await bases.close();
if (stolen.length > 0) print(`Another origin was asked: ${stolen.join(', ')}`);
for (const reason of rejections) print(`UNHANDLED ${reason instanceof Error ? reason.stack : String(reason)}`);
const wrong = [...cells, ...findings].filter(({ outcome }) => outcome === 'WRONG').length;
print(
  `${cells.length} cells and ${findings.length} changed fields in ${Math.round((performance.now() - began) / 1000)} s: ${wrong} wrong, ${rejections.length} unhandled rejections, ${stolen.length} requests to another origin, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
process.exit(wrong + rejections.length + stolen.length > 0 ? 1 : 0);

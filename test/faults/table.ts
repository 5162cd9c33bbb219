/** The matrix as a table: a line a fault, a column an operation, all providers and modes of a cell together. */
import type { Cell } from './cell.ts';
import type { FieldFinding } from './fields.ts';
import { MUTATIONS } from './mutations.ts';
import { CHANGES, READS } from './operations.ts';

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const MARKS = { right: '✓', partial: '~', problem: '!', WRONG: 'X' } as const;

export function printCells(cells: readonly Cell[]): void {
  const operations = [...READS, ...CHANGES].filter((operation) => cells.some((cell) => cell.operation === operation));
  const vendors = [...new Set(cells.map((cell) => cell.vendor))];
  const faults = [...new Set(cells.map((cell) => cell.fault))];
  const width = Math.max(...faults.map((name) => name.length), 5);
  print(`${vendors.length} providers: ${vendors.join(', ')}`);
  print('✓ right answer   ~ answer that says what it lacks   ! error with a next step   X wrong\n');
  print(`${'fault'.padEnd(width)}  ${operations.map((name) => name.padEnd(12)).join('')}slowest`);
  for (const fault of faults) {
    const row = cells.filter((cell) => cell.fault === fault);
    const columns = operations.map((operation) => {
      const here = row.filter((cell) => cell.operation === operation);
      const counts = (['right', 'partial', 'problem', 'WRONG'] as const).flatMap((outcome) => {
        const count = here.filter((cell) => cell.outcome === outcome).length;
        return count > 0 ? [`${count}${MARKS[outcome]}`] : [];
      });
      return (counts.join(' ') || '·').padEnd(12);
    });
    print(`${fault.padEnd(width)}  ${columns.join('')}${Math.round(Math.max(...row.map((cell) => cell.ms)))} ms`);
  }
  print('');
  for (const cell of cells.filter((one) => one.outcome === 'WRONG')) print(line(cell));
  for (const vendor of vendors) {
    const own = cells.filter((cell) => cell.vendor === vendor);
    const count = (outcome: Cell['outcome']) => own.filter((cell) => cell.outcome === outcome).length;
    print(
      `${vendor}: ${own.length} cells, ${count('right')} right, ${count('partial')} partial, ${count('problem')} errors, ${count('WRONG')} wrong`,
    );
  }
}

export function line(cell: Cell): string {
  const { vendor, operation, fault, mode, note, ms, requests } = cell;
  return `${MARKS[cell.outcome]} ${vendor} ${operation} | ${fault} | ${mode} | ${note} | ${Math.round(ms)} ms, ${requests} requests`;
}

/** What each kind of change did: a line a kind, a column a provider. */
export function printFields(findings: readonly FieldFinding[]): void {
  const vendors = [...new Set(findings.map(({ vendor }) => vendor))];
  print('\nfields of answers, one at a time');
  print('= nothing changed   ≠ something is missing or unknown   ! error with a next step   X wrong\n');
  print(`${'put in its place'.padEnd(24)}${vendors.map((vendor) => vendor.padEnd(30)).join('')}`);
  for (const { name } of MUTATIONS) {
    const columns = vendors.map((vendor) => {
      const here = findings.filter((one) => one.vendor === vendor && one.mutation.name === name);
      const counts = Object.entries({ same: '=', other: '≠', problem: '!', WRONG: 'X' }).flatMap(([outcome, mark]) => {
        const count = here.filter((one) => one.outcome === outcome).length;
        return count > 0 ? [`${count}${mark}`] : [];
      });
      return (counts.join(' ') || '·').padEnd(30);
    });
    print(`${name.padEnd(24)}${columns.join('')}`);
  }
  print('');
  for (const { vendor, operation, place, path, mutation, note } of findings.filter((one) => one.outcome === 'WRONG'))
    print(`X ${vendor} ${operation} | ${place} | ${path.join('.')} | ${mutation.name} | ${note}`);
}

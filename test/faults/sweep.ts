/** Runs the cells of one vendor: the light ones several at once, the heavy ones one by one with their memory watched. */

import type { Vendor } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';
import type { Bases } from './bases.ts';
import { type Cell, type CellDeps, runCell } from './cell.ts';
import { type Fault, MODES, type Mode } from './faults.ts';
import { comparable } from './judge.ts';
import { type Lie, liesOf } from './lies.ts';
import { CHANGES, call, callOf, type Operation, openWorld, READS } from './operations.ts';
import type { RigOptions } from './rigs.ts';
import { readTruth } from './truth.ts';

export interface Part {
  /** Only this operation. */
  operation?: string;
  /** Cells under way at once. */
  width?: number;
  modes?: readonly Mode[];
  /** Only every `step`-th light cell. */
  step?: number;
  /** Of lies: each on one operation alone, which take turns. */
  turns?: boolean;
  onCell?: (cell: Cell, left: number) => void;
}

/** Runs of the big session where pages are cut to a handful. */
const LYING_SCALE = 60;
/** Growth of the whole process while 200 MB are offered, the server that offers them included. */
export const HEAVY_GROWTH_MB = 350;

async function openDeps(vendor: Vendor, bases: Bases, options?: RigOptions): Promise<CellDeps> {
  const { rig, world } = await openWorld(vendor, options);
  const right = new Map<Operation, string>();
  for (const operation of READS) {
    const [tool, args] = callOf(operation, vendor, world, '');
    const { answer } = await call(tool, args, (await rig.through(rig.front.url)).context(noDeadline()));
    right.set(operation, comparable(answer.data));
  }
  const prefix = new URL(rig.front.url).pathname;
  const urls = Object.entries(bases.urls).map(([name, url]) => [name, `${url}${prefix}`]);
  return { rig, world, right, bases: { ...bases.urls, ...Object.fromEntries(urls) } };
}

const wanted = (part: Part) => (operation: Operation) => part.operation === undefined || part.operation === operation;

/** Every light fault. */
export async function runLight(
  vendor: Vendor,
  faults: readonly Fault[],
  bases: Bases,
  part: Part = {},
): Promise<Cell[]> {
  const todo: [Operation, Fault, Mode][] = [];
  for (const fault of faults.filter((one) => !one.heavy)) {
    for (const operation of READS.filter(wanted(part))) {
      if (fault.pages) {
        if (operation === 'page' || operation === 'list') todo.push([operation, fault, 'always']);
      } else if (fault.base) todo.push([operation, fault, 'always']);
      else for (const mode of part.modes ?? MODES) todo.push([operation, fault, mode]);
    }
    for (const operation of CHANGES.filter(wanted(part))) {
      if (fault.pages) continue;
      todo.push([operation, fault, 'always']);
      if (fault.base) continue;
      if (!fault.harmless && !fault.says) todo.push([operation, fault, 'not done']);
      if (!fault.refusal) todo.push([operation, fault, 'done, answer lost']);
    }
  }
  // Name look-ups that hang hold the threads that decompression and files need as well: they come last.
  todo.sort(([, a], [, b]) => Number(a.base === 'dns') - Number(b.base === 'dns'));
  const cells: Cell[] = [];
  const some = todo.filter((_, index) => index % (part.step ?? 1) === 0);
  const isChange = ([operation]: (typeof todo)[number]) => CHANGES.some((one) => one === operation);
  const reads = some.filter((one) => !isChange(one));
  const changes = some.filter(isChange);
  const worker = async (queue: typeof todo) => {
    const deps = await openDeps(vendor, bases);
    for (let next = queue.shift(); next; next = queue.shift()) {
      const cell = await runCell(deps, ...next);
      cells.push(cell);
      part.onCell?.(cell, queue.length);
    }
    await deps.rig.close();
  };
  // Starts change what lists show: they have rigs of their own.
  const width = part.width ?? 4;
  await Promise.all([
    ...Array.from({ length: reads.length > 0 ? width : 0 }, () => worker(reads)),
    ...Array.from({ length: changes.length > 0 ? 2 : 0 }, () => worker(changes)),
  ]);
  return cells;
}

/** Every heavy fault on every operation, alone in the process, growth of its memory noted. */
export async function runHeavy(
  vendor: Vendor,
  faults: readonly Fault[],
  bases: Bases,
  part: Part = {},
): Promise<Cell[]> {
  const cells: Cell[] = [];
  const heavy = faults.filter((one) => one.heavy);
  if (heavy.length === 0) return cells;
  const deps = await openDeps(vendor, bases, { paced: true });
  for (const fault of heavy) {
    for (const operation of [...READS, ...CHANGES].filter(wanted(part))) {
      if (fault.pages && operation !== 'page') continue;
      const modes: Mode[] =
        operation === 'start' || operation === 'apply' || operation === 'revert' ? ['done, answer lost'] : ['always'];
      for (const mode of modes) cells.push(await watched(() => runCell(deps, operation, fault, mode)));
    }
  }
  await deps.rig.close();
  return cells;
}

/** What is read under a lie. */
const READ_UNDER: Record<Lie['of'], readonly Operation[]> = {
  runs: ['page', 'session', 'clusters'],
  verdicts: ['page', 'session', 'clusters', 'run'],
  transcript: ['run', 'transcript'],
  sessions: ['list'],
  tests: ['tests'],
};

/** Every lie that a vendor can tell, on what is read under it. */
export async function runLies(vendor: Vendor, bases: Bases, part: Part = {}): Promise<Cell[]> {
  const queue = liesOf(vendor).flatMap((lie, index) => {
    const operations = READ_UNDER[lie.of].filter(wanted(part));
    const some = part.turns ? operations.filter((_, turn) => turn === index % operations.length) : operations;
    return some.map((operation) => ({ lie, operation }));
  });
  const cells: Cell[] = [];
  const worker = async () => {
    const opened = await openDeps(vendor, bases, { scale: LYING_SCALE });
    const deps = { ...opened, truth: await readTruth(opened.rig, opened.world) };
    for (let next = queue.shift(); next; next = queue.shift()) {
      const cell = await runCell(deps, next.operation, { name: next.lie.name, lie: next.lie }, 'always');
      cells.push(cell);
      part.onCell?.(cell, queue.length);
    }
    await deps.rig.close();
  };
  await Promise.all(Array.from({ length: part.width ?? 2 }, worker));
  return cells;
}

async function watched(run: () => Promise<Cell>): Promise<Cell> {
  const gc: unknown = Reflect.get(globalThis, 'gc');
  if (typeof gc === 'function') gc();
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  const cell = await run();
  clearInterval(timer);
  const grown = Math.round((Math.max(peak, process.memoryUsage.rss()) - before) / 1024 / 1024);
  const note = `${cell.note}, +${grown} MB`;
  return grown > HEAVY_GROWTH_MB ? { ...cell, outcome: 'WRONG', note } : { ...cell, note };
}

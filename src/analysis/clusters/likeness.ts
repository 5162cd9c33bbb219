/** Things with weighted terms grouped by average linkage: each with each while they are few, then by the groups there are. */
import type { Terms } from './terms.ts';

/** Things that are compared each with each at once: time and memory grow with their square. */
const AT_ONCE = 500;

/** Groups of things, as an index from terms to groups: what a thing has in common with each is summed term by term. */
interface Groups {
  members: number[][];
  /** By term, groups and the summed weights that their members have of it. */
  index: Map<number, { groups: number[]; sums: number[] }>;
}

/**
 * Groups so that the mean cosine of a thing with those of its group is `alike` or more, taken in the order given. Yields
 * after each stretch of work; returns the members of each group, the most typical first.
 */
export function* groupLike(things: readonly Terms[], alike: number): Generator<void, number[][]> {
  const groups: Groups = { members: [], index: new Map() };
  let waiting: number[] = [];
  for (let at = 0; at < things.length; at += 1) {
    const near = nearest(groups, things[at], alike);
    if (near === undefined) waiting.push(at);
    else groups.members[near]?.push(at);
    if (waiting.length >= AT_ONCE) {
      yield* open(groups, waiting, things, alike);
      waiting = [];
    }
    if (at % 50 === 49) yield;
  }
  yield* open(groups, waiting, things, alike);
  const found: number[][] = [];
  for (const members of groups.members) {
    found.push(typicalFirst(members, things));
    yield;
  }
  return found;
}

/** The group that a thing is most like, where its mean cosine with what opened it is `alike` or more. */
function nearest({ members, index }: Groups, thing: Terms | undefined, alike: number): number | undefined {
  if (!thing || members.length === 0) return undefined;
  const common = new Float64Array(members.length);
  let best: number | undefined;
  let most = alike;
  thing.ids.forEach((id, place) => {
    const weight = thing.weights[place] ?? 0;
    const found = index.get(id);
    found?.groups.forEach((group, at) => {
      common[group] = (common[group] ?? 0) + weight * (found.sums[at] ?? 0);
    });
  });
  for (let group = 0; group < common.length; group += 1) {
    const mean = common[group] ?? 0;
    if (mean < most || (best !== undefined && mean === most)) continue;
    best = group;
    most = mean;
  }
  return best;
}

/** Groups these among themselves, and adds their groups to those there are. */
function* open(groups: Groups, waiting: readonly number[], things: readonly Terms[], alike: number): Generator<void> {
  const own = waiting.flatMap((at) => things[at] ?? []);
  const found = new Map<number, number[]>();
  for (const [place, group] of (yield* agglomerate(own, alike)).entries())
    found.set(group, [...(found.get(group) ?? []), waiting[place] ?? 0]);
  for (const members of found.values()) {
    yield;
    const group = groups.members.push(members) - 1;
    for (const [id, sum] of sumOf(members, things)) {
      const entry = groups.index.get(id) ?? { groups: [], sums: [] };
      groups.index.set(id, entry);
      entry.groups.push(group);
      entry.sums.push(sum / members.length);
    }
  }
}

function sumOf(members: readonly number[], things: readonly Terms[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const member of members)
    things[member]?.ids.forEach((id, place) => {
      sums.set(id, (sums.get(id) ?? 0) + (things[member]?.weights[place] ?? 0));
    });
  return sums;
}

function typicalFirst(members: number[], things: readonly Terms[]): number[] {
  if (members.length < 3) return members;
  const sums = sumOf(members, things);
  const typical = new Map(
    members.map((member) => {
      const { ids = [], weights = [] } = things[member] ?? {};
      return [member, ids.reduce((total, id, place) => total + (weights[place] ?? 0) * (sums.get(id) ?? 0), 0)];
    }),
  );
  return members.sort((a, b) => (typical.get(b) ?? 0) - (typical.get(a) ?? 0) || a - b);
}

/** Average linkage by nearest-neighbour chain; a number of its group for each thing. */
function* agglomerate(things: readonly Terms[], alike: number): Generator<void, number[]> {
  const size = things.length;
  const group = things.map((_, index) => index);
  const near = yield* cosines(things);
  const count = new Float64Array(size).fill(1);
  /** Groups that may still be joined. */
  const alive = [...group];
  const retire = (one: number) => void alive.splice(alive.indexOf(one), 1);
  const chain: number[] = [];
  let steps = 0;
  while (alive.length > 1) {
    steps += 1;
    if (steps % 50 === 0) yield;
    const top = chain.at(-1) ?? alive[0] ?? 0;
    if (chain.length === 0) chain.push(top);
    const before = chain.at(-2);
    let best = before;
    let most = before === undefined ? -1 : (near[top * size + before] ?? -1);
    const row = top * size;
    for (let at = 0; at < alive.length; at += 1) {
      const other = alive[at] ?? 0;
      const value = near[row + other] ?? -1;
      if (value <= most || other === top) continue;
      best = other;
      most = value;
    }
    if (best === undefined || most < alike) {
      // Nothing is near enough to this group, and merging others can only lower its average: it is finished.
      retire(top);
      chain.pop();
      continue;
    }
    if (best !== before) {
      chain.push(best);
      continue;
    }
    chain.length -= 2;
    join(best, top, { near, count, size, alive });
    retire(top);
    for (let index = 0; index < size; index += 1) if (group[index] === top) group[index] = best;
  }
  return group;
}

interface Matrix {
  near: Float64Array;
  count: Float64Array;
  size: number;
  alive: readonly number[];
}

/** Joins `gone` to `kept`: its likeness to others is the mean over the members of both. */
function join(kept: number, gone: number, { near, count, size, alive }: Matrix): void {
  const a = count[kept] ?? 1;
  const b = count[gone] ?? 1;
  for (const other of alive) {
    if (other === kept || other === gone) continue;
    const value = ((near[kept * size + other] ?? 0) * a + (near[gone * size + other] ?? 0) * b) / (a + b);
    near[kept * size + other] = value;
    near[other * size + kept] = value;
  }
  count[kept] = a + b;
}

/** Cosine of each with each, row by row. */
function* cosines(things: readonly Terms[]): Generator<void, Float64Array> {
  const size = things.length;
  const near = new Float64Array(size * size);
  const holders = new Map<number, { at: number[]; weights: number[] }>();
  for (const [row, { ids, weights }] of things.entries()) {
    for (const [place, id] of ids.entries()) {
      const weight = weights[place] ?? 0;
      const entry = holders.get(id) ?? { at: [], weights: [] };
      holders.set(id, entry);
      for (const [other, column] of entry.at.entries())
        near[row * size + column] = (near[row * size + column] ?? 0) + weight * (entry.weights[other] ?? 0);
      entry.at.push(row);
      entry.weights.push(weight);
    }
    for (let column = 0; column < row; column += 1) near[column * size + row] = near[row * size + column] ?? 0;
    if (row % 20 === 19) yield;
  }
  return near;
}

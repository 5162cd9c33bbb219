/**
 * Things with weighted terms grouped: each joins the group that it is most like, or opens one of its own, and once all are
 * there goes to the one that it is more like than those it came to. Time grows with the terms and the groups that have them.
 */
import type { Terms } from './terms.ts';

/** Groups by number; by number of a term, the groups it comes in. */
interface Groups {
  members: Set<number>[];
  index: (Holders | undefined)[];
}

/** Numbers of groups in which a term comes, and its summed weights in each. */
interface Holders {
  groups: number[];
  sums: number[];
}

/** After so many things others get their turn. */
const STRETCH = 20;

/**
 * Groups so that the mean cosine of a thing with the others of its group is about `alike` or more; the same for the same
 * order. Yields after each stretch of work; returns the members of each group, the most typical first.
 */
export function* groupLike(things: readonly Terms[], alike: number): Generator<void, number[][]> {
  const groups: Groups = { members: [], index: [] };
  const groupOf: number[] = [];
  for (let at = 0; at < things.length; at += 1) {
    const { ids, weights } = things[at] ?? NO_TERMS;
    const group = nearest(likenesses({ ids, weights }, groups), groups, alike) ?? groups.members.length;
    groupOf.push(group);
    put(at, { ids, weights }, group, groups);
    if (at % STRETCH === STRETCH - 1) yield;
  }
  for (let at = 0; at < things.length; at += 1) {
    moved(at, things[at] ?? NO_TERMS, groupOf[at] ?? 0, groups, alike);
    if (at % STRETCH === STRETCH - 1) yield;
  }
  const found: number[][] = [];
  for (let group = 0; group < groups.members.length; group += 1) {
    const members = typicalFirst(group, groups, things);
    if (members.length > 0) found.push(members);
    if (group % STRETCH === STRETCH - 1) yield;
  }
  return found;
}

const NO_TERMS: Terms = { ids: [], weights: [] };

/** Puts a thing into a group, or what opens one into that. */
function put(at: number, { ids, weights }: Terms, group: number, { members, index }: Groups): void {
  const own = members[group];
  if (own) own.add(at);
  else members.push(new Set([at]));
  for (let term = 0; term < ids.length; term += 1) add(index, ids[term] ?? 0, group, weights[term] ?? 0);
}

/** Moves a thing into another group, where it is more like that than the others of its own. */
function moved(at: number, thing: Terms, from: number, groups: Groups, alike: number): void {
  const common = likenesses(thing, groups);
  const others = (groups.members[from]?.size ?? 1) - 1;
  // Its cosine with itself is 1.
  const likeOwn = others > 0 ? ((common[from] ?? 0) - 1) / others : 0;
  common[from] = 0;
  const to = nearest(common, groups, Math.max(alike, likeOwn));
  if (to === undefined) return;
  groups.members[from]?.delete(at);
  const { ids, weights } = thing;
  for (let term = 0; term < ids.length; term += 1) add(groups.index, ids[term] ?? 0, from, -(weights[term] ?? 0));
  put(at, thing, to, groups);
}

function add(index: (Holders | undefined)[], term: number, group: number, weight: number): void {
  const holders = index[term];
  if (!holders) {
    index[term] = { groups: [group], sums: [weight] };
    return;
  }
  const found = holders.groups.lastIndexOf(group);
  if (found >= 0) holders.sums[found] = (holders.sums[found] ?? 0) + weight;
  else {
    holders.groups.push(group);
    holders.sums.push(weight);
  }
}

/** The group with which the mean cosine is highest; undefined where it is below `alike` with all. */
function nearest(common: Float64Array, { members }: Groups, alike: number): number | undefined {
  let best: number | undefined;
  let most = alike;
  for (let group = 0; group < common.length; group += 1) {
    const mean = (common[group] ?? 0) / (members[group]?.size ?? 1);
    if (!(mean >= most) || (best !== undefined && mean === most)) continue;
    best = group;
    most = mean;
  }
  return best;
}

/** By group, the sum of the cosines of a thing with its members. */
function likenesses({ ids, weights }: Terms, { members, index }: Groups): Float64Array {
  const common = new Float64Array(members.length);
  for (let term = 0; term < ids.length; term += 1) {
    const holders = index[ids[term] ?? 0];
    if (holders) addTo(common, holders, weights[term] ?? 0);
  }
  return common;
}

function addTo(common: Float64Array, { groups, sums }: Holders, weight: number): void {
  for (let at = 0; at < groups.length; at += 1) {
    const group = groups[at] ?? 0;
    common[group] = (common[group] ?? 0) + weight * (sums[at] ?? 0);
  }
}

/** The members of a group, those with the most in common with all of it first. */
function typicalFirst(group: number, { members, index }: Groups, things: readonly Terms[]): number[] {
  const own = [...(members[group] ?? [])].sort((a, b) => a - b);
  if (own.length < 3) return own;
  const typical = new Map<number, number>();
  for (const member of own) {
    const { ids, weights } = things[member] ?? NO_TERMS;
    let total = 0;
    for (let term = 0; term < ids.length; term += 1)
      total += (weights[term] ?? 0) * sumIn(index[ids[term] ?? 0], group);
    typical.set(member, total);
  }
  return own.sort((a, b) => (typical.get(b) ?? 0) - (typical.get(a) ?? 0) || a - b);
}

function sumIn(holders: Holders | undefined, group: number): number {
  return holders?.sums[holders.groups.lastIndexOf(group)] ?? 0;
}

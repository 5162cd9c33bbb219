/** What the readings of several sessions found, as one: each sentence says which session it is of, and they stay few. */
import { type Coverage, foldCoverages, type Gap } from '../model/coverage.ts';

/** Sentences said with the sessions that they are of; the others are told by their kind. */
const MOST_SENTENCES = 6;
/** Sessions named in one sentence. */
const MOST_NAMED = 3;

export interface CoveredSession {
  ref: string;
  coverage: Coverage;
}

/** The coverage of all of them. Numbers and kinds of gaps are kept, however few sentences there are. */
export function poolCoverage(parts: readonly CoveredSession[]): Coverage {
  const all = foldCoverages(parts.map(({ coverage }) => coverage));
  if (all.gaps === undefined) return all;
  const groups = new Map<string, GapGroup>();
  for (const { ref, coverage } of parts)
    for (const gap of coverage.gaps ?? []) {
      const key = JSON.stringify([gap.kind, gap.note]);
      const group = groups.get(key) ?? { gap, refs: [], counts: [] };
      group.refs.push(ref);
      group.counts.push(gap.count);
      groups.set(key, group);
    }
  const said = [...groups.values()];
  if (said.length <= MOST_SENTENCES) return { ...all, gaps: said.map(sentenceOf) };
  return {
    ...all,
    gaps: [...said.slice(0, MOST_SENTENCES - 1).map(sentenceOf), ...byKind(said.slice(MOST_SENTENCES - 1))],
  };
}

/** One sentence, and the sessions that it is said of. */
interface GapGroup {
  gap: Gap;
  refs: string[];
  counts: (number | undefined)[];
}

function sentenceOf({ gap, refs, counts }: GapGroup): Gap {
  const count = sumOf(counts);
  if (refs.length === 1) return { ...gap, note: `Session ${refs[0]}: ${gap.note}` };
  const more = refs.length - MOST_NAMED;
  const named = `${refs.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return { ...gap, count, note: `Each of the sessions ${named}: ${gap.note}${inAll(count)}` };
}

/** What is left of the sentences: one for each kind. */
function byKind(groups: readonly GapGroup[]): Gap[] {
  const kinds = [...new Set(groups.map(({ gap }) => gap.kind))];
  return kinds.map((kind) => {
    const own = groups.filter(({ gap }) => gap.kind === kind);
    const sessions = new Set(own.flatMap(({ refs }) => refs)).size;
    const count = sumOf(own.flatMap(({ counts }) => counts));
    const of = sessions === 1 ? 'One more session has a gap' : `${sessions} more sessions have gaps`;
    return { kind, count, note: `${of} of the kind "${kind.replaceAll('_', ' ')}".${inAll(count)}` };
  });
}

function inAll(count: number | undefined): string {
  return count === undefined ? '' : ` (${count} in all.)`;
}

/** Undefined where one of them is not known. */
function sumOf(counts: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const count of counts) {
    if (count === undefined) return undefined;
    sum += count;
  }
  return sum;
}

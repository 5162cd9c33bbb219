/** Finding things by id or by name, and saying what there is when nothing fits. */
import { isProblem, Problem } from '../../model/problem.ts';

export interface Named {
  id: string;
  name: string;
}

const MAX_CANDIDATES = 10;

/** `Name (id)`, best first. */
export function candidates(items: readonly Named[], wanted = ''): string[] {
  const distance = new Map(items.map((item) => [item.id, Math.min(gap(wanted, item.id), gap(wanted, item.name))]));
  return [...items]
    .sort((a, b) => (distance.get(a.id) ?? 0) - (distance.get(b.id) ?? 0))
    .slice(0, MAX_CANDIDATES)
    .map(({ id, name }) => (name === id ? id : `${name} (${id})`));
}

/** Edit distance without case, as a share of the longer text. 0 = equal. */
function gap(a: string, b: string): number {
  const [x, y] = [a.toLowerCase().slice(0, 60), b.toLowerCase().slice(0, 60)];
  if (x === '' || y === '') return x === y ? 0 : 1;
  let row = Array.from({ length: y.length + 1 }, (_, index) => index);
  for (let i = 1; i <= x.length; i++) {
    const next = [i];
    for (let j = 1; j <= y.length; j++) {
      const swap = (row[j - 1] ?? 0) + (x[i - 1] === y[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[y.length] ?? 0) / Math.max(x.length, y.length);
}

/** The one thing with this id, else the one of this name, else the one whose name contains the text. */
export function pick<T extends Named>(items: readonly T[], wanted: string, what: string): T {
  const text = wanted.trim().toLowerCase();
  const byId = items.find((item) => item.id === wanted.trim());
  if (byId) return byId;
  for (const found of [
    items.filter((item) => item.name.trim().toLowerCase() === text),
    items.filter((item) => item.name.toLowerCase().includes(text)),
  ]) {
    const [first, second] = found;
    if (first && !second) return first;
    if (first) throw ambiguous(what, found, `Several ${what}s of Coval fit that name.`, wanted);
  }
  throw new Problem('not_found', `Coval has no ${what} of that id or name.`, {
    provider: 'coval',
    next: `Pass the id or the exact name of one of the candidates as ${what}.`,
    candidates: candidates(items, wanted),
  });
}

/** The only one there is, or a question with the candidates in it. */
export function onlyOne<T extends Named>(items: readonly T[], what: string): T {
  const [first, second] = items;
  if (first && !second) return first;
  if (first) throw ambiguous(what, items, `Coval needs one ${what} for a run, and there are several to choose from.`);
  throw new Problem('not_found', `Coval needs one ${what} for a run, and there is none.`, {
    provider: 'coval',
    next: `Create a ${what} in Coval first, or check that the key and the workspace are the right ones.`,
  });
}

function ambiguous(what: string, items: readonly Named[], message: string, wanted = ''): Problem {
  return new Problem('ambiguous', message, {
    provider: 'coval',
    next: `Pass the id or the exact name of one of the candidates as ${what}.`,
    candidates: candidates(items, wanted),
  });
}

/** Adds the closest known ids to a `not_found`; listing them is best effort and never hides the trouble itself. */
export async function withCandidates<T>(
  asked: Promise<T>,
  wanted: string,
  what: string,
  known: () => Promise<readonly Named[]>,
): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!isProblem(error) || error.details.vendor?.status !== 404) throw error;
    const items = await known().catch(() => []);
    throw new Problem('not_found', `Coval does not know that ${what}.`, {
      ...error.details,
      next: 'Check the id: it may belong to another workspace, or the thing was deleted.',
      candidates: candidates(items, wanted),
    });
  }
}

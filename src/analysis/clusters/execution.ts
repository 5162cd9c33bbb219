/** Technical errors by cause: runs that broke and evaluators that failed, apart from what the agent did badly. */
import type { Run } from '../../model/schemas.ts';
import { agglomerate, dot, tfidf } from './vectors.ts';

export interface Breakage {
  run: string;
  /** The evaluator that failed; absent when the run itself broke. */
  evaluation?: string;
  message: string;
  code?: string | undefined;
  type?: string | undefined;
}

const MAX_MESSAGE = 600;

export function breakagesOf(runs: readonly Run[]): Breakage[] {
  const found: Breakage[] = [];
  for (const run of runs) {
    if (run.verdict === 'error' || run.error) {
      const { code, type } = run.error ?? {};
      found.push({
        run: run.ref,
        message: run.error?.message ?? run.ended_reason ?? run.vendor_status ?? '',
        code,
        type,
      });
    }
    for (const evaluation of run.evaluations) {
      if (evaluation.verdict === 'error')
        found.push({ run: run.ref, evaluation: evaluation.name, message: evaluation.reason ?? '' });
    }
  }
  return found;
}

/** A message without what differs from run to run: ids, numbers, addresses, times. */
export function template(message: string): string {
  return message
    .slice(0, MAX_MESSAGE)
    .split(/[\s"'`()[\]{}<>,;=]+/)
    .map((word) => (/\d/.test(word) || word.includes('://') ? '#' : word.toLowerCase().replace(/[^\p{L}_-]+/gu, '')))
    .filter((word, at, all) => word !== '' && !(word === '#' && all[at - 1] === '#'))
    .join(' ');
}

const ALIKE = 0.5;
const MAX_TEMPLATES = 600;

/** Groups of breakages: by whose fault (run or evaluator), code and type first, then by likeness of message. */
export function groupBreakages(breakages: readonly Breakage[]): Breakage[][] {
  const cells = new Map<string, { kind: string; text: string; members: Breakage[] }>();
  for (const breakage of breakages) {
    const kind = JSON.stringify([breakage.evaluation === undefined, breakage.code ?? '', breakage.type ?? '']);
    const text = template(breakage.message);
    const key = `${kind} ${text}`;
    const cell = cells.get(key) ?? { kind, text, members: [] };
    cells.set(key, cell);
    cell.members.push(breakage);
  }
  const ranked = [...cells.values()].sort((a, b) => b.members.length - a.members.length);
  // Beyond this many different messages only equal ones are one cause.
  const compared = ranked.slice(0, MAX_TEMPLATES);
  const vectors = tfidf(compared.map(({ text }) => text.split(' ')));
  const none = new Map<string, number>();
  const found = agglomerate(
    compared.length,
    (a, b) => (compared[a]?.kind === compared[b]?.kind ? dot(vectors[a] ?? none, vectors[b] ?? none) : -1),
    ALIKE,
  );
  const groups = new Map<number, Breakage[]>();
  ranked.forEach(({ members }, index) => {
    const root = found[index] ?? index;
    const group = groups.get(root) ?? [];
    for (const member of members) group.push(member);
    groups.set(root, group);
  });
  return [...groups.values()];
}

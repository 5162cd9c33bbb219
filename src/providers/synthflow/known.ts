/** Unknown ids: a clear answer that offers the closest known ones. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef, type RefKind } from '../../model/refs.ts';
import { isRefusal } from './endpoints/answers.ts';
import { PROVIDER } from './map-run.ts';

const OFFERED = 5;

/**
 * Turns the vendor's refusal of an id (404, and 400 or 422 for an id of the wrong form) into `not_found` with candidates
 * from `list`, best first; everything else is thrown as it is. `list` may fail, then none are offered; when it finds that
 * the id is one of another kind it throws `wrong_kind`, which goes through.
 */
export async function explainUnknown(
  error: unknown,
  kind: RefKind,
  id: string,
  list: () => Promise<readonly string[]>,
): Promise<never> {
  if (!isRefusal(error) || !isProblem(error)) throw error;
  let known: readonly string[] = [];
  try {
    known = await list();
  } catch (failure) {
    if (isProblem(failure) && (failure.kind === 'cancelled' || failure.kind === 'wrong_kind')) throw failure;
  }
  throw new Problem('not_found', `Synthflow knows no ${WORDS[kind]} with this id.`, {
    ...error.details,
    provider: PROVIDER,
    candidates: closest(id, known).map((one) => formatRef(PROVIDER, kind, one)),
    next: NEXT[kind],
  });
}

const WORDS: Record<RefKind, string> = { agent: 'agent', suite: 'suite', case: 'case', session: 'session', run: 'run' };

const NEXT: Record<RefKind, string> = {
  agent: 'Use the id of an agent of this workspace.',
  suite: 'list_tests with kind=suite shows the suites of this workspace.',
  case: 'list_tests with kind=case shows the cases of this workspace.',
  session: 'list_sessions shows the sessions of this workspace; the id of a run is no session id.',
  run: 'list_runs shows the runs of a session; the id of a session is no run id.',
};

/** The known texts most like `wanted`: shared beginning first, then shared pairs of characters. */
export function closest(wanted: string, known: readonly string[]): string[] {
  const target = wanted.toLowerCase();
  const wantedPairs = pairs(target);
  const scored = [...new Set(known)].map((text) => {
    const own = text.toLowerCase();
    let prefix = 0;
    while (prefix < own.length && own[prefix] === target[prefix]) prefix += 1;
    const ownPairs = pairs(own);
    const shared = [...ownPairs].filter((pair) => wantedPairs.has(pair)).length;
    const alike = (2 * shared) / Math.max(1, ownPairs.size + wantedPairs.size);
    return { text, score: prefix / Math.max(1, own.length) + alike };
  });
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, OFFERED)
    .map(({ text }) => text);
}

function pairs(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));
}

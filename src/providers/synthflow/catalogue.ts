/**
 * Which suite a session was an execution of. The vendor keeps no such field: a run knows its case, a case its suite. The
 * answers are kept for a while, so that polling a session does not look them up again.
 */
import { isProblem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import { collect, walk } from '../shared/pages.ts';
import type { SynthflowClient } from './client.ts';
import { casesList } from './lists.ts';
import type { SessionOrigin } from './map-session.ts';
import { PLATFORM } from './platform.ts';
import type { WireCase, WireSuite } from './wire.ts';

const KEEP_MS = 5 * 60_000;
const MOST_KEPT = 500;

interface Kept {
  name?: string | undefined;
  cases: ReadonlySet<string>;
  at: number;
}

export interface SuiteCases {
  suite: WireSuite;
  /** Undefined = one that cannot be read. */
  cases: readonly (WireCase | undefined)[];
  /** How many more there are, on no page; NaN where nobody can tell. */
  lost: number;
}

export interface Catalogue {
  /** The suite that holds all these cases, from memory only. */
  remembered(caseIds: readonly string[]): SessionOrigin | undefined;
  /** The same, asking the vendor where memory has no answer. A failed look-up is no answer, not an error. */
  find(caseIds: readonly string[], signal: AbortSignal): Promise<SessionOrigin | undefined>;
  /** A suite with all its cases. */
  suite(id: string, signal: AbortSignal): Promise<SuiteCases>;
}

export function createCatalogue(client: SynthflowClient, now: () => number): Catalogue {
  const suites = new Map<string, Kept>();
  /** Cases whose look-up led nowhere, so that it is not repeated at every poll. */
  const homeless = new Map<string, number>();

  const remembered: Catalogue['remembered'] = (caseIds) => {
    if (caseIds.length === 0) return undefined;
    for (const [id, kept] of suites) {
      if (now() - kept.at <= KEEP_MS && caseIds.every((caseId) => kept.cases.has(caseId))) {
        return { ref: formatRef(PLATFORM.id, 'suite', id), name: kept.name };
      }
    }
    return undefined;
  };

  const suite: Catalogue['suite'] = async (id, signal) => {
    const found = await client.suites.get(id, signal);
    const { cases, lost } = found.cases ? { cases: found.cases, lost: 0 } : await allCases(client, id, signal);
    suites.delete(id);
    suites.set(id, {
      name: found.name,
      cases: new Set(cases.flatMap((one) => one?.simulation_case_id ?? [])),
      at: now(),
    });
    for (const oldest of suites.keys()) {
      if (suites.size <= MOST_KEPT) break;
      suites.delete(oldest);
    }
    return { suite: found, cases, lost };
  };

  return {
    remembered,
    suite,
    async find(caseIds, signal) {
      const known = remembered(caseIds);
      const [first] = caseIds;
      if (known || first === undefined || now() - (homeless.get(first) ?? Number.NEGATIVE_INFINITY) <= KEEP_MS)
        return known;
      try {
        const { suite_id } = await client.cases.get(first, signal);
        if (suite_id) await suite(suite_id, signal);
      } catch (error) {
        if (isProblem(error) && error.kind === 'cancelled') throw error;
      }
      const found = remembered(caseIds);
      if (!found) {
        if (homeless.size >= MOST_KEPT) homeless.clear();
        homeless.set(first, now());
      }
      return found;
    },
  };
}

/** All cases of a suite, for answers that do not embed them. A list that ignores the filter shows those of others, too. */
async function allCases(
  client: SynthflowClient,
  suiteId: string,
  signal: AbortSignal,
): Promise<Pick<SuiteCases, 'cases' | 'lost'>> {
  const { rows, coverage } = await collect(walk(casesList(client, signal, { suite_id: suiteId })));
  const lost = (coverage.missing ?? 0) + (coverage.unreadable ?? 0);
  return {
    cases: rows.filter((one) => (one.suite_id ?? suiteId) === suiteId),
    lost: coverage.complete || lost > 0 ? lost : Number.NaN,
  };
}

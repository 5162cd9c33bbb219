/** Names of the evaluations of one session: where several configurations share one, each is told apart by its id. */
import type { Evaluation, Run } from '../../model/schemas.ts';
import { failedEvaluations } from '../../model/verdicts.ts';
import { distinctNames } from '../shared/judgements.ts';

/** Ids of the configurations that share a name, by that name. */
export type SharedNames = ReadonlyMap<string, readonly string[]>;

export interface Naming {
  note(evaluation: Evaluation, id: string): void;
  /** Renames evaluations that share a name, also in the failed evaluations of `runs`; returns the shared names. */
  tellApart(runs: readonly Run[]): SharedNames;
}

/** `known`: names found to be shared when the session was read before. */
export function createNaming(known: SharedNames = new Map()): Naming {
  const seen = new Map<string, Map<string, Evaluation[]>>();
  for (const [name, ids] of known) seen.set(name, new Map(ids.map((id) => [id, []])));

  return {
    note(evaluation, id) {
      let uses = seen.get(evaluation.name);
      if (!uses) {
        uses = new Map();
        seen.set(evaluation.name, uses);
      }
      const sameId = uses.get(id);
      if (sameId) sameId.push(evaluation);
      else uses.set(id, [evaluation]);
    },
    tellApart(runs) {
      const shared = new Map<string, string[]>();
      for (const [name, uses] of seen) {
        if (uses.size < 2) continue;
        const ids = [...uses.keys()].sort();
        shared.set(name, ids);
        const own = distinctNames(ids.map((id) => ({ id, name })));
        for (const [id, evaluations] of uses) for (const evaluation of evaluations) evaluation.name = own.get(id) ?? id;
      }
      if (shared.size === 0) return shared;
      for (const run of runs)
        if (run.failed_evaluations.some((name) => shared.has(name)))
          run.failed_evaluations = failedEvaluations(run.evaluations);
      return shared;
    },
  };
}

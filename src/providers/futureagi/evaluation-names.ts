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

/** Of one name: the configuration that had it first, and the evaluations of all others that have it. */
interface Uses {
  first?: string;
  others: Map<string, Evaluation[]>;
}

/** `known`: names found to be shared when the session was read before. */
export function createNaming(known: SharedNames = new Map()): Naming {
  const seen = new Map<string, Uses>();
  for (const [name, ids] of known) seen.set(name, { others: new Map(ids.map((id) => [id, []])) });

  return {
    note(evaluation, id) {
      const uses = seen.get(evaluation.name);
      if (!uses) seen.set(evaluation.name, { first: id, others: new Map() });
      // Nearly every name is of one configuration: its evaluations need not be remembered, since runs hold them.
      else if (id !== uses.first) {
        const own = uses.others.get(id);
        if (own) own.push(evaluation);
        else uses.others.set(id, [evaluation]);
      }
    },
    tellApart(runs) {
      const shared = new Map<string, string[]>();
      const ofFirst = new Map<string, string>();
      for (const [name, { first, others }] of seen) {
        const ids = first === undefined ? [...others.keys()] : [first, ...others.keys()];
        if (ids.length < 2) continue;
        ids.sort();
        shared.set(name, ids);
        const own = distinctNames(ids.map((id) => ({ id, name })));
        for (const [id, evaluations] of others)
          for (const evaluation of evaluations) evaluation.name = own.get(id) ?? id;
        if (first !== undefined) ofFirst.set(name, own.get(first) ?? first);
      }
      if (shared.size === 0) return shared;
      for (const run of runs) {
        // Those of the others have other names by now.
        for (const evaluation of run.evaluations) evaluation.name = ofFirst.get(evaluation.name) ?? evaluation.name;
        if (run.failed_evaluations.some((name) => shared.has(name)))
          run.failed_evaluations = failedEvaluations(run.evaluations);
      }
      return shared;
    },
  };
}

/**
 * Starting a run test. Every call of it costs money, so nothing is sent twice or in another spelling, and the body is
 * the one that no reading of the contradicting documentation gets wrong: see `executeRunTest`.
 */
import { Problem } from '../../model/problem.ts';
import type { StartOperations } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { ENDPOINTS } from './endpoints.ts';
import { findStart } from './find.ts';
import type { Lookup } from './lookup.ts';
import { OPTIONS, planStart, readStep } from './plan.ts';
import { simulationOf, simulationsLike } from './prompt-simulation.ts';
import { PLATFORM } from './settings.ts';
import { startedReader, unwrap } from './wire.ts';

export function createStart(api: Api, lookup: Lookup): StartOperations {
  return {
    accepts: ['cases', 'repeat', 'agent'],
    cases_in_suites: true,
    options: OPTIONS,
    // No field of the request takes a name or a word of ours (vendor's open server, 2026-08).
    marked: false,
    plan: (request, call) => planStart(api, lookup, request, call),

    async send(step, call) {
      const { run_test: asked, scenario_ids, other } = readStep(step);
      const { signal } = call;
      const simulation = other && (await simulationOf(api, asked, other, call));
      if (simulation) lookup.rememberTest(simulation);
      const run_test = simulation?.id ?? asked;
      const body = scenario_ids ? { scenario_ids } : {};
      const answer = await api
        .body(ENDPOINTS.executeRunTest, { params: { id: run_test }, body, signal })
        .catch(explained);
      const id = startedReader(unwrap(answer))?.execution_id;
      if (!id) {
        throw new Problem('unreadable', 'Future AGI accepted the start but did not say which execution it is.', {
          provider: PLATFORM.id,
          next: 'Look it up with list_sessions before starting again.',
          sent: 'unknown',
        });
      }
      lookup.rememberStarted(id, run_test);
      return { session: [id] };
    },

    async find(step, window, call, earlier = []) {
      const { run_test, other } = readStep(step);
      const known = new Set(earlier.flatMap((receipt) => receipt.session ?? []));
      const runTests = other
        ? await simulationsLike(api, await lookup.runTest(run_test, call), other, call)
        : [{ id: run_test }];
      const found: string[] = [];
      for (const { id: runTest } of runTests) {
        const begun = await findStart(api, runTest, window, known, call);
        for (const id of begun) lookup.rememberStarted(id, runTest);
        found.push(...begun);
      }
      // Anyone else of the organisation may have started the same run test meanwhile.
      return found.map((id) => ({ receipt: { session: [id] }, certain: false }));
    },
  };
}

/** Rethrows a refusal; of a field that is not known it says what to do. */
function explained(error: unknown): never {
  if (!isRefusal(error, 400) || !/unknown field/i.test(error.details.vendor?.message ?? '')) throw error;
  throw new Problem(
    error.kind,
    'Future AGI refused the request because it does not know a field of it; nothing was started.',
    {
      ...error.details,
      next: 'This deployment spells the choice of scenarios differently: start the whole run test, without `cases`.',
      cause: error,
    },
  );
}

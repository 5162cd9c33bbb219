/** Starting a run: one POST /runs, planned to the simulation. */
import type { StartOperations } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { correlated, findStart } from './find.ts';
import type { Lookup } from './lookup.ts';
import { OPTIONS, planStart } from './plan.ts';

export function createStart(api: Api, lookup: Lookup): StartOperations {
  return {
    accepts: ['agent', 'persona', 'metrics', 'cases', 'repeat', 'concurrency', 'name', 'provider_options'],
    options: OPTIONS,
    marked: true,
    plan: (request, { signal }) => planStart(api, lookup, request, signal),
    async send(step, { signal }) {
      const run = await api.one(ENDPOINTS.launchRun, { body: correlated(step), signal });
      return { session: [run.run_id] };
    },
    find: (step, window, { signal }) => findStart(api, step, window, signal),
  };
}

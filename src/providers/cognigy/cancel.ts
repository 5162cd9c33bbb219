/** Stopping a batch: a signal that the vendor acts on later. */
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { type BatchLookup, batchParams } from './batch-lookup.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isInvalid } from './faults.ts';
import { batchStatus } from './map-session.ts';

export function createCancel(api: Api, batchOf: BatchLookup): NonNullable<Provider['cancel']> {
  return {
    async session(ids, { signal }) {
      const { place, wire } = await batchOf(ids, signal);
      // What a stop does to a batch that has ended is documented nowhere; it is not tried.
      if (isTerminal(batchStatus(wire))) return 'already_ended';
      try {
        await api.body(ENDPOINTS.stopBatch, { params: batchParams(place), signal });
        return 'stopping';
      } catch (error) {
        const conflict = isRefusal(error, 409);
        if (!conflict && !isInvalid(error)) throw error;
        const after = await batchOf(ids, signal);
        if (isTerminal(batchStatus(after.wire))) return 'already_ended';
        throw error;
      }
    },
  };
}

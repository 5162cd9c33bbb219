/** Stopping a batch: a signal that the vendor acts on later. */
import { isProblem } from '../../model/problem.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider } from '../provider.ts';
import type { SimulatorClient } from './client.ts';
import { batchStatus } from './map-batch.ts';
import type { ReadOneBatch } from './sessions.ts';

export function cancelOperation(client: SimulatorClient, read: ReadOneBatch): NonNullable<Provider['cancel']> {
  return {
    async session(ids, { signal }) {
      const { place, wire } = await read(ids, signal);
      // What a stop does to a batch that has ended is documented nowhere; it is not tried.
      if (isTerminal(batchStatus(wire))) return 'already_ended';
      try {
        await client.batches.stop(place.scenario, place.batch, signal);
        return 'stopping';
      } catch (error) {
        const status = isProblem(error) ? error.details.vendor?.status : undefined;
        if (status !== 400 && status !== 409 && status !== 422) throw error;
        const after = await read(ids, signal);
        if (isTerminal(batchStatus(after.wire))) return 'already_ended';
        throw error;
      }
    },
  };
}

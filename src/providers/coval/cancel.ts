/**
 * Stopping a run. Coval has one request for two things: DELETE cancels an active run and **deletes a finished one**. So
 * the status is looked at first, and a run that has ended is left alone.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider } from '../provider.ts';
import type { CovalClient } from './client.ts';
import { checkedId } from './filter.ts';
import { PLATFORM } from './platform.ts';
import { normalStatus, statusOf } from './status.ts';

export function createCancel(client: CovalClient): NonNullable<Provider['cancel']> {
  return {
    async session(ids, { signal }) {
      const id = checkedId(ids[0], 'run');
      const before = await client.run(id, signal);
      if (isTerminal(statusOf(before.status))) return 'already_ended';
      await client.deleteRun(id, signal);
      const after = await client.run(id, signal).catch((error: unknown) => {
        if (isProblem(error) && error.details.vendor?.status === 404) return undefined;
        throw error;
      });
      // The run may have ended between the look and the request; then the request deleted it.
      if (after === undefined || normalStatus(after.status) === 'DELETED') {
        throw new Problem('conflict', 'The run ended while it was being cancelled, and Coval then deletes it.', {
          provider: PLATFORM.id,
          next: 'Its results are gone; start the test again if they are needed.',
        });
      }
      return isTerminal(statusOf(after.status)) ? 'cancelled' : 'stopping';
    },
  };
}

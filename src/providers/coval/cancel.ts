/**
 * Stopping a run. Coval has one request for two things: DELETE cancels an active run and **deletes a finished one**. So
 * the status is looked at first, and a run that has ended is left alone.
 */
import { Problem } from '../../model/problem.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { ENDPOINTS } from './endpoints.ts';
import { checkedId } from './filter.ts';
import { normalStatus, statusOf } from './map-run.ts';
import { PLATFORM } from './settings.ts';

export function createCancel(api: Api): NonNullable<Provider['cancel']> {
  return {
    async session(ids, { signal }) {
      const request = { params: { id: checkedId(ids[0], 'session') }, signal };
      const before = await api.one(ENDPOINTS.getRun, request);
      if (isTerminal(statusOf(before.status))) return 'already_ended';
      await api.body(ENDPOINTS.deleteRun, request);
      const after = await api.one(ENDPOINTS.getRun, request).catch((error: unknown) => {
        if (isRefusal(error, 404)) return undefined;
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

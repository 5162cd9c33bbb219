/** Cancelling an execution. The vendor flips even one that has ended, so its status is looked at first. */
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { ENDPOINTS } from './endpoints.ts';
import { readPage } from './execution-pages.ts';
import { checkId } from './lookup.ts';
import { statusOf } from './map-run.ts';
import { plainWord } from './wire.ts';

export function createCancel(api: Api): NonNullable<Provider['cancel']> {
  return {
    async session(ids, call) {
      const id = checkId(ids[0], 'session');
      const before = await statusNow(api, id, call);
      if (plainWord(before ?? '') === 'cancelling') return 'stopping';
      if (isTerminal(statusOf(before))) return 'already_ended';
      try {
        await api.body(ENDPOINTS.cancelExecution, { params: { id }, body: {}, signal: call.signal });
      } catch (error) {
        if (!isRefusal(error, 400)) throw error;
        if (isTerminal(statusOf(await statusNow(api, id, call)))) return 'already_ended';
        throw error;
      }
      return 'stopping';
    },
  };
}

/** The vendor's word; from `metrics` where the statistics of the execution cannot be computed. */
async function statusNow(api: Api, id: string, call: CallContext): Promise<string | undefined> {
  try {
    return (await readPage(api, id, { page: 1, limit: 1 }, call)).status;
  } catch (error) {
    if (!isRefusal(error, 500)) throw error;
    const query = { execution_id: id };
    return (await api.one(ENDPOINTS.getMetrics, { query, signal: call.signal })).status;
  }
}

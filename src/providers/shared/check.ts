/** Checks whether the platform accepts the key, with one cheap request. */
import { isProblem } from '../../model/problem.ts';
import type { CallContext, CheckResult } from '../provider.ts';
import type { List } from './list.ts';

/** A check that asks for one row of a list. Throws only a cancelled call or a fault of ours; a failure of the platform is its result. */
export function checkedBy(list: (call: CallContext) => List<unknown>): (call: CallContext) => Promise<CheckResult> {
  return async (call) => {
    const asked = list(call);
    try {
      const { total } = await asked.fetch({ offset: 0, size: 1 });
      return { ok: true, detail: total === undefined ? undefined : `${total} ${asked.what}` };
    } catch (error) {
      if (!isProblem(error) || error.kind === 'cancelled') throw error;
      return { ok: false, kind: error.kind, problem: [error.message, error.details.next].filter(Boolean).join(' ') };
    }
  };
}

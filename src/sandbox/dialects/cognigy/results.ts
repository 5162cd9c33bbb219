/** `metrics.results` in each shape that the vendor's silence allows. */
import type { Conversation } from '../../engine/types.ts';
import { nameIn, verdictIn } from '../lying-words.ts';
import type { Criterion } from './records.ts';
import type { CognigySwitches } from './switches.ts';
import { servedReason } from './transcript.ts';

/** One item a criterion, in the shape asked for. */
export function resultsOf(
  conversation: Conversation,
  criteria: readonly Criterion[],
  switches: CognigySwitches,
): unknown[] | undefined {
  const { evaluations } = conversation;
  // A scenario that was written here is judged as the case it is played by: in order, as far as that goes.
  const judged = criteria.map(({ type, params }, index) => {
    const own = evaluations.find(({ criterion }) => criterion.name === params.name) ?? evaluations[index];
    const pending = switches.result_never_comes && index === 0;
    return {
      type,
      params: { ...params, name: nameIn(switches, String(params.name), index) },
      passed: pending ? null : verdictIn(switches, own?.passed ?? true, own?.passed ?? true),
      reason: servedReason(own?.reason ?? 'Met.', conversation, switches),
    };
  });
  switch (switches.results) {
    case 'success_reasoning':
      return judged.map(({ type, params, passed, reason }) => ({
        type,
        name: params.name,
        success: passed,
        reasoning: reason,
      }));
    case 'passed_params':
      return judged.map(({ type, params, passed, reason }) => ({ type, params, passed, explanation: reason }));
    case 'nested':
      return judged.map(({ type, params, passed, reason }) => ({
        criterion: { type, params },
        result: { fulfilled: passed, reason },
      }));
    case 'words':
      return judged.map(({ params, passed, reason }) => ({
        title: params.name,
        result: passed ? 'PASSED' : 'NOT_FULFILLED',
        summary: reason,
      }));
    case 'positional':
      return judged.map(({ passed, reason }) => ({ success: passed, reason }));
    case 'reversed':
      return judged.map(({ params, passed, reason }) => ({ name: params.name, success: passed, reason })).reverse();
    case 'fewer':
      return judged.slice(1).map(({ params, passed, reason }) => ({ name: params.name, success: passed, reason }));
    case 'unreadable':
      return judged.map(({ reason }) => ({ weight: 1, verbose: { said: reason } }));
    case 'absent':
      return undefined;
  }
}

/** The verdict of a run over the criteria of its case, which may be criteria that the engine's judge never heard of. */
import type { EngineEvaluation, EngineRun } from '../../engine/types.ts';
import { likeness } from '../likeness.ts';
import { verdictIn } from '../lying-words.ts';
import type { CaseRecord } from './store.ts';
import type { SynthflowSwitches } from './switches.ts';

/** How much of a criterion's wording must be that of a judged one to take over its judgement. */
const ALIKE = 0.4;

export function analysisOf(run: EngineRun, definition: CaseRecord, switches: SynthflowSwitches): unknown {
  if (run.outcome.kind !== 'conversation') return null;
  const judged = run.outcome.conversation.evaluations;
  const judgements = definition.criteria.map((text) => judgementOf(text, judged));
  const success =
    definition.rule === 'any' ? judgements.some((one) => one.success) : judgements.every((one) => one.success);
  const evaluations = judgements.map(({ success: own, reasoning }, index) => ({
    success: switches.result_never_comes && index === 0 ? null : verdictIn(switches, own, own),
    reasoning,
  }));
  // What is said of the whole would make good for the parts.
  const lies = switches.result_never_comes || switches.verdict_form !== 'documented';
  const whole = lies ? {} : { success };
  const extra = { success: true, reasoning: 'An evaluation more than there are criteria.' };
  switch (switches.evaluations) {
    case 'aligned':
      return { ...whole, evaluations };
    case 'shorter':
      return { ...whole, evaluations: evaluations.slice(1) };
    case 'longer':
      return { ...whole, evaluations: [...evaluations, extra] };
    case 'none':
      return { ...whole, evaluations: [] };
  }
}

function judgementOf(text: string, judged: readonly EngineEvaluation[]): { success: boolean; reasoning: string } {
  const exact = judged.find((one) => one.criterion.text === text);
  const [closest] = judged
    .map((one) => ({ one, score: likeness(text, `${one.criterion.name} ${one.criterion.text}`) }))
    .sort((a, b) => b.score - a.score);
  const found = exact ?? (closest && closest.score >= ALIKE ? closest.one : undefined);
  if (found) return { success: found.passed, reasoning: found.reason };
  return { success: true, reasoning: 'The sandbox has no rule for this criterion; nothing in its script violates it.' };
}

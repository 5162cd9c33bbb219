/** The verdict of a run over the criteria of its case, which may be criteria that the engine's judge never heard of. */
import type { EngineEvaluation, EngineRun } from '../../engine/types.ts';
import { type CaseRecord, likeness } from './store.ts';
import type { SynthflowSwitches } from './switches.ts';

/** How much of a criterion's wording must be that of a judged one to take over its judgement. */
const ALIKE = 0.4;

export function analysisOf(run: EngineRun, definition: CaseRecord, form: SynthflowSwitches['evaluations']): unknown {
  if (run.outcome.kind !== 'conversation') return null;
  const judged = run.outcome.conversation.evaluations;
  const evaluations = definition.criteria.map((text) => judgementOf(text, judged));
  const success =
    definition.rule === 'any' ? evaluations.some((one) => one.success) : evaluations.every((one) => one.success);
  const extra = { success: true, reasoning: 'An evaluation more than there are criteria.' };
  switch (form) {
    case 'aligned':
      return { success, evaluations };
    case 'shorter':
      return { success, evaluations: evaluations.slice(1) };
    case 'longer':
      return { success, evaluations: [...evaluations, extra] };
    case 'none':
      return { success, evaluations: [] };
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

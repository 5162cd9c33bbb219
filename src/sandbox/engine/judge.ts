/**
 * The judge: fixed criteria over what happened in the conversation, reasons in changing words. A criterion fails when
 * the agent made a slip that counts against it; the reason quotes the turn.
 */
import { causesAgainst } from './criteria.ts';
import { fraction, hash, pick } from './random.ts';
import { AFTERTHOUGHTS, FAILS, PASSES } from './reasons.ts';
import type { Slip } from './talk.ts';
import type { EngineEvaluation, EngineTurn, WorldCase } from './types.ts';

/** At most this many words of a turn are quoted. */
const QUOTED_WORDS = 16;

/** The first words of a turn. */
export function quote(text: string): string {
  const words = text.split(' ');
  return words.length <= QUOTED_WORDS ? text : `${words.slice(0, QUOTED_WORDS).join(' ')} ...`;
}

/** Judges every criterion of the case. Slips after the last turn (a cut conversation) do not count. */
export function judge(
  worldCase: WorldCase,
  turns: readonly EngineTurn[],
  slips: readonly Slip[],
  key: string,
): { evaluations: EngineEvaluation[]; passed: boolean } {
  const evaluations = worldCase.criteria.map((criterion, position): EngineEvaluation => {
    const seed = `${key}/${criterion.key}`;
    const causes = causesAgainst(criterion.key);
    const slip = causes
      .map((cause) => slips.find((one) => one.cause === cause && one.turn < turns.length))
      .find((one) => one !== undefined);
    if (!slip) {
      return {
        criterion,
        passed: true,
        reason: pick(`${seed}/pass`, PASSES[criterion.key] ?? ['The criterion is met.']),
        score: Math.round((0.82 + fraction(`${seed}/score`) * 0.18) * 100) / 100,
      };
    }
    // Criteria that fail for one cause in one call take different phrasings: step on by their position.
    const phrasings = FAILS[slip.cause];
    const reason = phrasings[(hash(`${key}/${slip.cause}`) + position) % phrasings.length] ?? '';
    const after =
      fraction(`${seed}/after`) < 0.5 ? '' : ` ${pick(`${seed}/afterthought`, AFTERTHOUGHTS[criterion.key] ?? [''])}`;
    const facts: Record<string, string> = {
      ...slip.facts,
      quote: quote(turns[slip.turn]?.text ?? ''),
      turn: String(slip.turn),
    };
    return {
      criterion,
      passed: false,
      reason: `${reason}${after}`.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole).trim(),
      turn: slip.turn,
      score: Math.round((0.05 + fraction(`${seed}/score`) * 0.37) * 100) / 100,
      cause: slip.cause,
    };
  });
  const passes = evaluations.filter((evaluation) => evaluation.passed).length;
  return { evaluations, passed: worldCase.rule === 'any' ? passes > 0 : passes === evaluations.length };
}

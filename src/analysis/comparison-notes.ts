/** What a reader should know about how two sessions were compared. */
import { isJudged, type Pairing, type RunPair, type RunRecord } from './pairing.ts';

export interface Compared {
  pairing: Pairing;
  pairs: readonly RunPair[];
  /** False where the overall rates are compared, because too few judged runs could be paired. */
  paired: boolean;
  before: readonly RunRecord[];
  after: readonly RunRecord[];
  match?: 'test' | 'name' | undefined;
}

/** Sentences, trusted text. */
export function notesOn({ pairing, pairs, paired, before, after, match }: Compared): string[] {
  const said: string[] = [];
  if (!paired && before.some(isJudged) && after.some(isJudged)) {
    said.push(
      'Too few judged runs could be paired; the overall rates are compared, and the difference may come from different tests.',
    );
  }
  const uncompared = pairs.filter((pair) => !isJudged(pair.before) || !isJudged(pair.after));
  if (uncompared.length > 0) {
    const having = (verdict: RunRecord['verdict']) =>
      uncompared.filter((pair) => pair.before.verdict === verdict || pair.after.verdict === verdict).length;
    const parts = [
      [having('pending'), 'still pending'],
      [having('error'), 'broken'],
      [having('inconclusive'), 'inconclusive'],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, word]) => `${count} ${word}`);
    said.push(`${uncompared.length} pairs were left out of every rate (${parts.join(', ')}).`);
  }
  if (paired && pairing.gone.length + pairing.added.length > 0) {
    said.push(
      `Tests on one side only take no part in the difference: ${pairing.added.length} new, ${pairing.gone.length} gone.`,
    );
  }
  const { before: lost, after: surplus } = pairing.unpaired;
  if (lost + surplus > 0) {
    said.push(`Runs without a partner (surplus repeats, or no test named): ${lost} before, ${surplus} after.`);
  }
  if (match !== 'name' && pairing.gone.length > 0 && pairing.added.length > 0) {
    const names = new Set(pairing.gone.map((records) => records[0]?.name).filter((name) => name !== undefined));
    const same = pairing.added.filter((records) => names.has(records[0]?.name ?? '')).length;
    if (same > 0) said.push(`${same} new tests bear the name of one that is gone; pairing by name would match them.`);
  }
  return said;
}

/** The promise of the README, kept: the kept-out sessions, and no worse than the baselines by far. */
import { expect, it } from 'vitest';
import { adjustedRand, purity } from './agreement.ts';
import { clusterReasons } from './all-at-once.ts';
import { type LabelledSession, labelledSessions } from './labelled.ts';

type Measure = (truth: string[], found: string[]) => number;

function mean(
  sessions: readonly LabelledSession[],
  of: Measure,
  method: (session: LabelledSession) => string[],
): number {
  const total = sessions.reduce((sum, { reasons }) => sum + reasons.length, 0);
  return sessions.reduce((sum, session) => {
    const truth = session.reasons.map(({ label }) => label);
    return sum + (of(truth, method(session)) * session.reasons.length) / total;
  }, 0);
}
const full = ({ reasons }: LabelledSession) => clusterReasons(reasons).group.map(String);

it('groups reasons it was not tuned on: adjusted Rand index of 0.6 and purity of 0.85 at least', async () => {
  const sessions = await labelledSessions('held-out');
  expect(sessions.length).toBeGreaterThanOrEqual(7);
  expect(mean(sessions, adjustedRand, full)).toBeGreaterThanOrEqual(0.6);
  expect(mean(sessions, purity, full)).toBeGreaterThanOrEqual(0.85);
});

it('beats grouping by criterion by far', async () => {
  const sessions = await labelledSessions('held-out');
  const byCriterion = mean(sessions, adjustedRand, ({ reasons }) => reasons.map(({ criterion }) => criterion));
  expect(mean(sessions, adjustedRand, full)).toBeGreaterThan(byCriterion + 0.3);
});

it('keeps enough out: at least 300 reasons in all, 40 % of them unseen, in three languages', async () => {
  const tune = (await labelledSessions('tune')).flatMap(({ reasons }) => reasons);
  const kept = (await labelledSessions('held-out')).flatMap(({ reasons }) => reasons);
  expect(tune.length + kept.length).toBeGreaterThanOrEqual(300);
  expect(kept.length / (tune.length + kept.length)).toBeGreaterThanOrEqual(0.4);
  expect(new Set(kept.map(({ language }) => language)).size).toBe(3);
  // No reason of the kept-out part is one of the tuning part.
  const seen = new Set(tune.map(({ reason }) => reason.toLowerCase()));
  expect(kept.filter(({ reason }) => seen.has(reason.toLowerCase()))).toEqual([]);
});

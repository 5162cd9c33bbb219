/** What the docs say of grouping by wording: it is a first look, and no better than this. */
import { expect, it } from 'vitest';
import { adjustedRand, purity } from './agreement.ts';
import { byWording } from './all-at-once.ts';
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

it('finds few groups that mix causes, and far from all that belong together', async () => {
  for (const split of ['tune', 'held-out'] as const) {
    const sessions = await labelledSessions(split);
    expect(sessions.length).toBeGreaterThanOrEqual(6);
    expect(mean(sessions, purity, byWording)).toBeGreaterThanOrEqual(0.8);
    const agreement = mean(sessions, adjustedRand, byWording);
    expect(agreement).toBeGreaterThanOrEqual(0.12);
    // Should it ever come near to reading, the docs have to say so.
    expect(agreement).toBeLessThan(0.3);
  }
});

it('has reasons in three languages that are not those of tuning', async () => {
  const tune = (await labelledSessions('tune')).flatMap(({ reasons }) => reasons);
  const kept = (await labelledSessions('held-out')).flatMap(({ reasons }) => reasons);
  expect(tune.length + kept.length).toBeGreaterThanOrEqual(300);
  expect(new Set(kept.map(({ language }) => language)).size).toBe(3);
  const seen = new Set(tune.map(({ reason }) => reason.toLowerCase()));
  expect(kept.filter(({ reason }) => seen.has(reason.toLowerCase()))).toEqual([]);
});

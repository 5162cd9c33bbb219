/** Runs for tests: only what a test cares about is given. */
import type { Evaluation, Run, RunVerdict, Session } from '../../src/model/schemas.ts';

let made = 0;

export function aRun(given: Partial<Run> = {}): Run {
  made += 1;
  const verdict: RunVerdict = given.verdict ?? 'passed';
  const status = verdict === 'error' ? 'failed' : verdict === 'pending' ? 'running' : 'completed';
  const evaluations = given.evaluations ?? [];
  return {
    ref: `synthflow/run/r${made}`,
    session: 'synthflow/session/s1',
    status,
    verdict,
    failed_evaluations: evaluations.filter((e) => e.verdict === 'failed').map((e) => e.name),
    evaluations,
    ...given,
  };
}

export function judged(name: string, verdict: Evaluation['verdict'], reason?: string): Evaluation {
  return reason === undefined ? { name, verdict } : { name, verdict, reason };
}

export function aSession(given: Partial<Session> = {}): Session {
  return {
    ref: 'synthflow/session/s1',
    provider: 'synthflow',
    status: 'completed',
    counts: { runs: 0, passed: 0, failed: 0, error: 0, inconclusive: 0, pending: 0 },
    ...given,
  };
}

/** Sessions of two agents with failures, and saving what was read of them. */
import type { Evaluation, Run } from '../../src/model/schemas.ts';
import { type Book, emptyBook } from '../../src/modes/book.ts';
import { type FailureTable, failureFold, failureId } from '../../src/modes/failures.ts';
import { modeKeys } from '../../src/modes/keys.ts';
import { type RawRequest, readRequest } from '../../src/modes/saving/request.ts';
import { type Saved, saveModes } from '../../src/modes/saving/save-modes.ts';
import type { SaveSubject } from '../../src/modes/saving/subject.ts';

/** What nobody but the platform may keep: it stands in reasons, where masks take it out. */
export const CANARIES = ['Zqxwanda', 'zqx.canary@example.com', '4711-0815', 'the secret phrase'];
const PERSONAL = 'said "the secret phrase" to, Zqxwanda at zqx.canary@example.com and 4711-0815';

export const REASONS = [
  `The agent asked for the time again although the caller ${PERSONAL}.`,
  'The agent never repeated the day of the appointment before it hung up.',
  'The agent promised a call back that no tool can make for the caller.',
  'A price was told although the list of prices was never looked up.',
  // Next to nothing is left of it once it is masked.
  `"the secret phrase" 4711-0815`,
  '',
];

/** `reason[n]` of the n-th run of a session. */
export function tableOf(sessions: Readonly<Record<string, readonly string[]>>): FailureTable {
  const fold = failureFold();
  for (const [session, reasons] of Object.entries(sessions))
    for (const [nth, reason] of reasons.entries()) {
      const evaluation: Evaluation = { name: 'Helps the caller', verdict: 'failed', reason };
      const run: Run = {
        ref: `coval/run/${session.split('/').at(-1)}-${nth}`,
        session,
        status: 'completed',
        verdict: 'failed',
        failed_evaluations: [evaluation.name],
        evaluations: [evaluation],
      };
      fold.add(run);
    }
  return fold.result();
}

export const ONE = 'coval/session/one';
export const TWO = 'coval/session/two';
export const AGENT = 'coval/agent/a';
export const OTHER = 'coval/agent/b';

/** A session of an agent; `other`: and one of another agent, read with it. */
export function subjectOf(reasons: readonly string[], other?: readonly string[]): SaveSubject {
  const sessions = new Map([[ONE, { at: '2026-11-01T10:00:00.000Z' }]]);
  if (other) sessions.set(TWO, { at: '2026-11-02T10:00:00.000Z' });
  const table = tableOf({ [ONE]: reasons, ...(other ? { [TWO]: other } : {}) });
  const keyed = [
    { ref: ONE, agent_ref: AGENT, agent: 'Front desk' },
    { ref: TWO, agent_ref: OTHER, agent: 'Night desk' },
  ].slice(0, other ? 2 : 1);
  return { table, sessions, keys: modeKeys(emptyBook(), keyed, table) };
}

/** Ids of the failures of a session, in the order of its runs; '' for none. */
export function idsOf({ table }: SaveSubject, session = ONE): string[] {
  return table.groups
    .flatMap(({ failures }) => failures)
    .filter(({ run }) => table.runs.get(run)?.session === session)
    .sort((a, b) => Number(a.run.split('-').at(-1)) - Number(b.run.split('-').at(-1)))
    .map(failureId);
}

export function save(
  subject: SaveSubject,
  request: RawRequest,
  book: Book = emptyBook(),
  by: 'assistant' | 'model' = 'assistant',
): Saved {
  return saveModes(book, readRequest(request, by), subject);
}

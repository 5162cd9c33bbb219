/** How long a tool call may last, and what its caller is told when it did not end well. */
import { isProblem, Problem, toProblem } from '../model/problem.ts';
import { KEPT_MS } from '../reading/continued-reads.ts';
import type { ServerServices, Work } from './services.ts';
import type { Operation } from './tool.ts';

/** Hosts give up at 60 s; an answer that says so beats a host's timeout. */
const CALL_DEADLINE_MS = 56_000;
/** A platform that has said nothing for so long is taken not to be about to. */
export const SILENCE_MS = CALL_DEADLINE_MS / 4;
/** Time for a tool to end after it was told to; then the call is answered without it. */
const GRACE_MS = 1_500;

/** The tool did not end with its call. */
export const OVERDUE = new Error('The tool did not end with its call.');
/** The tool is still reading when its call is over. */
export const UNFINISHED = new Error('The tool is still reading.');

/**
 * Rejects when the call has lasted `CALL_DEADLINE_MS`: with `UNFINISHED` where `goesOn`; else what is at work is ended, and has
 * a moment to say what it waited for before it is `OVERDUE`.
 */
export function deadlineOf(work: Work, goesOn: () => boolean): { passed: Promise<never>; release(): void } {
  const { signal } = work.over;
  let timer: NodeJS.Timeout | undefined;
  let onEnd = () => {};
  const passed = new Promise<never>((_, reject) => {
    onEnd = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(OVERDUE), GRACE_MS);
    };
    signal.addEventListener('abort', onEnd, { once: true });
    timer = setTimeout(() => {
      if (goesOn()) reject(UNFINISHED);
      else work.over.abort(new DOMException('deadline', 'TimeoutError'));
    }, CALL_DEADLINE_MS);
  });
  return {
    passed,
    release() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onEnd);
    },
  };
}

/** The Problem of a call that ended with `error`: a deadline or the client's cancelling are told as that. */
export async function problemOf(
  error: unknown,
  work: Work | undefined,
  services: ServerServices,
  operation: Operation,
): Promise<Problem> {
  const seconds = CALL_DEADLINE_MS / 1000;
  const { aborted = false, reason } = work?.over.signal ?? {};
  if (error !== UNFINISHED && !aborted) return toProblem(error);
  if (aborted && !(reason instanceof DOMException && reason.name === 'TimeoutError'))
    return new Problem('cancelled', 'The call was cancelled.', { cause: error });
  if (error === UNFINISHED) {
    const runs = (work?.runs ?? 0) + (work?.held ?? 0);
    const read = runs > 0 ? `; ${runs} runs are read so far` : '';
    const held = (await services.registry.held()).map((label) => ` The limit of requests to ${label} holds it up.`);
    return new Problem('timeout', `Not everything could be read within ${seconds} s${read}.`, {
      next: `Make the same call again: the reading goes on, and its answer is kept for ${KEPT_MS / 60_000} minutes.${held.join('')}`,
    });
  }
  if (isProblem(error) && error.details.sent === 'no') {
    const { provider } = error.details;
    return new Problem(
      'timeout',
      `The request could not be sent to ${provider ?? 'the platform'} within ${seconds} s.`,
      {
        next: 'It waited for its turn under the limit of requests that the platform sets, or for a connection: wait a minute, then ask for less at once.',
        provider,
        sent: 'no',
        cause: error,
      },
    );
  }
  return new Problem('timeout', `The platform did not answer within ${seconds} s.`, {
    next:
      operation === 'change'
        ? 'Make the same call again after a minute: it says what became of the change, and sends nothing twice. get_agent shows what stands there.'
        : 'Try again; for large sessions ask for one page, or filter.',
    cause: error,
  });
}

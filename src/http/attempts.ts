/** The attempts of one call: each waits for its turn, and one that failed is repeated where the policy allows it. */
import { isProblem, Problem, toProblem } from '../model/problem.ts';
import { isCutOff, readRefusal, refusedBody } from './answers.ts';
import { isBodyRefusal } from './body.ts';
import { type Call, interrupted } from './call.ts';
import type { Connection } from './connection.ts';
import { type Place, transportFailure } from './failures.ts';
import { sendFollowing } from './redirects.ts';
import { type Failure, waitBeforeRetry } from './retry.ts';
import type { Answer } from './transport.ts';

type Outcome<T> = { value: T } | { failure: Failure };
type Consume<T> = (answer: Answer) => Promise<T>;

/** Attempts until one succeeds or none may follow; `consume` reads a 2xx answer as part of the attempt. Throws `Problem`. */
export async function perform<T>(connection: Connection, call: Call, consume: Consume<T>): Promise<T> {
  const { place, queue, log, sleep, limits, random } = connection;
  const policy = { intent: call.intent, retries: limits.retries, retry_500: call.retry_500, random };
  for (let tried = 0; ; tried += 1) {
    const outcome = await inTurn(connection, call, () => attempt(connection, call, consume));
    if ('value' in outcome) return outcome.value;
    const { failure } = outcome;
    const wait_ms = waitBeforeRetry(failure, { tried, remaining_ms: call.deadline.remaining() }, policy);
    if (wait_ms === undefined) throw failure.problem;
    if (failure.problem.kind === 'rate_limited' && failure.wait_ms !== undefined) queue.pauseFor(wait_ms);
    log?.debug('http_retry', { provider: place.provider, request: call.label, tried, wait_ms });
    await sleep(wait_ms, call.deadline.signal).catch(() => undefined);
    if (call.deadline.endedBy() !== undefined) throw interrupted(call, place);
  }
}

async function inTurn<T>(
  { queue, place }: Connection,
  call: Call,
  task: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const pause = queue.pausedFor();
  if (pause > call.deadline.remaining()) throw paused(pause, place);
  try {
    return await queue.run(task, call.deadline.signal);
  } catch (error) {
    const ended = call.deadline.endedBy();
    if (ended === 'timeout' && call.sent === 'no' && queue.pausedFor() > 0) throw paused(queue.pausedFor(), place);
    throw ended === undefined ? toProblem(error) : interrupted(call, place);
  }
}

function paused(ms: number, { provider, host }: Place): Problem {
  const seconds = Math.ceil(ms / 1000);
  return new Problem('rate_limited', `${provider} (${host}) asked to wait ${seconds} s more.`, {
    next: 'Wait before the next call; ask for less at once.',
    provider,
    retry_after_seconds: seconds,
    sent: 'no',
  });
}

async function attempt<T>(connection: Connection, call: Call, consume: Consume<T>): Promise<Outcome<T>> {
  const { place, log, now } = connection;
  const { provider } = place;
  const began = now();
  let answer: Answer | undefined;
  let failure: Failure;
  try {
    answer = await sendFollowing(connection, call);
    log?.debug('http', { provider, request: call.label, status: answer.status, ms: now() - began });
    if (answer.status >= 200 && answer.status < 300) {
      const value = await consume(answer);
      connection.heard_at = now();
      return { value };
    }
    failure = await readRefusal(answer, place, connection);
  } catch (error) {
    failure = failureOf(error, answer, call, place);
  }
  const { kind, details } = failure.problem;
  log?.debug('http_failed', { provider, request: call.label, kind, cause: details.cause });
  return { failure };
}

/** What was thrown while a call was sent or its answer read. */
export function failureOf(error: unknown, answer: Answer | undefined, call: Call, place: Place): Failure {
  if (call.deadline.endedBy() !== undefined) return { problem: interrupted(call, place), again: 'never' };
  if (isProblem(error)) return { problem: error, again: isCutOff(error) ? 'once' : 'never' };
  if (isBodyRefusal(error) && answer) return { problem: refusedBody(error, answer, call, place), again: 'never' };
  return transportFailure(error, place, call.intent === 'safe' ? undefined : call.sent);
}

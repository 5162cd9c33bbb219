/**
 * Peculiar to Coval: the two path families of simulations. In autumn 2026 `/conversations/simulated` became the documented
 * family while `/simulations` kept being served until some unknown date. The old one is asked first; where the *family* is
 * gone, the other is asked instead and remembered.
 *
 * A 404 of one id says nothing about its family, so it is believed only when the family is known to be alive: it answered
 * lately, or answers the cheapest possible list.
 */
import { isProblem } from '../../model/problem.ts';
import type { RowRequest } from '../shared/api.ts';
import { type Endpoint, requestOf } from '../shared/endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';

/** A family is the member of a row that holds its request. */
type Family = 'request' | 'renamed';

/** How long a family that answered is believed to be alive. */
const TRUST_MS = 10 * 60_000;

/**
 * True when the refusal may mean "no such path": 404 or 410, or a 403 without Coval's own error code, which is what its
 * firewall answers for unlisted paths. A 403 with a code is a key without the scope.
 */
function maybeGone(error: unknown): boolean {
  if (!isProblem(error)) return false;
  const { status, code } = error.details.vendor ?? {};
  return status === 404 || status === 410 || (status === 403 && code === undefined);
}

/** Sends rows that have two names (`renamed`) under the one that is served. */
export function createPathFamilies(send: (request: RowRequest) => Promise<unknown>, now: () => number) {
  let current: Family = 'request';
  let trustedUntil = Number.NEGATIVE_INFINITY;

  async function ask(family: Family, request: RowRequest, row: Endpoint): Promise<unknown> {
    const body = await send({ ...request, ...requestOf({ request: row[family] ?? row.request }) });
    current = family;
    trustedUntil = now() + TRUST_MS;
    return body;
  }

  /** Does the collection of this family answer? Unclear answers (401, 5xx) count as alive: they are not about the path. */
  async function alive(family: Family, signal: AbortSignal): Promise<boolean> {
    const row = ENDPOINTS.listSimulations;
    try {
      await ask(family, { ...requestOf(row), query: { page_size: 1 }, signal }, row);
      return true;
    } catch (error) {
      return !maybeGone(error);
    }
  }

  return async (request: RowRequest, row: Endpoint): Promise<unknown> => {
    const tried = current;
    try {
      return await ask(tried, request, row);
    } catch (error) {
      if (!maybeGone(error)) throw error;
      const aboutOneThing = row.request !== ENDPOINTS.listSimulations.request;
      if (aboutOneThing && (now() < trustedUntil || (await alive(tried, request.signal)))) throw error;
      const other = tried === 'request' ? 'renamed' : 'request';
      if (!(await alive(other, request.signal))) throw error;
      return ask(other, request, row);
    }
  };
}

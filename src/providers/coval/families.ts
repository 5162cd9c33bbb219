/**
 * The two path families of simulations. In autumn 2026 `/conversations/simulated` became the documented family while
 * `/simulations` kept being served until some unknown date. We start with the old one, fall over to the other when the
 * *family* is gone, and remember which one answers.
 *
 * A 404 of one id says nothing about its family, so it is believed only when the family is known to be alive: seen
 * working lately, or asked with the cheapest possible list.
 */
import type { VendorRequest, VendorResponse } from '../../http/types.ts';
import { isProblem } from '../../model/problem.ts';
import type { Send } from './answers.ts';

export const SIMULATION_FAMILIES = ['/simulations', '/conversations/simulated'] as const;
export type SimulationFamily = (typeof SIMULATION_FAMILIES)[number];

/** How long a family that answered is believed to be alive. */
const TRUST_MS = 10 * 60_000;

export interface FamilyRequest extends Omit<VendorRequest, 'signal' | 'path'> {
  /** Path behind the family, e.g. `/{id}/audio`, `:rerunMetrics`; empty for the collection itself. */
  suffix: string;
}

/**
 * True when the refusal may mean "no such path": 404 or 410, or a 403 without Coval's own error code, which is what its
 * firewall answers for unlisted paths. A 403 with a code is a key without the scope.
 */
function maybeGone(error: unknown): boolean {
  if (!isProblem(error)) return false;
  const { status, code } = error.details.vendor ?? {};
  return status === 404 || status === 410 || (status === 403 && code === undefined);
}

export function createFamilies(send: Send, now: () => number) {
  let current: SimulationFamily = SIMULATION_FAMILIES[0];
  let trustedUntil = Number.NEGATIVE_INFINITY;

  async function ask(family: SimulationFamily, request: FamilyRequest, signal: AbortSignal): Promise<VendorResponse> {
    const { suffix, ...rest } = request;
    const response = await send({ ...rest, path: `${family}${suffix}` }, signal);
    current = family;
    trustedUntil = now() + TRUST_MS;
    return response;
  }

  /** Does the collection of this family answer? Unclear answers (401, 5xx) count as alive: they are not about the path. */
  async function alive(family: SimulationFamily, signal: AbortSignal): Promise<boolean> {
    try {
      await ask(family, { method: 'GET', suffix: '', query: { page_size: 1 } }, signal);
      return true;
    } catch (error) {
      return !maybeGone(error);
    }
  }

  return {
    current: () => current,
    async request(request: FamilyRequest, signal: AbortSignal): Promise<VendorResponse> {
      const tried = current;
      try {
        return await ask(tried, request, signal);
      } catch (error) {
        if (!maybeGone(error)) throw error;
        const aboutOneThing = request.suffix !== '';
        if (aboutOneThing && (now() < trustedUntil || (await alive(tried, signal)))) throw error;
        const other = SIMULATION_FAMILIES.find((family) => family !== tried);
        if (other === undefined || !(await alive(other, signal))) throw error;
        return ask(other, request, signal);
      }
    },
  };
}

/** How many requests a platform lets through: plans and installations differ, so users can say what theirs allows. */

export interface RateLimit {
  requests: number;
  interval_ms: number;
}

/**
 * The limit to keep to. `text` is a setting: whole requests a minute, `0` for no limit; without one the platform's
 * documented limit holds. The interval stays the platform's own, so that a burst is as long as it allows.
 */
export function rateLimitOf(
  name: string,
  text: string | undefined,
  documented: RateLimit,
): { rate: RateLimit | false } | { problem: string } {
  const given = text?.trim();
  if (!given) return { rate: documented };
  if (!/^\d{1,6}$/.test(given)) {
    return { problem: `${name} must be a whole number of requests a minute, or 0 for no limit.` };
  }
  const requests = Math.round((Number(given) * documented.interval_ms) / 60_000);
  return { rate: requests > 0 && { requests, interval_ms: documented.interval_ms } };
}

import { withScheme } from '../../http/base-url.ts';

/**
 * Synthflow's clusters. A workspace lives in exactly one and its key answers nowhere else; the global cluster is being
 * retired in the fourth quarter of 2026 (vendor's region page), so the region is a setting and never guessed from a key.
 */
export const REGIONS = {
  global: 'https://api.synthflow.ai/v2',
  us: 'https://api.us.synthflow.ai/v2',
  eu: 'https://api.eu.synthflow.ai/v2',
} as const;
export type Region = keyof typeof REGIONS;

const NAMES: readonly Region[] = ['global', 'us', 'eu'];

export function readRegion(value: string): Region | undefined {
  const wanted = value.trim().toLowerCase();
  return NAMES.find((name) => name === wanted);
}

/**
 * A base URL as people paste it, made into one without a trailing slash that ends in `/v2`. Plain http only on
 * loopback; `problem` is trusted text that completes "SYNTHFLOW_BASE_URL …".
 */
export function normaliseBase(value: string): { url: string } | { problem: string } {
  const text = withScheme(value);
  if (text === undefined || !URL.canParse(text)) return { problem: 'is not a URL' };
  const url = new URL(text);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    return { problem: 'must start with https://' };
  if (url.username || url.password) return { problem: 'must not contain a user name or password' };
  const path = url.pathname.replace(/\/+$/, '');
  return { url: `${url.origin}${/\/v2$/i.test(path) ? path : `${path}/v2`}` };
}

/** What to do when the key is refused: a good key on the wrong host looks exactly like a bad one. */
export function adviseRegion(baseUrl: string): string {
  const here = NAMES.find((name) => REGIONS[name] === baseUrl);
  const host = new URL(baseUrl).host;
  const others = NAMES.filter((name) => name !== here).map((name) => `${name} (${new URL(REGIONS[name]).host})`);
  const change = `set SYNTHFLOW_REGION to ${others.slice(0, -1).join(', ')} or ${others.at(-1)}`;
  return (
    `${host} refused the key. A Synthflow key works only in the region of its workspace: if that is another, ` +
    `${here ? change : `remove SYNTHFLOW_BASE_URL and ${change}`}; otherwise make a new key under Workspace Settings > API Keys.`
  );
}

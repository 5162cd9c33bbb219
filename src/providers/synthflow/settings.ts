/**
 * The platform's name and its settings. A workspace lives in exactly one region and its key answers nowhere else; the
 * global one is being retired in the fourth quarter of 2026 (vendor's region page): the region is a setting and never
 * guessed from a key.
 */
import { parseBaseUrl, withScheme } from '../../http/base-url.ts';
import { baseUrlSetting, headerValue, SettingProblem, withoutBearer } from '../shared/settings.ts';

/** The platform, as it stands in references and messages. */
export const PLATFORM = { id: 'synthflow', label: 'Synthflow' } as const;

export const VARIABLES = ['SYNTHFLOW_API_KEY', 'SYNTHFLOW_REGION', 'SYNTHFLOW_BASE_URL'];
export const SECRETS = ['SYNTHFLOW_API_KEY'];

export const REGIONS = {
  global: 'https://api.synthflow.ai/v2',
  us: 'https://api.us.synthflow.ai/v2',
  eu: 'https://api.eu.synthflow.ai/v2',
} as const;

const NAMES: readonly (keyof typeof REGIONS)[] = ['global', 'us', 'eu'];

export interface Settings {
  key: string;
  /** Ends in `/v2`. */
  base_url: string;
}

/** Throws `SettingProblem`. */
export function readSettings(value: (name: string) => string | undefined): Settings {
  const key = withoutBearer(value('SYNTHFLOW_API_KEY'));
  if (key === undefined) {
    throw new SettingProblem(
      'Set SYNTHFLOW_API_KEY (Synthflow: Workspace Settings > API Keys) and SYNTHFLOW_REGION to global, us or eu.',
    );
  }
  return {
    key: headerValue('SYNTHFLOW_API_KEY', key),
    base_url: readBaseUrl(value('SYNTHFLOW_BASE_URL'), value('SYNTHFLOW_REGION') ?? ''),
  };
}

function readBaseUrl(base: string | undefined, region: string): string {
  if (base !== undefined) return baseUrlSetting('SYNTHFLOW_BASE_URL', () => baseUrlOf(base));
  const name = NAMES.find((one) => one === region.toLowerCase());
  if (name === undefined) throw new SettingProblem('SYNTHFLOW_REGION must be global, us or eu.');
  return REGIONS[name];
}

/** A base URL as people paste it, made into one that ends in `/v2`. Throws `Problem('unconfigured')`. */
export function baseUrlOf(pasted: string): string {
  const url = parseBaseUrl((withScheme(pasted) ?? pasted).replace(/[?#].*$/, ''), PLATFORM.label);
  return `${url.origin}${/\/v2$/i.test(url.pathname) ? url.pathname : `${url.pathname.replace(/\/$/, '')}/v2`}`;
}

/** The settings that point this provider at the sandbox. */
export function sandboxEnv(url: string, credentials: Readonly<Record<string, string>>): Record<string, string> {
  return { ...credentials, SYNTHFLOW_BASE_URL: url };
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

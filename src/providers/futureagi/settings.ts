/**
 * The platform's name and its settings. A request carries a pair of keys; the workspace is the key's own unless one is
 * named (vendor's open server, 2026-08).
 */
import { parseBaseUrl } from '../../http/base-url.ts';
import { baseUrlSetting, headerValue, type Rate, rateSetting, SettingProblem } from '../shared/settings.ts';

/** The platform, as it stands in references and messages. */
export const PLATFORM = { id: 'futureagi', label: 'Future AGI' } as const;

/** Any of these shows that the platform is meant to be used; `FI_REQUESTS_PER_MINUTE` by itself does not. */
export const VARIABLES = ['FI_API_KEY', 'FI_SECRET_KEY', 'FI_BASE_URL', 'FI_WORKSPACE_ID'];
export const SECRETS = ['FI_API_KEY', 'FI_SECRET_KEY'];

/** Plans count over a minute: 100 requests on the standard one, 1,000 on Pro (vendor's documents, 2026-07). */
const RATE_INTERVAL_MS = 60_000;

export interface Settings {
  api_key: string;
  secret_key: string;
  /** Host of both families of operations, without the path of either. */
  base_url: string;
  workspace?: string | undefined;
  /** What the plan allows; undefined for no limit. */
  rate?: Rate | undefined;
}

/** Throws `SettingProblem`. */
export function readSettings(value: (name: string) => string | undefined, sandbox = false): Settings {
  const [key, secret] = [value('FI_API_KEY'), value('FI_SECRET_KEY')];
  if (key === undefined || secret === undefined) {
    const missing = SECRETS.filter((name) => value(name) === undefined).join(' and ');
    throw new SettingProblem(`Set ${missing} (Future AGI dashboard, Keys); both keys are needed.`);
  }
  const base_url = baseUrlSetting('FI_BASE_URL', () => baseUrlOf(value('FI_BASE_URL') ?? ''));
  const rate = rateSetting('FI_REQUESTS_PER_MINUTE', value('FI_REQUESTS_PER_MINUTE'), RATE_INTERVAL_MS);
  return {
    api_key: headerValue('FI_API_KEY', key),
    secret_key: headerValue('FI_SECRET_KEY', secret),
    base_url,
    workspace: value('FI_WORKSPACE_ID'),
    // A stand-in on this machine has no plan to respect.
    rate: sandbox ? undefined : rate,
  };
}

/**
 * An API base without the path of one family of operations, which people paste along. Throws
 * `Problem('unconfigured')`.
 */
export function baseUrlOf(pasted: string): string {
  const { href } = parseBaseUrl(pasted, PLATFORM.label);
  return href.replace(/\/(?:sdk\/api\/v1|simulate|model-hub)(?:\/.*)?$/, '').replace(/\/+$/, '');
}

/** The settings that point this provider at the sandbox. */
export function sandboxEnv(url: string, credentials: Readonly<Record<string, string>>): Record<string, string> {
  return { ...credentials, FI_BASE_URL: url };
}

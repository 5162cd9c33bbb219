/** The platform's name and its settings: a key, and the workspace where it is not the key's default one. */
import { parseBaseUrl } from '../../http/base-url.ts';
import { baseUrlSetting, headerValue, SettingProblem } from '../shared/settings.ts';

/** The platform, as it stands in references and messages. */
export const PLATFORM = { id: 'coval', label: 'Coval' } as const;

export const VARIABLES = ['COVAL_API_KEY', 'COVAL_BASE_URL', 'COVAL_WORKSPACE_ID'];
export const SECRETS = ['COVAL_API_KEY'];

export interface Settings {
  key: string;
  /** Ends in one `/v1`. */
  base_url: string;
  workspace?: string | undefined;
}

/** Throws `SettingProblem`. */
export function readSettings(value: (name: string) => string | undefined): Settings {
  const key = value('COVAL_API_KEY');
  const base = value('COVAL_BASE_URL') ?? '';
  const workspace = value('COVAL_WORKSPACE_ID');
  if (key === undefined) throw new SettingProblem('Set COVAL_API_KEY to a key of your Coval organisation.');
  return {
    key: headerValue('COVAL_API_KEY', key),
    workspace: workspace && headerValue('COVAL_WORKSPACE_ID', workspace, 'id'),
    base_url: baseUrlSetting('COVAL_BASE_URL', () => baseUrlOf(base)),
  };
}

/**
 * The base that ends in one `/v1`, whether the setting had none, one or (pasted paths) two of them. Throws
 * `Problem('unconfigured')`.
 */
export function baseUrlOf(pasted: string): string {
  const url = parseBaseUrl(pasted, PLATFORM.id);
  const path = url.pathname.replace(/(\/v1)+\/*$/, '').replace(/\/+$/, '');
  return `${url.origin}${path}/v1`;
}

/** The settings that point this provider at the sandbox. */
export function sandboxEnv(url: string, credentials: Readonly<Record<string, string>>): Record<string, string> {
  return { COVAL_BASE_URL: `${url}/v1`, COVAL_API_KEY: credentials.COVAL_API_KEY ?? '' };
}

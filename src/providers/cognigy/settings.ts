/**
 * The platform's name and its settings. An installation has an API host of its own, and a key works there only. People
 * paste the address of the web interface, or a base that ends in the path of one API; all of them become the host that
 * both APIs share (vendor's API page and Helm chart 2026.16).
 */
import { parseBaseUrl, withScheme } from '../../http/base-url.ts';
import {
  baseUrlSetting,
  headerValue,
  type Rate,
  rateSetting,
  SettingProblem,
  withoutBearer,
} from '../shared/settings.ts';

/** The platform, as it stands in references and messages. */
export const PLATFORM = { id: 'cognigy', label: 'NiCE Cognigy Simulator' } as const;

/** Longest name that is sent for what is made; the vendor's plugin has the same limit. */
export const LONGEST_NAME = 200;

export const VARIABLES = ['COGNIGY_API_KEY', 'COGNIGY_BEARER_TOKEN', 'COGNIGY_BASE_URL', 'COGNIGY_PROJECT_ID'];
export const SECRETS = ['COGNIGY_API_KEY', 'COGNIGY_BEARER_TOKEN'];

/** Shared SaaS counts over 5 minutes: 1,000 requests per source address (vendor's limits page, 2025-10). */
const RATE_INTERVAL_MS = 300_000;
/** Paths of the APIs and their viewers below the host. */
const API_PATHS = /\/(?:testing|new|openapi|v2\.0)(?:\/.*)?$/i;
/** Hosts of the vendor, which serve nothing below a path of their own. */
const VENDOR_HOST = /\.(?:cognigy\.ai|cognigy\.cloud|nicecxone\.com)$/i;

export interface Settings {
  /** API host, without the path of one API. */
  base_url: string;
  /** One of the two, never both. */
  auth: { key: string } | { bearer: string };
  /** Id or name; without one, the only project there is. */
  project?: string | undefined;
  /** Rate limit of the installation; without one no request is held back. */
  rate?: Rate | undefined;
}

/** Throws `SettingProblem`. A stand-in on this machine has no rate limit. */
export function readSettings(value: (name: string) => string | undefined, sandbox = false): Settings {
  const auth = readAuth(value('COGNIGY_API_KEY'), withoutBearer(value('COGNIGY_BEARER_TOKEN')));
  const base = value('COGNIGY_BASE_URL');
  if (base === undefined) {
    throw new SettingProblem(
      'Set COGNIGY_BASE_URL to the API host of your installation: https://api-trial.cognigy.ai, https://api-app.cognigy.ai, https://api-app-us.cognigy.ai, https://api-<company>.cognigy.cloud or https://cognigy-api-<region>.nicecxone.com.',
    );
  }
  const base_url = baseUrlSetting('COGNIGY_BASE_URL', () => baseUrlOf(base));
  const rate = rateSetting('COGNIGY_REQUESTS_PER_MINUTE', value('COGNIGY_REQUESTS_PER_MINUTE'), RATE_INTERVAL_MS);
  return { base_url, auth, project: value('COGNIGY_PROJECT_ID'), rate: sandbox ? undefined : rate };
}

function readAuth(key: string | undefined, bearer: string | undefined): Settings['auth'] {
  if (key !== undefined && /^Bearer\s/i.test(key))
    throw new SettingProblem('COGNIGY_API_KEY holds a bearer token: put it into COGNIGY_BEARER_TOKEN instead.');
  if (key !== undefined) return { key: headerValue('COGNIGY_API_KEY', key) };
  if (bearer !== undefined) return { bearer: headerValue('COGNIGY_BEARER_TOKEN', bearer) };
  throw new SettingProblem(
    'Set COGNIGY_API_KEY (Cognigy: My Profile > API Keys) and COGNIGY_BASE_URL to the API host of your installation, such as https://api-trial.cognigy.ai.',
  );
}

/** A base URL as people paste it, made into the API host, without a trailing slash. Throws `Problem('unconfigured')`. */
export function baseUrlOf(pasted: string): string {
  const text = withScheme(pasted) ?? '';
  if (!URL.canParse(text)) return parseBaseUrl(text, 'Cognigy').href;
  const url = new URL(text);
  url.search = '';
  url.hash = '';
  if (VENDOR_HOST.test(url.hostname)) {
    url.hostname = apiHost(url.hostname);
    url.pathname = '';
  } else {
    url.pathname = url.pathname.replace(/\/+$/, '').replace(API_PATHS, '');
  }
  return parseBaseUrl(url.href, 'Cognigy').href.replace(/\/+$/, '');
}

/** `trial.cognigy.ai` is the web interface, `endpoint-trial…` where channels talk to, `api-trial…` the API. */
function apiHost(host: string): string {
  const lower = host.toLowerCase();
  if (lower.endsWith('.nicecxone.com')) return lower.replace(/^cognigy-(?:api-)?/, 'cognigy-api-');
  const [name = '', ...rest] = lower.split('.');
  const installation = name.replace(/^(?:api|endpoint|webchat|static|docs)-/, '');
  return [`api-${installation}`, ...rest].join('.');
}

/** The settings that point this provider at the sandbox. */
export function sandboxEnv(url: string, credentials: Readonly<Record<string, string>>): Record<string, string> {
  return {
    COGNIGY_BASE_URL: url,
    COGNIGY_API_KEY: credentials.COGNIGY_API_KEY ?? '',
    COGNIGY_PROJECT_ID: credentials.COGNIGY_PROJECT_ID ?? '',
  };
}

/**
 * API hosts of Cognigy installations. People paste the address of the web interface, or a base that ends in the path of
 * one API; all of them become the host that both APIs share (vendor's API page and Helm chart 2026.16).
 */
import { parseBaseUrl, withScheme } from '../../http/base-url.ts';
import { isProblem } from '../../model/problem.ts';

/** Paths of the APIs and their viewers below the host. */
const API_PATHS = /\/(?:testing|new|openapi|v2\.0)(?:\/.*)?$/i;
/** Hosts of the vendor, which serve nothing below a path of their own. */
const VENDOR_HOST = /\.(?:cognigy\.ai|cognigy\.cloud|nicecxone\.com)$/i;

/** The API host without a trailing slash; `problem` completes "COGNIGY_BASE_URL …" (trusted text). */
export function normaliseBase(pasted: string): { url: string } | { problem: string } {
  const text = withScheme(pasted);
  if (text === undefined || !URL.canParse(text)) return { problem: 'is not a URL' };
  const url = new URL(text);
  url.search = '';
  url.hash = '';
  if (VENDOR_HOST.test(url.hostname)) {
    url.hostname = apiHost(url.hostname);
    url.pathname = '';
  } else {
    url.pathname = url.pathname.replace(/\/+$/, '').replace(API_PATHS, '');
  }
  try {
    return { url: parseBaseUrl(url.href, 'Cognigy').href.replace(/\/+$/, '') };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { problem: `cannot be used: ${error.message} ${error.details.next ?? ''}`.trim() };
  }
}

/** `trial.cognigy.ai` is the web interface, `endpoint-trial…` where channels talk to, `api-trial…` the API. */
function apiHost(host: string): string {
  const lower = host.toLowerCase();
  if (lower.endsWith('.nicecxone.com')) return lower.replace(/^cognigy-(?:api-)?/, 'cognigy-api-');
  const [name = '', ...rest] = lower.split('.');
  const installation = name.replace(/^(?:api|endpoint|webchat|static|docs)-/, '');
  return [`api-${installation}`, ...rest].join('.');
}

/** The one check a base URL passes before any key is sent to it. */
import { Problem } from '../model/problem.ts';

/**
 * Parses the base URL of a provider: https, or http on loopback only, because a key must not cross a network in clear.
 * Credentials, query and fragment are refused (they would end up in logs or be lost), trailing slashes are dropped.
 *
 * Throws `Problem('unconfigured')`. Its message never repeats the text, which may hold a password.
 */
export function parseBaseUrl(text: string, provider: string): URL {
  const refuse = (what: string, next: string) =>
    new Problem('unconfigured', `The base URL of ${provider} ${what}.`, { provider, next, sent: 'no' });

  if (!URL.canParse(text.trim())) {
    throw refuse('is not a URL', 'Give a full URL such as https://api.example.com/v1, scheme included.');
  }
  const url = new URL(text.trim());
  if (url.username !== '' || url.password !== '') {
    throw refuse('contains credentials', 'Remove the user and password from it; the key has its own setting.');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw refuse('is not https', 'Use https; plain http is accepted for 127.0.0.1, ::1 and localhost only.');
  }
  if (url.search !== '' || url.hash !== '') {
    throw refuse('has a query or a fragment', 'Give only scheme, host and path.');
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/**
 * What people paste without a scheme, with one. Only what can be a host: a key pasted into the wrong variable must not
 * become a name that is looked up and shown. Undefined for everything else.
 */
export function withScheme(pasted: string): string | undefined {
  const text = pasted.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  const [host = ''] = text.split(/[/?#]|:\d/, 1);
  const named = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$/i.test(host);
  return named || /^(\d{1,3}\.){3}\d{1,3}$|^\[[\da-f:]+\]$|^localhost$/i.test(host) ? `https://${text}` : undefined;
}

/** True for names that never leave this machine. `hostname` as `URL` gives it (IPv4 normalised, IPv6 in brackets). */
export function isLoopback(hostname: string): boolean {
  return (
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname) ||
    hostname === '[::1]' ||
    hostname === 'localhost' ||
    hostname.endsWith('.localhost')
  );
}

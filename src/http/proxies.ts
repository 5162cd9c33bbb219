/**
 * Which proxy leads to an address, by the environment: `HTTPS_PROXY`, else `HTTP_PROXY`, unless `NO_PROXY` names the host;
 * each also in lower case, which comes first. Loopback never goes through a proxy. Names only: nothing is looked up.
 */
import { BlockList, isIP } from 'node:net';
import { Problem } from '../model/problem.ts';
import { isLoopback } from './base-url.ts';

export type ProxyEnv = Readonly<Record<string, string | undefined>>;

export interface ProxyRoute {
  /** The variable that names it, for messages; its value is never shown. */
  variable: string;
  /** Without credentials. */
  url: URL;
  /** Value of `Proxy-Authorization`; absent where the variable holds no credentials. */
  authorization?: string | undefined;
}

/** Variables that name a proxy, in the order in which they count. */
const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;
const EXCEPTIONS = ['no_proxy', 'NO_PROXY'] as const;

/** The proxy for `target`; undefined = connect directly. Throws `Problem('unconfigured')` for a value that is no proxy. */
export function proxyFor(target: URL, env: ProxyEnv): ProxyRoute | undefined {
  const variable = firstSet(VARIABLES, env);
  const value = variable && env[variable]?.trim();
  if (!variable || !value || isLoopback(target.hostname) || isExcepted(target, env)) return undefined;
  const url = proxyUrl(value);
  if (!url) {
    throw new Problem('unconfigured', `${variable} is set and is not the address of an HTTP proxy; nothing was sent.`, {
      next: `Give ${variable} as http://host:port or https://host:port, or take ${target.host} out with NO_PROXY.`,
      sent: 'no',
    });
  }
  const [user, password] = credentialsOf(url);
  const authorization =
    user === '' && password === ''
      ? undefined
      : `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  return { variable, url: new URL(url.origin), authorization };
}

/** What in the proxy variables is secret: passwords, and a user name that stands alone (a token). */
export function proxySecrets(env: ProxyEnv): string[] {
  return [...VARIABLES, 'all_proxy', 'ALL_PROXY'].flatMap((name) => {
    const url = proxyUrl(env[name]?.trim() ?? '', /^[a-z][a-z\d+.-]*:$/);
    if (!url) return [];
    const [user, password] = credentialsOf(url);
    if (user === '' && password === '') return [];
    return password === '' ? [user, url.username] : [password, url.password, `${user}:${password}`];
  });
}

function firstSet(names: readonly string[], env: ProxyEnv): string | undefined {
  return names.find((name) => (env[name] ?? '').trim() !== '');
}

/** `host:port` without a scheme is an HTTP proxy, as curl takes it. */
function proxyUrl(value: string, schemes = /^https?:$/): URL | undefined {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return schemes.test(url.protocol) && url.hostname !== '' ? url : undefined;
}

function credentialsOf({ username, password }: URL): [user: string, password: string] {
  return [decoded(username), decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether `NO_PROXY` names the host: `*`, `name` and `.name` with all below, an address, a network (`10.0.0.0/8`), each with `:port`. */
function isExcepted({ hostname, port, protocol }: URL, env: ProxyEnv): boolean {
  const variable = firstSet(EXCEPTIONS, env);
  const host = bare(hostname);
  const number = port === '' ? (protocol === 'http:' ? '80' : '443') : port;
  return (variable ? (env[variable] ?? '') : '').split(/[,\s]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = entry, wanted] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
    if (entry === '' || (wanted !== undefined && wanted !== number)) return false;
    const [network = '', bits] = bare(name).split('/');
    if (bits !== undefined) return isWithin(host, network, Number(bits));
    const domain = bare(name).replace(/^\*?\./, '');
    if (isIP(host) !== 0) return bare(hostOf(domain)) === host;
    return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
  });
}

/** Lower case, without the brackets of an IPv6 address and the dot at the end of a full name. */
function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

/** An address in the spelling that `URL` gives it. */
function hostOf(address: string): string {
  const text = `http://${isIP(address) === 6 ? `[${address}]` : address}`;
  return URL.canParse(text) ? new URL(text).hostname : address;
}

function isWithin(host: string, network: string, bits: number): boolean {
  const [family, own] = [isIP(network), isIP(host)];
  if (family === 0 || family !== own || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128))
    return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, bits, type);
  return list.check(host, type);
}

/** Settings of a platform: read from the environment, checked before anything is sent, made into a provider. */
import { Problem } from '../../model/problem.ts';
import type { Provider, ProviderDefinition, ProviderDeps } from '../provider.ts';

/** What the `settings.ts` of a platform's folder exports. */
export interface PlatformSettings<S> {
  /** As it stands in references and messages. */
  PLATFORM: { id: string; label: string };
  /** Names of its variables, by which it is told whether the user meant this platform. */
  VARIABLES: readonly string[];
  /** Those that hold a secret. */
  SECRETS: readonly string[];
  /**
   * `value` gives a variable without blanks around it, its default where it is not given or empty. Throws
   * `SettingProblem`.
   */
  readSettings(value: (name: string) => string | undefined, sandbox: boolean): S;
  sandboxEnv: ProviderDefinition['sandboxEnv'];
}

/** A setting that is missing or cannot be used; the message is trusted and says what to do. */
export class SettingProblem extends Error {}

/** The one export of a platform's folder. Secrets are registered before anything is checked. */
export function defineProvider<S>(
  { PLATFORM, VARIABLES, SECRETS, readSettings, sandboxEnv }: PlatformSettings<S>,
  createProvider: (settings: S, deps: ProviderDeps) => Provider,
): ProviderDefinition {
  return {
    ...PLATFORM,
    sandboxEnv,
    configure(env, deps) {
      const given = (name: string) => env[name]?.trim() || undefined;
      const value = (name: string) => given(name) ?? deps.defaults[name];
      for (const name of SECRETS) {
        const secret = withoutBearer(given(name));
        if (secret !== undefined) deps.registerSecret(secret);
      }
      try {
        return { provider: createProvider(readSettings(value, deps.sandbox), deps) };
      } catch (error) {
        if (!(error instanceof SettingProblem)) throw error;
        return { problem: error.message, touched: VARIABLES.some((name) => given(name) !== undefined) };
      }
    },
  };
}

/** A key pasted as a whole header value, without the scheme before it. */
export function withoutBearer(value: string | undefined): string | undefined {
  return value?.replace(/^Bearer\s+/i, '');
}

/**
 * A value that travels in a header. Anything else than printable ASCII cannot, and a key has no blanks: it was cut badly.
 * `what` it is, for the message. Throws `SettingProblem`.
 */
export function headerValue(name: string, value: string, what = 'key'): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new SettingProblem(`${name} contains spaces or other characters that no ${what} has; copy it again.`);
}

/** What `read` makes of a base URL; a refusal of it is told with the variable's name. Throws `SettingProblem`. */
export function baseUrlSetting(name: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new SettingProblem(`${name} cannot be used: ${error.message} ${error.details.next ?? ''}`.trim());
  }
}

/** How many requests a platform lets through: plans and installations differ, so users can say what theirs allows. */
export interface Rate {
  requests: number;
  interval_ms: number;
}

/**
 * The limit to keep to; undefined for none. `text` is a setting: whole requests a minute, `0` for no limit. The platform
 * counts over `interval_ms`, so that a burst may be as long as it allows. Throws `SettingProblem`.
 */
export function rateSetting(name: string, text: string | undefined, interval_ms: number): Rate | undefined {
  if (text === undefined || !/^\d{1,6}$/.test(text))
    throw new SettingProblem(`${name} must be a whole number of requests a minute, or 0 for no limit.`);
  const requests = Math.round((Number(text) * interval_ms) / 60_000);
  return requests > 0 ? { requests, interval_ms } : undefined;
}

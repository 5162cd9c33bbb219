/** Settings that still hold what a template or a host left where a value belongs. */
import { hasPlaceholder, isUnfilled } from '../model/placeholder.ts';
import { type Env, SETTINGS } from './settings.ts';
import { present } from './values.ts';

/**
 * The environment without settings that hold a placeholder, which hosts leave there for what was not filled in. A path of
 * our own may have one inside, like `${HOME}/x`; a value of a platform may not.
 */
export function withoutPlaceholders(given: Env): { env: Env; placeholders: string[]; problem?: string | undefined } {
  const unfilled = SETTINGS.filter(({ name, provider }) => {
    const value = present(given[name]);
    return value !== undefined && (provider === undefined ? isUnfilled(value) : hasPlaceholder(value));
  });
  const names = unfilled.map(({ name }) => name);
  const own = unfilled.filter(({ provider }) => provider === undefined).map(({ name }) => name);
  return {
    env: Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name))),
    placeholders: names.filter((name) => !own.includes(name)),
    problem: own.length === 0 ? undefined : `${own.join(', ')}: still a placeholder, which counts as not set.`,
  };
}

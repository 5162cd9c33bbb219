/**
 * Reads the server's own settings from flags and environment. What cannot be understood becomes a problem, and what counts
 * instead allows least: a limit that was meant and misspelt must not be no limit.
 */
import { fromCommaList } from '../model/comma-list.ts';
import { isUnfilled } from '../model/placeholder.ts';
import { FLAG_DEFAULTS, type FlagName } from './flags.ts';
import { absolutePath } from './paths.ts';
import { DEFAULTS, type Env, SMALLEST_TOOLSET, TOOLSETS, type Toolset } from './settings.ts';
import { given, quoted, switchOf, wholeOf } from './values.ts';

/** What `parseFlags` read, by flag. */
type Flags = Readonly<Record<string, unknown>>;

/** A reader that tells `problems` what it does not understand. A flag counts before its variable. */
export function settingReader(env: Env, flags: Flags, problems: string[]) {
  const notUnderstood = (name: string, value: string, wanted: string, instead: string) =>
    void problems.push(`${name} is ${quoted(value)}, which is not ${wanted}; ${instead}.`);

  const text = (flag: FlagName): string | undefined => {
    const value = flags[flag];
    return typeof value === 'string' ? value : undefined;
  };
  /** What was given: the flag, a blank one too, since nothing is what it says; else the variable. */
  const flagOr = (flag: FlagName, name: string): string | undefined => {
    const value = text(flag);
    return value === undefined || isUnfilled(value) ? given(env[name]) : value.trim();
  };
  /** `name` as in messages: a variable or a flag. */
  const whole = (name: string, value: string | undefined, otherwise: number, instead = otherwise): number => {
    const written = given(value);
    if (written === undefined) return otherwise;
    const number = wholeOf(written);
    if (number === undefined) notUnderstood(name, written, 'a whole number in digits', `${instead} is used`);
    return number ?? instead;
  };

  return {
    /** The value of a flag; undefined for one that is not there. */
    text,
    whole,
    /** The whole number of a flag, or its default. */
    wholeFlag: (flag: FlagName) => whole(`--${flag}`, text(flag), Number(FLAG_DEFAULTS[flag])),
    /** A cap that only a flag sets; one that is not understood is 0. */
    cap: (flag: FlagName) => whole(`--${flag}`, text(flag), Number(FLAG_DEFAULTS[flag]), 0),
    /** A limit that is not understood, or of which a flag says nothing, is 0. */
    limit(name: string, flag?: FlagName): number {
      const value = flag === undefined ? env[name] : flagOr(flag, name);
      if (value !== '' || flag === undefined) return whole(name, value, Number(DEFAULTS[name]), 0);
      problems.push(`--${flag} says no number; 0 is used.`);
      return 0;
    },
    /** A switch that is not understood is on: on is what allows less. `instead` says what that comes to. */
    isOn(flag: FlagName, name: string, instead: string): boolean {
      const value = given(env[name]);
      if (flags[flag] === true) return true;
      if (value === undefined) return switchOf(DEFAULTS[name] ?? '') === true;
      const on = switchOf(value);
      if (on === undefined) notUnderstood(name, value, 'one of 1 and 0', instead);
      return on ?? true;
    },
    /** Allows something: only where it says so in words that are understood. */
    isAllowed(name: string, instead: string): boolean {
      const value = given(env[name]) ?? DEFAULTS[name] ?? '';
      const on = switchOf(value);
      if (on === undefined) notUnderstood(name, value, 'one of 1 and 0', instead);
      return on === true;
    },
    /** One of these words, in any case; `unknown` where it is none of them. */
    oneOf<W extends string>(name: string, value: string | undefined, words: readonly W[], unknown: W): W {
      const written = given(value) ?? DEFAULTS[name] ?? '';
      const known = words.find((word) => word === written.toLowerCase());
      if (known === undefined) notUnderstood(name, written, `one of ${words.join(', ')}`, `${unknown} is used`);
      return known ?? unknown;
    },
    /** An absolute path; undefined where none is given, or one that is no such path. */
    path: (name: string, value = env[name]) => absolutePath(name, value, problems),
    toolsets: () => toolsetsOf(flagOr('toolsets', 'AGENT_SIM_TOOLSETS'), problems),
  };
}

/** The toolsets that are named. Where a name is unknown only the known ones count, and where none is known the smallest. */
function toolsetsOf(wanted: string | undefined, problems: string[]): Toolset[] {
  const names = fromCommaList(wanted ?? DEFAULTS.AGENT_SIM_TOOLSETS).map((name) => name.toLowerCase());
  const unknown = names.filter((name) => name !== 'all' && !TOOLSETS.some((set) => set === name));
  // Beside `all`, an unknown word (`-run`) can only have meant to take something away.
  const all = names.includes('all') && unknown.length === 0;
  const known = TOOLSETS.filter((set) => names.includes(set) || all);
  const served = known.length > 0 ? known : [SMALLEST_TOOLSET];
  for (const name of unknown)
    problems.push(
      `Unknown toolset ${quoted(name)}; there are ${TOOLSETS.join(', ')}. Only ${served.join(', ')} ${served.length === 1 ? 'is' : 'are'} served.`,
    );
  if (known.length === 0 && unknown.length === 0)
    problems.push(`The list of toolsets names none; only ${SMALLEST_TOOLSET} is served.`);
  return served;
}

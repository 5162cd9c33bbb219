/** Variables whose names are almost those of settings. */
import { type Env, SETTINGS } from './settings.ts';
import { given, present, switchOf } from './values.ts';

/** The platform that a variable's name begins with: by its id, however divided (`FUTURE_AGI`), or as its settings do (`FI_`). */
function platformOf(name: string): string | undefined {
  const undivided = name.replaceAll('_', '').toLowerCase();
  return SETTINGS.find(
    ({ provider, name: own }) =>
      provider !== undefined && (undivided.startsWith(provider) || name.startsWith(own.slice(0, own.indexOf('_') + 1))),
  )?.provider;
}

/** The beginning of our names, however divided: `AGENT_SIM_`, `AGENTSIM_`, `AGENT_SIMULATION_MCP_`. */
const OURS = /^AGENTSIM/;
/** Words of names that mean to take something away: what may start, be asked, or cost. */
const LIMITS =
  /TOOL|CONFIRM|MAX|LIMIT|CAP(?!T)|RUN|START|DAY|DAILY|HOUR|BUDGET|ABOVE|OVER|THRESH|ASK|APPROV|PERSON|HUMAN|DRY|SAFE|SANDBOX|MOCK|WRITE|SPEND|COST|EXCLUDE|DISABLE|ALLOW|DENY|BLOCK|NO_/;

/** A variable of ours by its prefix that is no setting and whose name speaks of a limit, as `AGENT_SIM_READONLY` does. */
export function misspeltLimit(env: Env): string | undefined {
  const known = new Set(SETTINGS.map(({ name }) => name));
  return Object.keys(env).find((name) => {
    const upper = name
      .trim()
      .toUpperCase()
      .replaceAll(/[^A-Z\d]+/g, '_');
    const value = given(env[name]);
    // Windows tells no case of names.
    const isSetting = known.has(name) || (known.has(upper) && env[upper] === env[name]);
    if (!OURS.test(upper.replaceAll('_', '')) || isSetting || value === undefined) return false;
    return /READ/.test(upper) ? switchOf(value) !== false : LIMITS.test(upper);
  });
}

/** Variables that are set, belong to a platform by their prefix, and are not a setting: each with the setting likely meant. */
export function nearMisses(env: Env): { provider: string; found: string; meant: string }[] {
  const known = new Set(SETTINGS.map((setting) => setting.name));
  const found: { provider: string; found: string; meant: string }[] = [];
  for (const name of Object.keys(env)) {
    if (known.has(name) || present(env[name]) === undefined) continue;
    const upper = name.toUpperCase().replaceAll('-', '_');
    const provider = platformOf(upper);
    if (provider === undefined) continue;
    const meant = meantSetting(upper, provider);
    if (meant !== undefined) found.push({ provider, found: name, meant });
  }
  return found;
}

function meantSetting(name: string, provider: string): string | undefined {
  const settings = SETTINGS.filter((setting) => setting.provider === provider).map((setting) => setting.name);
  if (settings.includes(name)) return name;
  const about = (word: string) => settings.find((setting) => setting.includes(word));
  if (/SECRET/.test(name)) return about('SECRET');
  if (/BEARER|JWT/.test(name)) return about('BEARER');
  if (/URL|HOST|ENDPOINT/.test(name)) return about('BASE_URL');
  if (/KEY|TOKEN/.test(name)) return about('API_KEY');
  if (/REGION/.test(name)) return about('REGION');
  if (/PROJECT/.test(name)) return about('PROJECT');
  if (/WORKSPACE/.test(name)) return about('WORKSPACE');
  return undefined;
}

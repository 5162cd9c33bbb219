/**
 * Environment and flags: every setting with its default, said here and nowhere else; `--help`, the README's tables and the
 * packages are made of these records. The server's own settings are checked here, a platform's by its folder. A bad
 * argument throws; a bad value in the environment never stops the server: it becomes a problem for the log and `doctor`.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { linksOf } from './config-links.ts';
import { absolutePath, typedPath } from './config-paths.ts';
import { given, present, quoted, switchOf, wholeOf, wordsOf } from './config-values.ts';
import { CONFIRM_MODES, type ConfirmMode } from './model/confirm-modes.ts';
import type { LinkTemplates } from './model/links.ts';
import { LOG_LEVELS, type LogLevel } from './model/log-levels.ts';
import { hasPlaceholder, isPlaceholder } from './model/placeholder.ts';
import { withoutUndefined } from './model/without-undefined.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface Setting {
  name: string;
  /** What it means, for `--help` and the tables of settings. */
  meaning: string;
  /** What most installations look at: it stands in the README too, the others in `docs/settings.md` alone. */
  everyday?: boolean | undefined;
  /** The value that counts where none is given. */
  default?: string | undefined;
  /** What counts where none is given and it is no fixed value, in words. */
  otherwise?: string | undefined;
  /** Never shown, and may be kept in the keychain of the operating system. */
  secret?: boolean | undefined;
  /** The setting whose place it takes: of the two, one is enough. */
  insteadOf?: string | undefined;
  /** Provider it belongs to; absent for the server's own. */
  provider?: string | undefined;
  /** Without it, or what stands in for it, its platform cannot be asked. Secrets are needed without saying. */
  needed?: boolean | undefined;
}

const TOOLSETS = ['diagnose', 'run'] as const;
export type Toolset = (typeof TOOLSETS)[number];
/** What is left where none of the toolsets that were asked for is known. */
const SMALLEST_TOOLSET: Toolset = 'diagnose';

/** Every environment variable the server reads. `--help`, `docs/settings.md` and the README's table are generated from it. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'SYNTHFLOW_API_KEY',
    provider: 'synthflow',
    secret: true,
    everyday: true,
    meaning: 'Synthflow key (Workspace Settings > API Keys)',
  },
  {
    name: 'SYNTHFLOW_REGION',
    provider: 'synthflow',
    default: 'global',
    everyday: true,
    meaning: 'Workspace region: `global`, `us` or `eu`; it decides the host',
  },
  {
    name: 'SYNTHFLOW_BASE_URL',
    provider: 'synthflow',
    everyday: true,
    meaning: 'API base ending in `/v2`, instead of a region',
  },
  {
    name: 'COGNIGY_API_KEY',
    provider: 'cognigy',
    secret: true,
    everyday: true,
    meaning: 'Cognigy key (My Profile > API Keys), sent as X-API-Key',
  },
  {
    name: 'COGNIGY_BEARER_TOKEN',
    provider: 'cognigy',
    secret: true,
    insteadOf: 'COGNIGY_API_KEY',
    everyday: true,
    meaning: 'Bearer token, instead of the key',
  },
  {
    name: 'COGNIGY_BASE_URL',
    provider: 'cognigy',
    needed: true,
    everyday: true,
    meaning: 'API host of your installation, e.g. `https://api-trial.cognigy.ai`',
  },
  { name: 'COGNIGY_PROJECT_ID', provider: 'cognigy', everyday: true, meaning: 'Project whose scenarios are used' },
  {
    name: 'COGNIGY_REQUESTS_PER_MINUTE',
    provider: 'cognigy',
    default: '200',
    meaning: 'Requests your installation allows, counted over 5 minutes; `0` for no limit (dedicated, on premises)',
  },
  { name: 'COVAL_API_KEY', provider: 'coval', secret: true, everyday: true, meaning: 'Coval key' },
  {
    name: 'COVAL_BASE_URL',
    provider: 'coval',
    default: 'https://api.coval.dev/v1',
    everyday: true,
    meaning: 'API base ending in `/v1`',
  },
  { name: 'COVAL_WORKSPACE_ID', provider: 'coval', meaning: 'Workspace other than the default one' },
  { name: 'FI_API_KEY', provider: 'futureagi', secret: true, everyday: true, meaning: 'Future AGI key' },
  { name: 'FI_SECRET_KEY', provider: 'futureagi', secret: true, everyday: true, meaning: 'Future AGI secret key' },
  {
    name: 'FI_BASE_URL',
    provider: 'futureagi',
    default: 'https://api.futureagi.com',
    everyday: true,
    meaning: 'API base',
  },
  { name: 'FI_WORKSPACE_ID', provider: 'futureagi', meaning: "Workspace other than the key's own" },
  {
    name: 'FI_REQUESTS_PER_MINUTE',
    provider: 'futureagi',
    default: '100',
    meaning: 'Requests your plan allows: 100 on the standard one, 1000 on Pro; `0` for no limit (self-hosted)',
  },
  {
    name: 'AGENT_SIM_SANDBOX',
    default: '0',
    everyday: true,
    meaning: '`1` serves all platforms from the built-in sandbox; keys are ignored',
  },
  {
    name: 'AGENT_SIM_SANDBOX_PLAYBOOK',
    meaning: "Playbook file of the sandbox's agent, an absolute path; made from the shipped one where it is absent",
    otherwise: '`sandbox/playbook.md` in AGENT_SIM_HOME',
  },
  {
    name: 'AGENT_SIM_HOME',
    everyday: true,
    meaning: 'Folder of the journal of starts',
    otherwise: "the platform's state folder",
  },
  {
    name: 'AGENT_SIM_READ_ONLY',
    default: '0',
    everyday: true,
    meaning: '`1` removes every tool that starts or cancels',
  },
  { name: 'AGENT_SIM_TOOLSETS', default: TOOLSETS.join(','), meaning: 'Toolsets to serve' },
  {
    name: 'AGENT_SIM_CONFIRM',
    default: 'ask',
    everyday: true,
    meaning: 'Who says yes: `ask` (the client, else a token), `person` (a client that asks), `off` (caps only)',
  },
  {
    name: 'AGENT_SIM_CONFIRM_ABOVE',
    default: '20',
    everyday: true,
    meaning: 'Runs that start within an hour without a yes',
  },
  { name: 'AGENT_SIM_MAX_RUNS_PER_START', default: '200', meaning: 'Cap on one start; no argument can raise it' },
  { name: 'AGENT_SIM_MAX_RUNS_PER_DAY', default: '2000', meaning: 'Cap on all starts of 24 hours' },
  {
    name: 'HTTPS_PROXY',
    meaning: 'Proxy to the platforms, `http://user:password@host:port`; also in lower case, or `HTTP_PROXY`',
  },
  {
    name: 'NO_PROXY',
    meaning: 'Hosts without it: `*`, `name` with all below, an address or network; each with `:port`',
  },
  {
    name: 'AGENT_SIM_LINKS',
    meaning:
      'Links to pages of a platform: entries like `coval/run=https://app.example/runs/{session}/{id}`, separated by blanks; `session` or `run`, `{test}` too',
    otherwise: 'no links',
  },
  {
    name: 'AGENT_SIM_LOG',
    default: 'warn',
    meaning: `Log level on stderr: ${LOG_LEVELS.map((level) => `\`${level}\``)
      .join(', ')
      .replace(/, ([^,]+)$/, ' or $1')}`,
  },
];

/** The defaults of the settings that have one. */
export const DEFAULTS = defaultsOf(SETTINGS);

export interface Flag {
  name: string;
  /** What follows it, e.g. `FILE`; absent for a switch. */
  value?: string | undefined;
  short?: string | undefined;
  meaning: string;
  default?: string | undefined;
}

/** Every flag, in the order `--help` shows them. */
export const FLAGS = [
  { name: 'sandbox', meaning: 'serve: use the built-in sandbox instead of real platforms' },
  { name: 'playbook', value: 'FILE', meaning: 'sandbox: the Markdown playbook of the agent under test' },
  { name: 'read-only', meaning: 'no tool that starts or cancels' },
  { name: 'toolsets', value: 'LIST', meaning: TOOLSETS.join(',') },
  { name: 'tools', value: 'LIST', meaning: 'exactly these tools' },
  { name: 'exclude-tools', value: 'LIST', meaning: 'without these tools' },
  { name: 'confirm-above', value: 'N', meaning: 'starts of more runs need a confirmation' },
  { name: 'home', value: 'DIR', meaning: 'folder of the journal of starts, an absolute path' },
  { name: 'port', value: 'N', meaning: 'sandbox: port, 0 picks one', default: '0' },
  { name: 'speed', value: 'N', meaning: 'sandbox, demo: simulated seconds per second', default: '30' },
  { name: 'scale', value: 'N', meaning: 'sandbox: add a finished session of N runs' },
  { name: 'seed', value: 'N', meaning: 'sandbox, demo: another seed plays other conversations' },
  { name: 'provider', value: 'ID', meaning: 'demo, doctor: one platform' },
  { name: 'log', value: 'LEVEL', meaning: `${LOG_LEVELS.join(', ')} (stderr, JSON lines)` },
  { name: 'json', meaning: 'doctor: machine-readable' },
  { name: 'help', short: 'h', meaning: 'this text' },
  { name: 'version', short: 'V', meaning: 'the version' },
] as const satisfies readonly Flag[];
type FlagName = (typeof FLAGS)[number]['name'];

const FLAG_DEFAULTS = defaultsOf(FLAGS);

function defaultsOf(rows: readonly { name: string; default?: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])));
}

export interface Config {
  command: 'serve' | 'demo' | 'doctor' | 'sandbox' | 'keys' | 'help' | 'version';
  /** Words after the command; only `keys` takes any. */
  words: string[];
  /** What was given, without settings that hold a placeholder: those count as not given. */
  env: Env;
  /** Names of the platforms' settings that hold a placeholder. */
  placeholders: string[];
  sandbox: boolean;
  playbook?: string | undefined;
  home: string;
  readOnly: boolean;
  toolsets: Toolset[];
  tools?: string[] | undefined;
  excludeTools: string[];
  confirm: ConfirmMode;
  confirmAbove: number;
  maxRunsPerStart: number;
  maxRunsPerDay: number;
  /** Templates of links to sessions and runs. */
  links: LinkTemplates;
  log: LogLevel;
  /** Port of the `sandbox` command; 0 picks one. */
  port: number;
  /** `demo --provider`, `doctor --provider`. */
  provider?: string | undefined;
  /** Sandbox: simulated seconds per real second. */
  speed: number;
  /** Sandbox: a session of this many runs, for measurements. */
  scale?: number | undefined;
  /** Sandbox: another seed than its own plays other conversations. */
  seed?: number | undefined;
  json: boolean;
  /** Settings that were given but cannot be used, in words for the reader. */
  problems: string[];
}

const COMMANDS = ['serve', 'demo', 'doctor', 'sandbox', 'keys'] as const;

/** A usage error: printed by main with exit code 2. */
export class UsageError extends Error {}

/** Reads arguments and environment. Throws `UsageError` only for bad *arguments*; the environment never stops the server. */
export function readConfig(argv: readonly string[], environment: Env): Config {
  const { env, placeholders, problem } = withoutPlaceholders(environment);
  const { values, positionals } = parseFlags(argv);
  const [word, ...rest] = positionals;
  const named = COMMANDS.find((command) => command === word);
  if (word !== undefined && !named)
    throw new UsageError(`Unknown command ${quoted(word)}. Commands: ${COMMANDS.join(', ')}.`);
  if (rest.length > 0 && named !== 'keys')
    throw new UsageError(`Unexpected argument ${quoted(rest[0] ?? '')}; ${word} takes flags only.`);

  const problems: string[] = problem === undefined ? [] : [problem];
  const text = (flag: FlagName) => {
    const value = values[flag];
    return typeof value === 'string' ? value : undefined;
  };
  const notUnderstood = (name: string, value: string, wanted: string, instead: string) =>
    void problems.push(`${name} is ${quoted(value)}, which is not ${wanted}; ${instead}.`);
  /** A switch that is not understood is on: on is what allows less. */
  const isOn = (flag: FlagName, name: string, instead: string): boolean => {
    const value = given(env[name]);
    if (values[flag] === true) return true;
    if (value === undefined) return switchOf(DEFAULTS[name] ?? '') === true;
    const on = switchOf(value);
    if (on === undefined) notUnderstood(name, value, 'one of 1 and 0', instead);
    return on ?? true;
  };
  /** `name` as in messages: a variable or a flag. */
  const whole = (name: string, value: string | undefined, otherwise: number, instead = otherwise): number => {
    const written = given(value);
    if (written === undefined) return otherwise;
    const number = wholeOf(written);
    if (number === undefined) notUnderstood(name, written, 'a whole number in digits', `${instead} is used`);
    return number ?? instead;
  };
  /** A limit that is not understood is 0. */
  const limit = (name: string, flag?: FlagName) =>
    whole(name, (flag && text(flag)) ?? env[name], Number(DEFAULTS[name]), 0);

  const path = (name: string) => absolutePath(name, env[name], problems);

  const level = given(text('log') ?? env.AGENT_SIM_LOG)?.toLowerCase();
  const log = LOG_LEVELS.find((name) => name === level);
  if (level !== undefined && log === undefined)
    notUnderstood('AGENT_SIM_LOG', level, `one of ${LOG_LEVELS.join(', ')}`, `${levelByDefault()} is used`);
  const misspelt = misspeltLimit(env);
  if (misspelt !== undefined)
    problems.push(
      `${misspelt} is set and is no setting of this server; it looks like a limit, so no tool that starts or cancels is served. The settings are in --help.`,
    );
  const readOnly = isOn('read-only', 'AGENT_SIM_READ_ONLY', 'no tool that starts or cancels is served');
  const speed = Number(text('speed') ?? FLAG_DEFAULTS.speed);
  const scale = text('scale');
  const seed = text('seed');
  return {
    command: values.help ? 'help' : values.version ? 'version' : (named ?? 'serve'),
    words: rest,
    env,
    placeholders,
    sandbox: isOn('sandbox', 'AGENT_SIM_SANDBOX', 'the sandbox is used, in which nothing costs anything'),
    playbook: typedPath(text('playbook')) ?? path('AGENT_SIM_SANDBOX_PLAYBOOK'),
    home: absolutePath('--home', text('home'), problems) ?? path('AGENT_SIM_HOME') ?? stateFolder(env),
    readOnly: readOnly || misspelt !== undefined,
    toolsets: toolsetsOf(text('toolsets') ?? env.AGENT_SIM_TOOLSETS, problems),
    tools: text('tools') === undefined ? undefined : wordsOf(text('tools')),
    excludeTools: wordsOf(text('exclude-tools')),
    confirm: confirmMode(env.AGENT_SIM_CONFIRM, problems),
    confirmAbove: limit('AGENT_SIM_CONFIRM_ABOVE', 'confirm-above'),
    maxRunsPerStart: limit('AGENT_SIM_MAX_RUNS_PER_START'),
    maxRunsPerDay: limit('AGENT_SIM_MAX_RUNS_PER_DAY'),
    links: linksOf(env.AGENT_SIM_LINKS, problems),
    log: log ?? levelByDefault(),
    port: whole('--port', text('port'), Number(FLAG_DEFAULTS.port)),
    provider: text('provider'),
    speed: speed > 0 ? speed : Number(FLAG_DEFAULTS.speed),
    scale: scale === undefined ? undefined : whole('--scale', scale, 0) || undefined,
    seed: seed === undefined ? undefined : whole('--seed', seed, 0),
    json: values.json === true,
    problems,
  };
}

/**
 * The environment without settings that hold a placeholder, which hosts leave there for what was not filled in. A path of
 * our own may have one inside, like `${HOME}/x`; a value of a platform may not.
 */
function withoutPlaceholders(given: Env): { env: Env; placeholders: string[]; problem?: string } {
  const unfilled = SETTINGS.filter(({ name, provider }) => {
    const value = present(given[name]);
    return value !== undefined && (provider === undefined ? isPlaceholder(value) : hasPlaceholder(value));
  });
  const names = unfilled.map(({ name }) => name);
  const own = unfilled.filter(({ provider }) => provider === undefined).map(({ name }) => name);
  return withoutUndefined({
    env: Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name))),
    placeholders: names.filter((name) => !own.includes(name)),
    problem: own.length === 0 ? undefined : `${own.join(', ')}: still a placeholder, which counts as not set.`,
  });
}

/** The toolsets that are named. Where a name is unknown only the known ones count, and where none is known the smallest. */
function toolsetsOf(value: string | undefined, problems: string[]): Toolset[] {
  const wanted = given(value);
  const names = wordsOf(wanted ?? DEFAULTS.AGENT_SIM_TOOLSETS).map((name) => name.toLowerCase());
  const known = TOOLSETS.filter((set) => names.includes(set) || names.includes('all'));
  const served = known.length > 0 ? known : [SMALLEST_TOOLSET];
  const unknown = names.filter((name) => name !== 'all' && !TOOLSETS.some((set) => set === name));
  for (const name of unknown)
    problems.push(
      `Unknown toolset ${quoted(name)}; there are ${TOOLSETS.join(', ')}. Only ${served.join(', ')} ${served.length === 1 ? 'is' : 'are'} served.`,
    );
  if (known.length === 0 && unknown.length === 0)
    problems.push(`The list of toolsets names none; only ${SMALLEST_TOOLSET} is served.`);
  return served;
}

/** An unknown word asks for the most: a client that asks. */
function confirmMode(given: string | undefined, problems: string[]): ConfirmMode {
  const word = (present(given) ?? DEFAULTS.AGENT_SIM_CONFIRM ?? '').toLowerCase();
  const known = CONFIRM_MODES.find((mode) => mode === word);
  if (!known)
    problems.push(
      `AGENT_SIM_CONFIRM is ${quoted(given ?? '')}; there are ${CONFIRM_MODES.join(', ')}. person is used.`,
    );
  return known ?? 'person';
}

function levelByDefault(): LogLevel {
  return LOG_LEVELS.find((name) => name === DEFAULTS.AGENT_SIM_LOG) ?? 'warn';
}

/** What parseArgs complains about, without what was typed: a key may stand where a flag was expected. */
function flagComplaint(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const [, flag] = /^Unknown option '(.+?)'/.exec(message) ?? [];
    return `Unknown flag${flag === undefined ? '' : ` ${quoted(flag.replace(/^-+/, ''))}`}.`;
  }
  // Names one of our own flags and never its value.
  return message;
}

/** Throws `UsageError`. */
function parseFlags(argv: readonly string[]) {
  const flags: readonly Flag[] = FLAGS;
  const options = Object.fromEntries(
    flags.map(({ name, value, short }) => [
      name,
      withoutUndefined({ type: value === undefined ? ('boolean' as const) : ('string' as const), short }),
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(flagComplaint(error));
  }
}

/** The platform's folder for state: XDG_STATE_HOME or ~/.local/state, LOCALAPPDATA on Windows, Application Support on macOS. */
function stateFolder(env: Env): string {
  const name = 'agent-simulation-mcp';
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), name);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name);
  // A relative one is to be ignored (XDG Base Directory Specification).
  return join(absolutePath('XDG_STATE_HOME', env.XDG_STATE_HOME, []) ?? join(homedir(), '.local', 'state'), name);
}

/** The platform that a variable's name begins with: by its id, however divided (`FUTURE_AGI`), or as its settings do (`FI_`). */
function platformOf(name: string): string | undefined {
  const undivided = name.replaceAll('_', '').toLowerCase();
  return SETTINGS.find(
    ({ provider, name: own }) =>
      provider !== undefined && (undivided.startsWith(provider) || name.startsWith(own.slice(0, own.indexOf('_') + 1))),
  )?.provider;
}

/** A variable of ours by its prefix that is no setting and whose name speaks of a limit, as `AGENT_SIM_READONLY` does. */
function misspeltLimit(env: Env): string | undefined {
  const known = new Set(SETTINGS.map(({ name }) => name));
  return Object.keys(env).find((name) => {
    const upper = name.toUpperCase().replaceAll('-', '_');
    const value = given(env[name]);
    // Windows tells no case of names.
    const isSetting = known.has(name) || (known.has(upper) && env[upper] === env[name]);
    if (!upper.startsWith('AGENT_SIM') || isSetting || value === undefined) return false;
    return /READ/.test(upper) ? switchOf(value) !== false : /TOOL|CONFIRM|MAX|LIMIT|CAP/.test(upper);
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

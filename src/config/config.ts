/**
 * Environment and flags. The server's own settings are checked here, a platform's by its folder. A bad argument throws; a bad
 * value in the environment never stops the server: it becomes a problem for the log and `doctor`.
 */
import { fromCommaList } from '../model/comma-list.ts';
import { CONFIRM_MODES, type ConfirmMode } from '../model/confirm-modes.ts';
import type { LinkTemplates } from '../model/links.ts';
import { LOG_LEVELS, type LogLevel } from '../model/log-levels.ts';
import { MODEL_APIS, type ModelApi } from '../model/model-apis.ts';
import { FLAG_DEFAULTS, parseFlags, UsageError } from './flags.ts';
import { linksOf } from './links.ts';
import { misspeltLimit } from './near-misses.ts';
import { stateFolder, typedPath } from './paths.ts';
import { withoutPlaceholders } from './placeholders.ts';
import { settingReader } from './reader.ts';
import type { Env, Toolset } from './settings.ts';
import { given, quoted, wholeOf } from './values.ts';

export interface Config {
  command: 'serve' | 'demo' | 'doctor' | 'sandbox' | 'keys' | 'code' | 'help' | 'version';
  /** Words after the command; only `keys` takes any. */
  words: string[];
  /** What was given, without settings that hold a placeholder: those count as not given. */
  env: Env;
  /** Names of the platforms' settings that hold a placeholder. */
  placeholders: string[];
  sandbox: boolean;
  playbook?: string | undefined;
  home: string;
  /** File of the failure modes, an absolute path; undefined = one of the home. */
  failureModes?: string | undefined;
  /** The model that the command `code` asks; its key is a secret and stands apart. */
  model: { url?: string | undefined; name?: string | undefined; api: ModelApi | 'none' };
  readOnly: boolean;
  toolsets: Toolset[];
  tools?: string[] | undefined;
  excludeTools: string[];
  confirm: ConfirmMode;
  /** Changes of agents that callers meet at once follow `confirm`, too; otherwise a client has to ask. */
  liveChanges: boolean;
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
  /** `code`: references of sessions, separated by commas. */
  session?: string | undefined;
  /** `code`: size of a random sample. */
  sample?: number | undefined;
  /** `code`: cap on tokens. */
  maxTokens: number;
  masked: boolean;
  dryRun: boolean;
  json: boolean;
  /** Settings that were given but cannot be used, in words for the reader. */
  problems: string[];
}

const COMMANDS = ['serve', 'demo', 'doctor', 'sandbox', 'keys', 'code'] as const;
const LOG_LEVEL: LogLevel = 'warn';

/** Reads arguments and environment. Throws `UsageError` only for bad *arguments*; the environment never stops the server. */
export function readConfig(argv: readonly string[], environment: Env): Config {
  const { env, placeholders, problem } = withoutPlaceholders(environment);
  const { values: flags, positionals } = parseFlags(argv);
  const [word, ...words] = positionals;
  const named = commandOf(word, words);
  const problems: string[] = problem === undefined ? [] : [problem];
  const read = settingReader(env, flags, problems);
  const log = read.oneOf('AGENT_SIM_LOG', read.text('log') ?? env.AGENT_SIM_LOG, LOG_LEVELS, LOG_LEVEL);
  const misspelt = misspeltLimit(env);
  if (misspelt !== undefined)
    problems.push(
      `${misspelt} is set and is no setting of this server; it looks like a limit, so no tool that starts, cancels or changes is served. The settings are in --help.`,
    );
  const readOnly = read.isOn('read-only', 'AGENT_SIM_READ_ONLY', 'no tool that starts, cancels or changes is served');
  const speed = Number(read.text('speed') ?? FLAG_DEFAULTS.speed);
  const [scale, seed, tools] = [read.text('scale'), read.text('seed'), read.text('tools')];
  return {
    command: flags.help ? 'help' : flags.version ? 'version' : (named ?? 'serve'),
    words,
    env,
    placeholders,
    sandbox: read.isOn('sandbox', 'AGENT_SIM_SANDBOX', 'the sandbox is used, in which nothing costs anything'),
    playbook: typedPath(read.text('playbook')) ?? read.path('AGENT_SIM_SANDBOX_PLAYBOOK'),
    home: read.path('--home', read.text('home')) ?? read.path('AGENT_SIM_HOME') ?? stateFolder(env),
    failureModes: read.path('AGENT_SIM_FAILURE_MODES'),
    model: {
      url: given(env.AGENT_SIM_MODEL_URL),
      name: given(env.AGENT_SIM_MODEL_NAME),
      api: read.oneOf<ModelApi | 'none'>('AGENT_SIM_MODEL_API', env.AGENT_SIM_MODEL_API, MODEL_APIS, 'none'),
    },
    readOnly: readOnly || misspelt !== undefined,
    toolsets: read.toolsets(),
    tools: tools === undefined ? undefined : fromCommaList(tools),
    excludeTools: fromCommaList(read.text('exclude-tools')),
    confirm: read.oneOf('AGENT_SIM_CONFIRM', env.AGENT_SIM_CONFIRM, CONFIRM_MODES, 'person'),
    liveChanges: read.isAllowed('AGENT_SIM_LIVE_CHANGES', 'changes that callers meet at once need a client that asks'),
    confirmAbove: read.limit('AGENT_SIM_CONFIRM_ABOVE', 'confirm-above'),
    maxRunsPerStart: read.limit('AGENT_SIM_MAX_RUNS_PER_START'),
    maxRunsPerDay: read.limit('AGENT_SIM_MAX_RUNS_PER_DAY'),
    links: linksOf(env.AGENT_SIM_LINKS, problems),
    log,
    port: read.wholeFlag('port'),
    provider: read.text('provider'),
    speed: speed > 0 ? speed : Number(FLAG_DEFAULTS.speed),
    scale: scale === undefined ? undefined : read.whole('--scale', scale, 0) || undefined,
    seed: seed === undefined ? undefined : read.whole('--seed', seed, 0),
    session: read.text('session'),
    sample: sampleSize(read.text('sample')),
    maxTokens: read.cap('max-tokens'),
    masked: flags.masked === true,
    dryRun: flags['dry-run'] === true,
    json: flags.json === true,
    problems,
  };
}

/** Throws `UsageError`: a size that is not understood must not come to all failures. */
function sampleSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const size = wholeOf(text);
  if (!size) throw new UsageError(`--sample is ${quoted(text)}, which is not a whole number of 1 or more.`);
  return size;
}

/** The command that the first word names; undefined without one. Throws `UsageError`. */
function commandOf(word: string | undefined, further: readonly string[]) {
  const command = COMMANDS.find((one) => one === word);
  if (word !== undefined && !command)
    throw new UsageError(`Unknown command ${quoted(word)}. Commands: ${COMMANDS.join(', ')}.`);
  if (further.length > 0 && command !== 'keys')
    throw new UsageError(`Unexpected argument ${quoted(further[0] ?? '')}; ${word} takes flags only.`);
  return command;
}

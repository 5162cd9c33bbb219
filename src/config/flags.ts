/** The flags of the command line, and how they are read. */

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { toCommaList } from '../model/comma-list.ts';
import { errorCode } from '../model/error-code.ts';
import { LOG_LEVELS } from '../model/log-levels.ts';
import { withoutUndefined } from '../model/without-undefined.ts';
import { defaultsOf, TOOLSETS } from './settings.ts';
import { quoted } from './values.ts';

/** A usage error: printed by main with exit code 2. */
export class UsageError extends Error {}

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
  { name: 'sandbox', meaning: 'serve, code: use the built-in sandbox instead of real platforms' },
  { name: 'playbook', value: 'FILE', meaning: 'serve, sandbox: the Markdown playbook of the agent under test' },
  { name: 'read-only', meaning: 'no tool that starts, cancels or changes' },
  { name: 'toolsets', value: 'LIST', meaning: `toolsets to serve, of ${toCommaList(TOOLSETS)}` },
  { name: 'tools', value: 'LIST', meaning: 'exactly these tools' },
  { name: 'exclude-tools', value: 'LIST', meaning: 'without these tools' },
  { name: 'confirm-above', value: 'N', meaning: 'runs that start within an hour without a yes' },
  { name: 'home', value: 'DIR', meaning: 'folder of what is kept, an absolute path' },
  { name: 'port', value: 'N', meaning: 'sandbox: port, 0 picks one', default: '0' },
  { name: 'speed', value: 'N', meaning: 'serve, sandbox, demo: simulated seconds per second', default: '30' },
  { name: 'scale', value: 'N', meaning: 'serve, sandbox: add a finished session of N runs' },
  { name: 'seed', value: 'N', meaning: 'serve, sandbox, demo: another seed plays other conversations' },
  { name: 'provider', value: 'ID', meaning: 'demo, doctor: one platform' },
  { name: 'session', value: 'REF', meaning: 'code: the session, or several separated by commas' },
  { name: 'sample', value: 'N', meaning: 'code: a random sample of N failures instead of all' },
  { name: 'max-tokens', value: 'N', meaning: 'code: most tokens in all, questions and answers', default: '60000' },
  { name: 'masked', meaning: 'code: send reasons with numbers, names, quotations and addresses masked' },
  { name: 'dry-run', meaning: 'code: say what would be sent, and send nothing' },
  { name: 'log', value: 'LEVEL', meaning: `${LOG_LEVELS.join(', ')} (stderr, JSON lines)` },
  { name: 'json', meaning: 'doctor, code: machine-readable' },
  { name: 'help', short: 'h', meaning: 'this text' },
  { name: 'version', short: 'V', meaning: 'the version' },
] as const satisfies readonly Flag[];
export type FlagName = (typeof FLAGS)[number]['name'];

export const FLAG_DEFAULTS = defaultsOf(FLAGS);

/** What parseArgs complains about, without what was typed: a key may stand where a flag was expected. */
function flagComplaint(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (errorCode(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const [, flag] = /^Unknown option '(.+?)'/.exec(message) ?? [];
    return `Unknown flag${flag === undefined ? '' : ` ${quoted(flag.replace(/^-+/, ''))}`}.`;
  }
  // Names one of our own flags and never its value.
  return message;
}

/** Flags and the words between them. Throws `UsageError`. */
export function parseFlags(argv: readonly string[]) {
  const flags: readonly Flag[] = FLAGS;
  const options = Object.fromEntries(
    flags.map(({ name, value, short }) => [
      name,
      withoutUndefined({ type: value === undefined ? ('boolean' as const) : ('string' as const), short }),
    ]),
  );
  const parsed = parsedBy(options, argv);
  const named = parsed.tokens.flatMap((token) =>
    token.kind === 'option' && token.value !== undefined ? [token.name] : [],
  );
  const twice = named.find((name, index) => named.indexOf(name) < index);
  // Of two lists of tools, or two limits, neither is known to be the one that was meant.
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice.`);
  return parsed;
}

/** Throws `UsageError`. */
function parsedBy(options: NonNullable<ParseArgsConfig['options']>, argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    throw new UsageError(flagComplaint(error));
  }
}

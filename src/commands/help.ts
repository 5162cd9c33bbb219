/** `--help`: generated from the same records that the README's tables are. */
import { FLAGS, type Flag } from '../config/flags.ts';
import { SETTINGS } from '../config/settings.ts';
import { PLATFORM_NAMES } from '../providers/registry.ts';

export function helpText(version: string): string {
  const settings = SETTINGS.map(({ name, secret, meaning, default: standard, otherwise = standard }) =>
    row(`${name}${secret ? ' *' : ''}`, 30, meaning, otherwise),
  );
  const all: readonly Flag[] = FLAGS;
  const flags = all
    .filter(({ short }) => short === undefined)
    .map(({ name, value, meaning, default: standard }) =>
      row(`--${name}${value === undefined ? '' : ` ${value}`}`, 25, meaning, standard),
    );
  const short = all.flatMap((flag) => (flag.short === undefined ? [] : [`-${flag.short}, --${flag.name}`]));
  return `agent-simulation-mcp ${version}
Run and diagnose simulations of voice and chat agents over MCP:
${PLATFORM_NAMES}.

Usage: agent-simulation-mcp [command] [flags]

Commands
  serve      speak MCP on stdin and stdout (the default)
  demo       walk the whole loop on the sandbox: start, diagnose, fix, prove
  doctor     check each platform's settings, host and key, and say what to do
  sandbox    serve the platforms' HTTP APIs on loopback, without any key
  code       have a model read the failures of sessions that nobody has read, and keep the failure modes that it names:
             code --session REF[,REF…]; it says what it sends and where, and is off unless AGENT_SIM_MODEL_URL and
             AGENT_SIM_MODEL_NAME are set; exit code 0 all coded, 2 usage or settings, 3 something is left (and why)
  keys       keep keys in the keychain of this system instead of the environment (needs @napi-rs/keyring):
             keys set NAME (the value is asked for, or read from stdin), keys list, keys delete NAME

Flags
${flags.join('\n')}
  ${short.join('   ')}

Environment (* = may be kept in the keychain; the environment wins)
${settings.join('\n')}
`;
}

function row(name: string, width: number, meaning: string, standard: string | undefined): string {
  return `  ${name.padEnd(width)} ${meaning}${standard === undefined ? '' : ` [${standard}]`}`;
}

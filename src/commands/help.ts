/** `--help`: generated from the same records that the README's tables are. */
import { SETTINGS } from '../config.ts';

export function helpText(version: string): string {
  const rows = SETTINGS.map(
    ({ name, secret, meaning, default: standard }) =>
      `  ${`${name}${secret ? ' *' : ''}`.padEnd(30)} ${meaning}${standard === undefined ? '' : ` [${standard}]`}`,
  );
  return `agent-simulation-mcp ${version}
Run and diagnose simulations of voice and chat agents over MCP:
Synthflow, NiCE Cognigy Simulator, Coval, Future AGI.

Usage: agent-simulation-mcp [command] [flags]

Commands
  serve      speak MCP on stdin and stdout (the default)
  demo       walk the whole loop on the sandbox: start, diagnose, fix, prove
  doctor     check each platform's settings, host and key, and say what to do
  sandbox    serve the four platforms' HTTP APIs on loopback, without any key
  keys       keep keys in the keychain of this system instead of the environment (needs @napi-rs/keyring):
             keys set NAME (the value is asked for, or read from stdin), keys list, keys delete NAME

Flags
  --sandbox                 serve: use the built-in sandbox instead of real platforms
  --playbook FILE           sandbox: the Markdown playbook of the agent under test
  --read-only               no tool that starts or cancels
  --toolsets LIST           diagnose,run
  --tools LIST              exactly these tools
  --exclude-tools LIST      without these tools
  --confirm-above N         starts of more runs need a confirmation
  --home DIR                folder of the journal of starts
  --port N                  sandbox: port, 0 picks one
  --speed N                 sandbox: simulated seconds per second
  --scale N                 sandbox: add a finished session of N runs
  --seed N                  sandbox, demo: the same seed plays the same conversations
  --provider ID             demo, doctor: one platform
  --log LEVEL               debug, info, warn, error, silent (stderr, JSON lines)
  --json                    doctor: machine-readable
  -h, --help   -V, --version

Environment (* = may be kept in the keychain; the environment wins)
${rows.join('\n')}
`;
}

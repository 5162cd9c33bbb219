/**
 * Every setting with its default, said here and nowhere else: `--help`, the tables of settings and the packages are made of
 * these rows.
 */
import { toCommaList } from '../model/comma-list.ts';
import { LOG_LEVELS } from '../model/log-levels.ts';

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
  /** An address that may have a password inside, which is never shown. */
  mayHoldPassword?: boolean | undefined;
  /** The setting whose place it takes: of the two, one is enough. */
  insteadOf?: string | undefined;
  /** The setting without which it means nothing: it is looked for in the keychain only where that is set. */
  onlyWith?: string | undefined;
  /** Provider it belongs to; absent for the server's own. */
  provider?: string | undefined;
  /** Without it, or what stands in for it, its platform cannot be asked. Secrets are needed without saying. */
  needed?: boolean | undefined;
}

export const TOOLSETS = ['diagnose', 'run', 'fix'] as const;
export type Toolset = (typeof TOOLSETS)[number];
/** What is left where none of the toolsets that were asked for is known. */
export const SMALLEST_TOOLSET: Toolset = 'diagnose';

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
  {
    name: 'COGNIGY_PROJECT_ID',
    provider: 'cognigy',
    everyday: true,
    meaning: 'Project, by id or name; not needed where there is only one',
  },
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
    meaning: 'API base ending in `/v1`',
  },
  { name: 'COVAL_WORKSPACE_ID', provider: 'coval', meaning: 'Workspace other than the default one' },
  { name: 'FI_API_KEY', provider: 'futureagi', secret: true, everyday: true, meaning: 'Future AGI key' },
  { name: 'FI_SECRET_KEY', provider: 'futureagi', secret: true, everyday: true, meaning: 'Future AGI secret key' },
  {
    name: 'FI_BASE_URL',
    provider: 'futureagi',
    default: 'https://api.futureagi.com',
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
    meaning: 'Folder of what is kept: starts, confirmations, audit, failure modes, the sandbox',
    otherwise: "the platform's state folder",
  },
  {
    name: 'AGENT_SIM_FAILURE_MODES',
    meaning: 'File of the failure modes, an absolute path: keep it beside the agent to share it',
    otherwise: '`failure-modes.json` in AGENT_SIM_HOME',
  },
  {
    name: 'AGENT_SIM_MODEL_URL',
    meaning:
      'Base URL of a model that reads failures for the command `code`, https or on loopback; reasons are sent there',
    otherwise: 'no model is asked',
  },
  {
    name: 'AGENT_SIM_MODEL_KEY',
    secret: true,
    onlyWith: 'AGENT_SIM_MODEL_URL',
    meaning: 'Key of that model; none where its server wants none',
  },
  {
    name: 'AGENT_SIM_MODEL_NAME',
    meaning: 'Name of that model, as its server calls it',
    otherwise: 'no model is asked',
  },
  {
    name: 'AGENT_SIM_MODEL_API',
    default: 'openai',
    meaning: 'How that model is asked: `openai` (chat completions and what is compatible) or `anthropic` (messages)',
  },
  {
    name: 'AGENT_SIM_READ_ONLY',
    default: '0',
    everyday: true,
    meaning: '`1` removes every tool that starts, cancels or changes',
  },
  { name: 'AGENT_SIM_TOOLSETS', default: toCommaList(TOOLSETS), meaning: 'Toolsets to serve' },
  {
    name: 'AGENT_SIM_CONFIRM',
    default: 'ask',
    everyday: true,
    meaning: 'Who says yes: `ask` (the client, else a token), `person` (a client that asks), `off` (caps only)',
  },
  {
    name: 'AGENT_SIM_LIVE_CHANGES',
    default: '0',
    meaning:
      '`1`: changes of an agent that callers meet at once are confirmed as all others are (AGENT_SIM_CONFIRM); otherwise only a client that asks can say yes to them',
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
    mayHoldPassword: true,
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

/** The defaults of rows, by name. */
export function defaultsOf(rows: readonly { name: string; default?: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])));
}

/**
 * `doctor`: each platform's settings, host and key, and what to do about what is wrong; the failure modes. Exit code 1 when a
 * configured one fails, or the book cannot be read.
 */
import type { Config } from '../config/config.ts';
import { nearMisses } from '../config/near-misses.ts';
import { SETTINGS } from '../config/settings.ts';
import { present } from '../config/values.ts';
import { proxyFor } from '../http/proxies.ts';
import { TOOLS } from '../mcp/catalogue.ts';
import { withKnownTools } from '../mcp/selection.ts';
import { plural } from '../model/plural.ts';
import { toProblem } from '../model/problem.ts';
import { capabilitiesOf } from '../providers/provider.ts';
import type { ProviderState } from '../providers/registry.ts';
import type { Found } from './keychain.ts';
import { createServices, type Services } from './services.ts';

const CHECK_MS = 15_000;

interface Finding {
  id: string;
  label: string;
  state: 'ok' | 'failing' | 'misconfigured' | 'not configured';
  host?: string;
  sandbox?: boolean;
  capabilities?: string[];
  settings: string[];
  /** Those of `settings` that came from the keychain. */
  keychain?: string[];
  problem?: string;
  /** Of the platform's clock against ours, where it is worth a word: positive when ours is behind. */
  clock_ahead_seconds?: number;
  /** The variable whose proxy leads to the platform. */
  proxy?: string;
  /** A variable that names a proxy and is not used, where the platform could not be reached. */
  unused_proxy?: string;
}

/** The team's book: what is in it, or why it cannot be read. */
interface BookFinding {
  path: string;
  agents?: number;
  modes?: number;
  problem?: string;
}

/** Less than this is the way there and back, or does no harm. */
const SKEW_MS = 60_000;
const UNUSED_PROXIES = ['ALL_PROXY', 'all_proxy'];

export async function doctor(given: Config, version: string): Promise<void> {
  const config = withKnownTools(given, TOOLS);
  const services = createServices(config);
  try {
    const states = (await services.registry.states()).filter(
      (state) => config.provider === undefined || state.id === config.provider,
    );
    const found = config.sandbox ? { env: config.env, names: [] } : await services.settings();
    const findings = await Promise.all(states.map((state) => examine(state, found)));
    const { problem: keychain } = found;
    const failure_modes = await examineBook(services);
    const text = config.json
      ? `${JSON.stringify({ version, node: process.version, home: config.home, failure_modes, findings, keychain }, null, 2)}\n`
      : report(findings, failure_modes, config, version, keychain);
    process.stdout.write(services.redact(text));
    if (
      findings.some((finding) => finding.state === 'failing' || finding.state === 'misconfigured') ||
      findings.length === 0 ||
      failure_modes.problem !== undefined
    )
      process.exitCode = 1;
  } finally {
    await services.close();
  }
}

async function examineBook({ modes }: Pick<Services, 'modes'>): Promise<BookFinding> {
  const file = await modes();
  try {
    const entries = Object.values((await file.read()).agents);
    const count = entries.reduce((sum, entry) => sum + Object.keys(entry.modes).length, 0);
    return { path: file.path, agents: entries.length, modes: count };
  } catch (error) {
    const { message, details } = toProblem(error);
    return { path: file.path, problem: [message, details.next].filter(Boolean).join(' ') };
  }
}

function bookLine({ path, agents = 0, modes = 0, problem }: BookFinding): string {
  const held =
    modes === 0
      ? 'none saved yet'
      : `${plural(modes, 'mode')} of ${plural(agents, 'agent or test', 'agents and tests')}`;
  return problem === undefined ? `failure modes: ${path} (${held})` : `✗ failure modes: ${path}\n    ${problem}`;
}

async function examine(state: ProviderState, { env, names }: Found): Promise<Finding> {
  const settings = SETTINGS.filter(
    (setting) => setting.provider === state.id && present(env[setting.name]) !== undefined,
  ).map((setting) => setting.name);
  const stored = settings.filter((name) => names.includes(name));
  const facts = { id: state.id, label: state.label, settings, keychain: stored.length > 0 ? stored : undefined };
  if (!state.provider)
    return { ...facts, state: state.touched ? 'misconfigured' : 'not configured', problem: state.problem };
  const known = {
    ...facts,
    host: state.provider.host,
    sandbox: state.provider.sandbox,
    capabilities: capabilitiesOf(state.provider),
  };
  const result = await state.provider.check({ signal: AbortSignal.timeout(CHECK_MS) }).catch((error: unknown) => {
    const { kind, message, details } = toProblem(error);
    return { ok: false, kind, problem: [message, details.next].filter(Boolean).join(' ') };
  });
  const unreached = result.kind === 'network' || result.kind === 'timeout';
  const proxy = proxyName(state.provider.host, env);
  const unused = unreached && !proxy ? UNUSED_PROXIES.find((name) => present(env[name]) !== undefined) : undefined;
  return {
    ...known,
    state: result.ok ? 'ok' : 'failing',
    problem: result.problem,
    clock_ahead_seconds: skewOf(state),
    proxy,
    unused_proxy: unused,
  };
}

/** A value that is no proxy is said by the check. */
function proxyName(host: string, env: Found['env']): string | undefined {
  try {
    return proxyFor(new URL(`https://${host}`), env)?.variable;
  } catch {
    return undefined;
  }
}

function skewOf({ clock_ahead_ms }: ProviderState): number | undefined {
  const ahead = clock_ahead_ms?.();
  return ahead === undefined || Math.abs(ahead) < SKEW_MS ? undefined : Math.round(ahead / 1000);
}

function skewText(seconds: number, host: string | undefined): string {
  const size = Math.abs(seconds);
  const [amount, unit] =
    size < 7_200 ? [size / 60, 'minutes'] : size < 172_800 ? [size / 3600, 'hours'] : [size / 86_400, 'days'];
  return `This machine's clock is ${Math.round(amount)} ${unit} ${seconds > 0 ? 'behind' : 'ahead of'} that of ${host}. Set it: by it is told what is still being scored, which start a lost answer belongs to and when a day's budget is new.`;
}

function report(
  findings: Finding[],
  book: BookFinding,
  config: Config,
  version: string,
  keychain: string | undefined,
): string {
  const mark = { ok: '✓', failing: '✗', misconfigured: '✗', 'not configured': '·' } as const;
  const lines = [
    `agent-simulation-mcp ${version} on Node ${process.version}`,
    `journal: ${config.home}`,
    bookLine(book),
    '',
  ];
  for (const finding of findings) {
    const where = finding.host ? ` at ${finding.host}${finding.sandbox ? ' (sandbox)' : ''}` : '';
    lines.push(`${mark[finding.state]} ${finding.label}: ${finding.state}${where}`);
    const set = finding.settings.map((name) => (finding.keychain?.includes(name) ? `${name} (keychain)` : name));
    if (!finding.sandbox && set.length > 0) lines.push(`    set: ${set.join(', ')}`);
    if (finding.problem) lines.push(`    ${finding.problem}`);
    if (finding.unused_proxy)
      lines.push(`    ${finding.unused_proxy} is set, but a proxy is taken from HTTPS_PROXY or HTTP_PROXY only.`);
    if (finding.proxy) lines.push(`    through the proxy that ${finding.proxy} names`);
    if (finding.clock_ahead_seconds) lines.push(`    ${skewText(finding.clock_ahead_seconds, finding.host)}`);
    if (finding.state === 'ok' && finding.capabilities) lines.push(`    can: ${finding.capabilities.join(', ')}`);
  }
  if (keychain !== undefined) lines.push(`! ${keychain}`);
  for (const { found, meant } of nearMisses(config.env))
    lines.push(`! ${found} is set; the variable is called ${meant}.`);
  for (const problem of config.problems) lines.push(`! ${problem}`);
  if (findings.every((finding) => finding.state === 'not configured'))
    lines.push('', 'To try everything without a key: agent-simulation-mcp serve --sandbox');
  return `${lines.join('\n')}\n`;
}

/** `doctor`: each platform's settings, host and key, and what to do about what is wrong. Exit code 1 when a configured one fails. */
import { type Config, nearMisses, present, SETTINGS } from '../config.ts';
import { toProblem } from '../model/problem.ts';
import { capabilitiesOf } from '../providers/provider.ts';
import type { ProviderState } from '../providers/registry.ts';
import type { Found } from './keychain.ts';
import { createRooms } from './rooms.ts';

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
}

export async function doctor(config: Config, version: string): Promise<void> {
  const rooms = createRooms(config);
  try {
    const states = (await rooms.registry.states()).filter(
      (state) => config.provider === undefined || state.id === config.provider,
    );
    const found = config.sandbox ? { env: config.env, names: [] } : await rooms.settings();
    const findings = await Promise.all(states.map((state) => examine(state, found)));
    const { problem: keychain } = found;
    const text = config.json
      ? `${JSON.stringify({ version, node: process.version, home: config.home, findings, keychain }, null, 2)}\n`
      : report(findings, config, version, keychain);
    process.stdout.write(rooms.redact(text));
    if (
      findings.some((finding) => finding.state === 'failing' || finding.state === 'misconfigured') ||
      findings.length === 0
    )
      process.exitCode = 1;
  } finally {
    await rooms.close();
  }
}

async function examine(state: ProviderState, { env, names }: Found): Promise<Finding> {
  const settings = SETTINGS.filter(
    (setting) => setting.provider === state.id && present(env[setting.name]) !== undefined,
  ).map((setting) => setting.name);
  const keychain = settings.filter((name) => names.includes(name));
  const facts = { id: state.id, label: state.label, settings, ...(keychain.length > 0 ? { keychain } : {}) };
  if (!state.provider)
    return { ...facts, state: state.touched ? 'misconfigured' : 'not configured', problem: state.problem };
  const known = {
    ...facts,
    host: state.provider.host,
    sandbox: state.provider.sandbox,
    capabilities: capabilitiesOf(state.provider),
  };
  try {
    const result = await state.provider.check({ signal: AbortSignal.timeout(CHECK_MS) });
    return { ...known, state: result.ok ? 'ok' : 'failing', problem: result.problem };
  } catch (error) {
    const problem = toProblem(error);
    return { ...known, state: 'failing', problem: [problem.message, problem.details.next].filter(Boolean).join(' ') };
  }
}

function report(findings: Finding[], config: Config, version: string, keychain: string | undefined): string {
  const mark = { ok: '✓', failing: '✗', misconfigured: '✗', 'not configured': '·' } as const;
  const lines = [`agent-simulation-mcp ${version} on Node ${process.version}`, `journal: ${config.home}`, ''];
  for (const finding of findings) {
    const where = finding.host ? ` at ${finding.host}${finding.sandbox ? ' (sandbox)' : ''}` : '';
    lines.push(`${mark[finding.state]} ${finding.label}: ${finding.state}${where}`);
    const set = finding.settings.map((name) => (finding.keychain?.includes(name) ? `${name} (keychain)` : name));
    if (!finding.sandbox && set.length > 0) lines.push(`    set: ${set.join(', ')}`);
    if (finding.problem) lines.push(`    ${finding.problem}`);
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

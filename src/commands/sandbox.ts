/** `sandbox`: the platforms' HTTP APIs on loopback, without any key. */
import type { Config } from '../config/config.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { openSandbox } from './open-sandbox.ts';

export async function sandbox(config: Config): Promise<void> {
  const running = await openSandbox(config, (problem) => process.stderr.write(`${problem}\n`));
  const { path, problem } = running.engine.playbook();
  const lines = [
    `Sandbox on ${running.url} (a rule-based stand-in for the platforms; loopback only)`,
    `Playbook: ${path}`,
    ...(problem === undefined ? [] : [problem]),
    '',
  ];
  for (const { id, label, load } of PROVIDERS) {
    const dialect = running.dialects.get(id);
    if (!dialect) continue;
    lines.push(`${label}: ${dialect.url}`);
    const env = (await load()).sandboxEnv(dialect.url, dialect.credentials);
    for (const [name, value] of Object.entries(env)) lines.push(`  export ${name}=${value}`);
  }
  lines.push('', 'Put these into the environment of `agent-simulation-mcp serve` (without --sandbox). Ctrl-C ends it.');
  process.stdout.write(`${lines.join('\n')}\n`);
  const end = () => void running.close().finally(() => process.exit(0));
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
}

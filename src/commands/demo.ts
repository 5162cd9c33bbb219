/**
 * `demo`: the whole loop over real MCP and real HTTP. The built server runs as a child process with the sandbox; a real
 * client walks it as an assistant would: start, follow, read the failures, name and save their modes, change the agent through
 * its platform, run again, compare, see the trend, take the changes back. Every number is from this run.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { UsageError } from '../config/flags.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { SHIPPED_PLAYBOOK } from '../sandbox/shipped.ts';
import { connectDemo } from './demo-client.ts';
import { external } from './demo-external.ts';
import { loop } from './demo-loop.ts';
import { createPrinter, type Printer } from './demo-print.ts';
import { createWalk } from './demo-walk.ts';

export async function demo(config: Config): Promise<void> {
  const wanted = config.provider ?? 'synthflow';
  const chosen = PROVIDERS.filter(({ id }) => wanted === 'all' || id === wanted);
  if (chosen.length === 0)
    throw new UsageError(`Unknown provider "${wanted}". Providers: ${PROVIDERS.map(({ id }) => id).join(', ')}, all.`);
  const print = createPrinter(process.stdout);
  const began = Date.now();
  print.note(
    `Nobody sits behind this client, so its server runs with ${Object.entries(UNATTENDED)
      .map(([name, value]) => `${name}=${value}`)
      .join(' and ')}. As it comes, a change that callers may meet at once needs a yes through a client that asks.`,
  );
  for (const { id, label } of chosen) await walk(id, label, config, print);
  print.note(
    `Done in ${Math.round((Date.now() - began) / 1000)} s. Everything above ran on the built-in sandbox, a rule-based stand-in: no key, no cost, no network.`,
  );
}

/** Nothing costs anything here, and no person sits behind the demo's client. */
const UNATTENDED = { AGENT_SIM_CONFIRM: 'off', AGENT_SIM_LIVE_CHANGES: '1' };

async function walk(provider: string, label: string, config: Config, print: Printer): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'agent-simulation-demo-'));
  const playbook = join(home, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  const script = process.argv[1] ?? '';
  const client = await connectDemo(
    [
      script,
      'serve',
      '--sandbox',
      '--playbook',
      playbook,
      '--speed',
      String(config.speed),
      ...(config.seed === undefined ? [] : ['--seed', String(config.seed)]),
    ],
    {
      PATH: process.env.PATH ?? '',
      HOME: home,
      AGENT_SIM_HOME: home,
      ...UNATTENDED,
    },
  );
  try {
    print.title(`${label}: start, diagnose, fix, prove, take back`);
    const walked = createWalk(client, provider, print);
    await loop(walked, () => readFileSync(playbook));
    await external(walked);
  } finally {
    await client.close();
    rmSync(home, { recursive: true, force: true });
  }
}

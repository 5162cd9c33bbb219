/** Opens the sandbox for a command: its playbook file and its sessions stand in the home. */
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { PlatformId } from '../providers/registry.ts';
import { createCognigyDialect } from '../sandbox/dialects/cognigy/index.ts';
import { createCovalDialect } from '../sandbox/dialects/coval/index.ts';
import { createFutureAgiDialect } from '../sandbox/dialects/futureagi/index.ts';
import { createSynthflowDialect } from '../sandbox/dialects/synthflow/index.ts';
import type { Dialect, Engine } from '../sandbox/engine/types.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { createSessionFiles } from '../sandbox/session-files.ts';

/** What the sandbox serves in place of each platform. */
export const DIALECTS = {
  synthflow: createSynthflowDialect,
  cognigy: createCognigyDialect,
  coval: createCovalDialect,
  futureagi: createFutureAgiDialect,
} satisfies Readonly<Record<PlatformId, (engine: Engine) => Dialect>>;

/** The playbook that a configuration means. */
export function playbookFile({ playbook, home }: Pick<Config, 'playbook' | 'home'>): string {
  return playbook ?? join(home, 'sandbox', 'playbook.md');
}

/**
 * Serves all dialects on loopback. Started sessions are kept in the home; without one (an empty path) they end with the
 * sandbox. `report` is told in trusted words what cannot be kept or read.
 */
export function openSandbox(
  config: Pick<Config, 'playbook' | 'home' | 'speed' | 'scale' | 'seed' | 'port'>,
  report: (message: string) => void = () => {},
): Promise<Sandbox> {
  const { speed, scale, seed } = config;
  const kept = (folder: string) =>
    config.home === '' ? undefined : createSessionFiles(join(config.home, 'sandbox', folder), report);
  const [records, documents] = [kept('sessions'), kept('agents')];
  return startSandbox({
    engineOptions: { playbook: playbookFile(config), speed, scale, seed, records, documents, report },
    dialects: Object.values(DIALECTS),
    port: config.port,
  });
}

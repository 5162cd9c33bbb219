/** Opens the sandbox for a command: the playbook file is a copy in the state folder, so that an assistant can edit it. */
import { constants, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { Problem } from '../model/problem.ts';
import type { PlatformId } from '../providers/registry.ts';
import { createCognigyDialect } from '../sandbox/dialects/cognigy/index.ts';
import { createCovalDialect } from '../sandbox/dialects/coval/index.ts';
import { createFutureAgiDialect } from '../sandbox/dialects/futureagi/index.ts';
import { createSynthflowDialect } from '../sandbox/dialects/synthflow/index.ts';
import type { Dialect, Engine } from '../sandbox/engine/types.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { createSessionFiles } from '../sandbox/session-files.ts';
import { SHIPPED_PLAYBOOK } from '../sandbox/shipped.ts';

/** What the sandbox serves in place of each platform. */
export const DIALECTS = {
  synthflow: createSynthflowDialect,
  cognigy: createCognigyDialect,
  coval: createCovalDialect,
  futureagi: createFutureAgiDialect,
} satisfies Readonly<Record<PlatformId, (engine: Engine) => Dialect>>;

/** The playbook a configuration means; copied from the shipped one on first use. */
export function playbookFile(config: Pick<Config, 'playbook' | 'home'>): string {
  if (config.playbook !== undefined) {
    if (!existsSync(config.playbook)) {
      throw new Problem('local_io', 'The playbook file of the sandbox does not exist.', {
        next: 'Check --playbook or AGENT_SIM_SANDBOX_PLAYBOOK.',
      });
    }
    return config.playbook;
  }
  const file = join(config.home, 'sandbox', 'playbook.md');
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (!existsSync(file)) copyFileSync(SHIPPED_PLAYBOOK, file, constants.COPYFILE_EXCL);
    return file;
  } catch (error) {
    if (existsSync(file)) return file;
    throw new Problem('local_io', 'The folder for the sandbox playbook cannot be written.', {
      next: 'Set AGENT_SIM_HOME to a folder you can write to.',
      cause: error,
    });
  }
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
  const records = config.home === '' ? undefined : createSessionFiles(join(config.home, 'sandbox', 'sessions'), report);
  return startSandbox({
    engineOptions: { playbook: playbookFile(config), speed, scale, seed, records, report },
    dialects: Object.values(DIALECTS),
    port: config.port,
  });
}

/** Wires the services together from a configuration: what serve, demo's child and doctor share. */
import type { Changer } from '../changing/changer.ts';
import type { Config } from '../config/config.ts';
import { nearMisses } from '../config/near-misses.ts';
import { DEFAULTS, SETTINGS } from '../config/settings.ts';
import { present } from '../config/values.ts';
import { createLog, type Log } from '../http/log.ts';
import { toProblem } from '../model/problem.ts';
import type { BookFile } from '../modes/book-file.ts';
import { createRegistry, PROVIDERS, type Registry } from '../providers/registry.ts';
import type { Sandbox } from '../sandbox/server.ts';
import type { Starter } from '../starting/starter.ts';
import type { Found } from './keychain.ts';
import { registerSecrets, secrets } from './secrets.ts';

export interface Services {
  registry: Registry;
  log: Log;
  redact(text: string): string;
  /** The settings that count, with what the keychain adds to the environment; read on first use. */
  settings(): Promise<Found>;
  starter(): Promise<Starter>;
  modes(): Promise<BookFile>;
  changer(): Promise<Changer>;
  close(): Promise<void>;
}

/** Nothing is loaded, opened or sent before it is needed. */
export function createServices(config: Config): Services {
  registerSecrets(config.env);
  const log = createLog(config.log, secrets);
  let sandbox: Promise<Sandbox> | undefined;
  const openSandbox = () => {
    sandbox ??= import('./open-sandbox.ts').then(({ openSandbox: open }) =>
      open(config, (problem) => log.warn(problem)),
    );
    return sandbox;
  };
  let found: Promise<Found> | undefined;
  const settings = () => {
    found ??= import('./keychain.ts').then(async ({ withKeychain }) => {
      const read = await withKeychain(config.env);
      registerSecrets(read.env);
      return read;
    });
    return found;
  };
  const registry = createRegistry({
    async settings() {
      const { env, problem } = await settings();
      if (problem !== undefined && config.command === 'serve') log.warn('keychain', { message: problem });
      return { env, problems: settingProblems(env, config.placeholders), note: problem };
    },
    defaults: DEFAULTS,
    registerSecret: (value) => secrets.register(value),
    redact: (text) => secrets.redact(text),
    sandbox: config.sandbox ? async () => (await openSandbox()).dialects : undefined,
  });
  let starter: Promise<Starter> | undefined;
  let modes: Promise<BookFile> | undefined;
  let changer: Promise<Changer> | undefined;
  return {
    registry,
    log,
    redact: (text) => secrets.redact(text),
    settings,
    starter() {
      starter ??= import('../starting/starter.ts').then(({ createStarter }) =>
        createStarter({
          home: config.home,
          confirm: config.confirm,
          confirmAbove: config.confirmAbove,
          maxRunsPerStart: config.maxRunsPerStart,
          maxRunsPerDay: config.maxRunsPerDay,
          redact: (text) => secrets.redact(text),
          report: (problem) => log.warn(problem),
        }),
      );
      // What a killed process left open is looked up beside the first start; equal starts look for themselves.
      void starter.then((ready) => reconcileAll(ready, registry, log));
      return starter;
    },
    modes() {
      modes ??= import('../modes/book-file.ts').then(({ openBook }) =>
        openBook({ home: config.home, path: config.failureModes }),
      );
      return modes;
    },
    changer() {
      changer ??= import('../changing/create-changer.ts').then(({ createChanger }) =>
        createChanger({
          home: config.home,
          confirm: config.confirm,
          liveChanges: config.liveChanges,
          redact: (text) => secrets.redact(text),
          report: (problem) => log.warn(problem),
        }),
      );
      return changer;
    },
    async close() {
      await registry.close();
      await (await sandbox)?.close();
    },
  };
}

async function reconcileAll(starter: Starter, registry: Registry, log: Log): Promise<void> {
  for (const { provider } of await registry.states()) {
    if (!provider?.start) continue;
    try {
      for (const found of await starter.reconcile(provider)) log.info('a start left open was looked up', { ...found });
    } catch (error) {
      log.info('looking up starts left open failed', { provider: provider.id, message: toProblem(error).message });
    }
  }
}

/** Needed settings that hold a placeholder, and near-miss names, by provider, in words. `env` is without placeholders. */
function settingProblems(env: Config['env'], placeholders: readonly string[]): Map<string, string> {
  const problems = new Map<string, string>();
  for (const { id } of PROVIDERS) {
    const names = SETTINGS.filter(
      ({ name, provider, secret, needed, insteadOf }) =>
        provider === id && (secret || needed) && placeholders.includes(name) && !isGiven(name, insteadOf, env),
    ).map(({ name }) => name);
    if (names.length > 0)
      problems.set(
        id,
        `${names.join(' and ')} still ${names.length > 1 ? 'hold' : 'holds'} a placeholder, not a value: put the real one into the server's environment.`,
      );
  }
  for (const { provider, found, meant } of nearMisses(env)) {
    if (!problems.has(provider) && present(env[meant]) === undefined)
      problems.set(provider, `${found} is set, but the variable is called ${meant}.`);
  }
  return problems;
}

/** Whether a setting has a value, from the keychain too, or another stands in for it. */
function isGiven(name: string, insteadOf: string | undefined, env: Config['env']): boolean {
  const others = SETTINGS.filter((other) => other.insteadOf === name || other.name === insteadOf);
  return [name, ...others.map((other) => other.name)].some((one) => present(env[one]) !== undefined);
}

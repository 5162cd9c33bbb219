/** Wires the rooms together from a configuration: what serve, demo's child and doctor share. */
import { type Config, isPlaceholder, nearMisses, present, SETTINGS } from '../config.ts';
import { createLog, type Log } from '../http/log.ts';
import { createRedactor } from '../http/redact.ts';
import { toProblem } from '../model/problem.ts';
import { createRegistry, type Registry } from '../providers/registry.ts';
import type { Sandbox } from '../sandbox/server.ts';
import type { Starter } from '../starting/starting.ts';

export interface Rooms {
  registry: Registry;
  log: Log;
  redact(text: string): string;
  starter(): Promise<Starter>;
  close(): Promise<void>;
}

/** Nothing is loaded, opened or sent before it is needed. */
export function createRooms(config: Config): Rooms {
  const redactor = createRedactor();
  for (const { name, secret } of SETTINGS) {
    const value = secret ? present(config.env[name]) : undefined;
    if (value !== undefined && !isPlaceholder(value)) redactor.register(value);
  }
  const log = createLog(config.log, redactor);
  let sandbox: Promise<Sandbox> | undefined;
  const openSandbox = () => {
    sandbox ??= import('./open-sandbox.ts').then(({ openSandbox: open }) => open(config));
    return sandbox;
  };
  const registry = createRegistry({
    env: config.env,
    settingProblems: settingProblems(config.env),
    registerSecret: (value) => redactor.register(value),
    sandbox: config.sandbox ? async () => (await openSandbox()).dialects : undefined,
  });
  let starter: Promise<Starter> | undefined;
  return {
    registry,
    log,
    redact: (text) => redactor.redact(text),
    starter() {
      starter ??= import('../starting/starting.ts').then(({ createStarter }) =>
        createStarter({
          home: config.home,
          confirmAbove: config.confirmAbove,
          maxRunsPerStart: config.maxRunsPerStart,
          maxRunsPerDay: config.maxRunsPerDay,
          redact: (text) => redactor.redact(text),
          report: (problem) => log.warn(problem),
        }),
      );
      // What a killed process left open is looked up beside the first start; equal starts look for themselves.
      void starter.then((ready) => reconcileAll(ready, registry, log));
      return starter;
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

/** Placeholder values and near-miss names, by provider, in words. */
export function settingProblems(env: Config['env']): Map<string, string> {
  const problems = new Map<string, string>();
  for (const { name, provider } of SETTINGS) {
    const value = present(env[name]);
    if (provider !== undefined && value !== undefined && isPlaceholder(value)) {
      problems.set(
        provider,
        `${name} holds a placeholder, not a value: put the real one into the server's environment.`,
      );
    }
  }
  for (const { provider, found, meant } of nearMisses(env)) {
    if (!problems.has(provider) && present(env[meant]) === undefined)
      problems.set(provider, `${found} is set, but the variable is called ${meant}.`);
  }
  return problems;
}

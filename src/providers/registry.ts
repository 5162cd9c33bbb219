/**
 * The known platforms, and which of them are configured. A platform's code loads when the first provider is needed,
 * or while that is prepared (`commands/handshake/first-call.ts`). What a fifth platform takes is listed in `AGENTS.md`.
 */
import type { VendorHttp, VendorHttpOptions } from '../http/types.ts';
import { Problem } from '../model/problem.ts';
import type { Ref, RefKind } from '../model/refs.ts';
import type { Provider, ProviderDefinition, ProviderDeps } from './provider.ts';
import { resolveRef } from './resolve-ref.ts';

type Loader = { id: string; label: string; load(): Promise<ProviderDefinition> };

/** One line a provider, in the order lists show them. */
export const PROVIDERS = [
  { id: 'synthflow', label: 'Synthflow', load: async () => (await import('./synthflow/index.ts')).definition },
  { id: 'cognigy', label: 'NiCE Cognigy Simulator', load: async () => (await import('./cognigy/index.ts')).definition },
  { id: 'coval', label: 'Coval', load: async () => (await import('./coval/index.ts')).definition },
  { id: 'futureagi', label: 'Future AGI', load: async () => (await import('./futureagi/index.ts')).definition },
] as const satisfies readonly Loader[];

export type PlatformId = (typeof PROVIDERS)[number]['id'];

/** The platforms' names in one sentence, for texts that a person or a model reads. */
export const PLATFORM_NAMES = PROVIDERS.map(({ label }) => label).join(', ');

export interface ProviderState {
  id: string;
  label: string;
  /** Present when its settings are usable. */
  provider?: Provider | undefined;
  /** Which variable to set, or what is wrong with it (trusted text). */
  problem?: string | undefined;
  /** The user evidently meant to configure it. */
  touched: boolean;
  /** How far the platform's clock is ahead of ours, in ms, by its latest answer. */
  clock_ahead_ms?(): number | undefined;
}

export interface Registry {
  /** Every known platform, configured or not, in a fixed order. */
  states(): Promise<ProviderState[]>;
  /** What `Settings.note` said; known once the states are. */
  note(): string | undefined;
  /** The configured ones; throws `unconfigured` when there is none. */
  configured(): Promise<Provider[]>;
  /** One by name; throws `invalid_input` for an unknown name and `unconfigured` for one without settings. */
  provider(id: string): Promise<Provider>;
  /**
   * A reference or, where only one provider is configured, a bare vendor id. Throws `wrong_kind` with the right tool
   * when it names something else than `kinds`.
   */
  resolve(text: string, kinds: readonly RefKind[]): Promise<{ provider: Provider; ref: Ref }>;
  /** Whether a platform has answered in the last so many ms, or answers are to come once its limit lets requests through. */
  isBusy(ms: number): boolean;
  /** Names of the platforms whose limit keeps requests back. */
  held(): Promise<string[]>;
  close(): Promise<void>;
}

export interface Settings {
  env: Readonly<Record<string, string | undefined>>;
  /** Problems found with the settings beforehand (placeholders, near-miss names), by provider. */
  problems?: ReadonlyMap<string, string> | undefined;
  /** Why settings may be missing that the user did give, e.g. that the keychain is locked (trusted text). */
  note?: string | undefined;
}

/** The platforms that can be asked. */
export function usable(states: readonly ProviderState[]): Provider[] {
  return states.flatMap(({ provider }) => provider ?? []);
}

/** True where every platform that can be asked is the sandbox: answers then say so. */
export function isSandboxOnly(states: readonly ProviderState[]): boolean {
  const providers = usable(states);
  return providers.length > 0 && providers.every(({ sandbox }) => sandbox);
}

/** What the sandbox is called where a platform's host is told: what is bound to a host survives its restart. */
const SANDBOX_HOST = 'sandbox';

/** Address and credentials of the sandbox's dialects, by provider, and what their agent follows. */
export type Dialects = ReadonlyMap<
  string,
  { url: string; credentials: Readonly<Record<string, string>>; playbook?: Provider['playbook'] }
>;

export interface RegistryOptions {
  /** Asked once, when the first provider is needed. */
  settings(): Promise<Settings>;
  /** Values of settings that are not given, by name. */
  defaults: Readonly<Record<string, string>>;
  registerSecret(value: string): void;
  /** Takes registered secrets out of a text. */
  redact?(text: string): string;
  /** Given when the sandbox serves; settings are then not asked for. */
  sandbox?: (() => Promise<Dialects>) | undefined;
  now?: (() => number) | undefined;
  providers?: readonly Loader[] | undefined;
}

/** Builds the registry; nothing is loaded or sent before the first call. */
export function createRegistry(options: RegistryOptions): Registry {
  const loaders = options.providers ?? PROVIDERS;
  const clients: { provider: string; client: VendorHttp }[] = [];
  let loading: Promise<ProviderState[]> | undefined;
  let note: string | undefined;

  const load = async (): Promise<ProviderState[]> => {
    const { createVendorHttp } = await import('../http/client.ts');
    const createHttp = (http: VendorHttpOptions): VendorHttp => {
      const client = createVendorHttp({ ...http, redact: options.redact, env: settings.env });
      clients.push({ provider: http.provider, client });
      return client;
    };
    const aheadOf = (id: string) =>
      clients.find(({ provider, client }) => provider === id && client.clock_ahead_ms !== undefined)?.client
        .clock_ahead_ms;
    const sandbox = await options.sandbox?.();
    const settings: Settings = sandbox ? { env: {} } : await options.settings();
    note = settings.note;
    const { registerSecret, defaults, now = Date.now } = options;
    const deps = { createHttp, registerSecret, sandbox: sandbox !== undefined, defaults, now };
    return Promise.all(
      loaders.map(async (loader) => {
        const state = await stateOf(loader, settings, sandbox, deps);
        return state.provider ? { ...state, clock_ahead_ms: () => aheadOf(loader.id) } : state;
      }),
    );
  };
  const states = () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  const configured = async (): Promise<Provider[]> => {
    const all = await states();
    const ready = usable(all);
    if (ready.length > 0) return ready;
    const touched = all.filter((state) => state.touched);
    throw new Problem('unconfigured', 'No platform is configured.', {
      next: [
        ...(touched.length > 0 ? touched : all).map((state) => `${state.label}: ${state.problem ?? 'not configured'}`),
        ...(note === undefined ? [] : [note]),
        'To try everything without a key, start this server with --sandbox or AGENT_SIM_SANDBOX=1.',
      ].join(' '),
    });
  };

  const provider = async (id: string): Promise<Provider> => {
    const all = await states();
    const state = all.find((candidate) => candidate.id === id.trim().toLowerCase());
    if (!state) {
      throw new Problem('invalid_input', 'There is no provider of that name.', {
        next: `Providers: ${all.map((one) => one.id).join(', ')}.`,
      });
    }
    if (state.provider) return state.provider;
    throw new Problem('unconfigured', `${state.label} is not configured.`, {
      provider: state.id,
      next: [state.problem, note, 'To try without a key, start this server with --sandbox or AGENT_SIM_SANDBOX=1.']
        .filter(Boolean)
        .join(' '),
    });
  };

  return {
    states,
    note: () => note,
    configured,
    provider,
    resolve: (text, kinds) => resolveRef(text, kinds, { configured, provider }),
    isBusy(ms) {
      const since = Date.now() - ms;
      return clients.some(({ client }) => client.held === true || (client.heard_at ?? 0) > since);
    },
    async held() {
      const held = new Set(clients.filter(({ client }) => client.held).map(({ provider: id }) => id));
      return held.size === 0 ? [] : (await states()).filter(({ id }) => held.has(id)).map(({ label }) => label);
    },
    async close() {
      await Promise.allSettled(clients.map(({ client }) => client.close()));
    },
  };
}

/** A platform by its settings; with `sandbox`, by the dialect that serves it there. */
async function stateOf(
  { id, label, load }: Loader,
  { env, problems }: Settings,
  sandbox: Dialects | undefined,
  deps: ProviderDeps,
): Promise<ProviderState> {
  const dialect = sandbox?.get(id);
  if (sandbox && !dialect) return { id, label, touched: false, problem: `The sandbox does not serve ${label}.` };
  const definition = await load();
  const configured = definition.configure(
    dialect ? definition.sandboxEnv(dialect.url, dialect.credentials) : env,
    deps,
  );
  const blocked = problems?.get(id);
  if (blocked !== undefined) return { id, label, touched: true, problem: blocked };
  if ('provider' in configured) {
    const { provider } = configured;
    if (!dialect) return { id, label, touched: true, provider };
    const { playbook } = dialect;
    return {
      id,
      label,
      touched: true,
      provider: { ...provider, host: SANDBOX_HOST, address: provider.host, playbook },
    };
  }
  return { id, label, touched: configured.touched, problem: configured.problem };
}

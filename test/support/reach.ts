/** Which vendor operations each operation of a provider reaches: measured on the sandbox, each time with a fresh provider. */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSandbox } from '../../src/commands/open-sandbox.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import { createVendorHttp } from '../../src/http/client.ts';
import type { VendorHttp } from '../../src/http/types.ts';
import { isProblem } from '../../src/model/problem.ts';
import { parseRef } from '../../src/model/refs.ts';
import type { TestBrief } from '../../src/model/schemas.ts';
import type { AgentWrite, CallContext, Provider, StartReceipt, StartRequest } from '../../src/providers/provider.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { noDeadline } from './waiting.ts';
import { runsOf } from './whole-session.ts';
import { stepsInMemory } from './write-steps.ts';

/** Operations of a provider. */
export const PROVIDER_OPERATIONS = [
  'check',
  'tests.list',
  'tests.get',
  'sessions.list',
  'sessions.get',
  'sessions.open',
  'runs.get',
  'runs.transcript',
  'runs.recording',
  'clusters.get',
  'start.plan',
  'start.send',
  'start.find',
  'cancel.session',
  'agents.list',
  'agents.open',
  'agents.write',
] as const;
export type ProviderOperation = (typeof PROVIDER_OPERATIONS)[number];

export type Reach = Map<ProviderOperation, Set<string>>;

/** What `start_simulation` needs on a platform beside the test. */
const NEEDED: Record<string, Partial<StartRequest>> = {
  cognigy: { provider_options: { snapshot: 'Release 1' } },
  coval: { persona: 'Relaxed regular patient', provider_options: { mutation_ids: ['Shorter answers'] } },
};
/** Switches of a platform that behaves as it may, so that requests go out for which there is no need on the sandbox. */
const ODD: Record<string, readonly object[]> = {
  coval: [{ families: 'canonical', lying_lists: ['metrics'], dropped: [0], conditions: 'in_thresholds' }],
  futureagi: [
    { statistics: 'failing', localizes_errors: true },
    { missing_views: ['executions'], transcript_form: 'failing' },
  ],
};
/** A setting that may be left out, in place of which something is asked. */
const OPTIONAL: Record<string, string> = { cognigy: 'COGNIGY_PROJECT_ID' };
const PLAYBOOK = join(import.meta.dirname, '../../src/sandbox/playbook.md');
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const UNKNOWN_NAME = 'No such test';
const NO_TURNS = 'there is nothing to read';

/** Drives every operation of every provider; the requests sent, by `METHOD template`. */
export async function measureReach(): Promise<Map<string, Reach>> {
  const reached = new Map<string, Reach>(PROVIDERS.map(({ id }) => [id, new Map()]));
  await measureOn(reached, PROVIDERS);
  for (const one of PROVIDERS) for (const switches of ODD[one.id] ?? []) await measureOn(reached, [one], switches);
  return reached;
}

/** Adds what these providers send to a sandbox of their own. */
async function measureOn(
  reached: Map<string, Reach>,
  providers: readonly (typeof PROVIDERS)[number][],
  switches = {},
): Promise<void> {
  // Agents are written to: the shipped file stays what it is.
  const folder = mkdtempSync(join(tmpdir(), 'reach-'));
  const playbook = join(folder, 'playbook.md');
  copyFileSync(PLAYBOOK, playbook);
  const sandbox = await openSandbox({ playbook, home: '', port: 0, speed: 50 });
  try {
    for (const { id, load } of providers) {
      const definition = await load();
      const dialect = sandbox.dialects.get(id);
      if (!dialect) throw new Error(`${id} is not served.`);
      Object.assign(dialect.switches, switches);
      const fresh = (without?: string) => {
        const clients: VendorHttp[] = [];
        const { [without ?? '']: _, ...env } = definition.sandboxEnv(dialect.url, dialect.credentials);
        const configured = definition.configure(env, {
          createHttp(options) {
            const client = createVendorHttp(options, { sleep: async () => undefined });
            clients.push(client);
            return client;
          },
          defaults: DEFAULTS,
          registerSecret: () => undefined,
          sandbox: true,
          now: Date.now,
        });
        if ('problem' in configured) throw new Error(configured.problem);
        return { provider: configured.provider, clients };
      };
      const reach = reached.get(id) ?? new Map();
      for (const [operation, sent] of await reachOf(id, fresh))
        reach.set(operation, new Set([...(reach.get(operation) ?? []), ...sent]));
      reached.set(id, reach);
    }
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const idsOf = (ref: string | undefined) => parseRef(ref ?? '')?.ids ?? [];

async function reachOf(
  id: string,
  fresh: (without?: string) => { provider: Provider; clients: readonly VendorHttp[] },
): Promise<Reach> {
  const reach: Reach = new Map();
  const call: CallContext = { signal: noDeadline() };
  /** Does something with a provider that has seen nothing yet. A refusal has reached the vendor too. */
  async function watch<T>(
    operation: ProviderOperation,
    act: (provider: Provider) => Promise<T> | undefined,
    without?: string,
  ) {
    const { provider, clients } = fresh(without);
    try {
      return await act(provider);
    } catch (error) {
      if (isProblem(error) || (error instanceof Error && error.message === NO_TURNS)) return undefined;
      throw error;
    } finally {
      const seen = reach.get(operation) ?? new Set();
      for (const client of clients) {
        for (const key of client.sent.keys()) seen.add(key);
        await client.close();
      }
      reach.set(operation, seen);
    }
  }

  await watch('check', (one) => one.check(call));
  if (OPTIONAL[id]) await watch('check', (one) => one.check(call), OPTIONAL[id]);
  const tests: { kind: 'suite' | 'case'; ids: readonly string[] }[] = [];
  for (const kind of ['suite', 'case'] as const) {
    const listed = await watch('tests.list', (one) => one.tests?.list({ kind, limit: 3 }, call));
    await watch('tests.list', (one) => one.tests?.list({ kind, search: 'book', limit: 3 }, call));
    const [first] = listed?.items ?? [];
    for (const id of [UNKNOWN, UNKNOWN_NAME]) await watch('tests.get', (one) => one.tests?.get(kind, [id], call));
    if (!first) continue;
    tests.push({ kind, ids: idsOf(first.ref) });
    await watch('tests.get', (one) => one.tests?.get(kind, idsOf(first.ref), call));
  }
  const all = await watch('tests.list', (one) => one.tests?.list({ limit: 50 }, call));

  const sessions = await watch('sessions.list', (one) => one.sessions?.list({ limit: 20 }, call));
  for (const test of tests) await watch('sessions.list', (one) => one.sessions?.list({ test, limit: 5 }, call));
  const agent = sessions?.items.find((one) => one.agent)?.agent ?? 'Nobody';
  for (const query of [{ agent }, { status: 'completed' as const }, { since: '2020-01-01T00:00:00Z' }])
    await watch('sessions.list', (one) => one.sessions?.list({ limit: 5, ...query }, call));
  for (const session of [...(sessions?.items.slice(0, 3).map((one) => idsOf(one.ref)) ?? []), [UNKNOWN]]) {
    await watch('sessions.get', (one) => one.sessions?.get(session, call));
    for (const depth of ['verdicts', 'reasons'] as const) {
      await watch('sessions.open', (one) => runsOf(one, session, depth, call));
    }
    await watch('clusters.get', (one) => one.clusters?.get(session, call));
  }

  const refs: string[] = [];
  for (const session of sessions?.items ?? []) {
    const { provider, clients } = fresh();
    const runs = await runsOf(provider, idsOf(session.ref), 'verdicts', call);
    refs.push(...runs.filter((run) => run.verdict === 'failed').map((run) => run.ref));
    for (const client of clients) await client.close();
    if (refs.length > 3) break;
  }
  for (const run of [...refs.slice(0, 4).map(idsOf), [UNKNOWN]]) {
    await watch('runs.get', (one) => one.runs?.get(run, call));
    await watch('runs.transcript', (one) => one.runs?.transcript(run, call));
    await watch('runs.recording', (one) => one.runs?.recording?.(run, call));
  }

  for (const { test, ...more } of [...tests.map((test) => ({ test })), ...versioned(all?.items ?? [])]) {
    const request: StartRequest = { test, repeat: 1, ...NEEDED[id], ...more };
    const plan = await watch('start.plan', (one) => one.start?.plan(request, call));
    const [step] = plan?.steps ?? [];
    if (!step) continue;
    const since = new Date(Date.now() - 1000);
    const sent: StartReceipt | undefined = await watch('start.send', (one) => one.start?.send(step, call, []));
    const window = { since, until: new Date(Date.now() + 1000) };
    await watch('start.find', (one) => one.start?.find(step, window, call));
    await watch('cancel.session', (one) => one.cancel?.session(sent?.session ?? [UNKNOWN], call));
  }

  const agents = await watch('agents.list', (one) => one.agents?.list({ limit: 20 }, call));
  await watch('agents.list', (one) => one.agents?.list({ search: 'desk', limit: 5 }, call));
  for (const ids of [...(agents?.items.map(({ ref }) => idsOf(ref)) ?? []), [UNKNOWN]]) {
    const opened = await watch('agents.open', (one) => one.agents?.open(ids, call));
    for (const { target } of opened?.agent.targets ?? [])
      for (const { id: object } of opened?.agent.objects ?? [])
        await watch('agents.write', (one) => writeTo(one, ids, { target, object }, call));
  }
  return reach;
}

/** A test whose agent has versions, with one that it is not pinned to. */
function versioned(tests: readonly TestBrief[]): Pick<StartRequest, 'test' | 'agent'>[] {
  const found = tests.find(({ agent_ref }) => agent_ref !== undefined && idsOf(agent_ref).length > 1);
  if (!found) return [];
  return [{ test: { kind: 'suite', ids: idsOf(found.ref) }, agent: [...idsOf(found.agent_ref ?? ''), 'v1'].join('~') }];
}

/** Changes the first text of an object at a target, and takes it back where the platform has a way of its own. */
async function writeTo(
  provider: Provider,
  ids: readonly string[],
  { target, object }: Pick<AgentWrite, 'target' | 'object'>,
  call: CallContext,
): Promise<void> {
  const opened = await provider.agents?.open(ids, call);
  const part = opened?.agent.parts.find((one) => one.object === object && one.form === 'text' && !one.fixed);
  if (!opened || !part) return;
  const order = { target, mark: 'agent-sim-reach', message: 'reach' };
  const steps = stepsInMemory();
  const parts = new Map([[part.id, `${part.text} Be brief.`]]);
  const { undo } = await opened.write({ ...order, object, parts }, steps, call);
  if (undo) await opened.undo?.(undo, order, steps, call);
}

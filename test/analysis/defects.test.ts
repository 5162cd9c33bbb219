/**
 * On every platform, each defect of the shipped playbook comes out as a cluster of its own, and fixing one resolves
 * exactly that one. Ground truth is the engine's hidden cause; what is clustered went over HTTP through the providers.
 */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox } from '../../src/commands/open-sandbox.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import type { ClusterSet } from '../../src/model/clusters.ts';
import type { Run } from '../../src/model/schemas.ts';
import { isTerminal } from '../../src/model/verdicts.ts';
import type { Provider, StartReceipt } from '../../src/providers/provider.ts';
import { createRegistry, PROVIDERS } from '../../src/providers/registry.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { ROOT } from '../support/root.ts';
import { until } from '../support/waiting.ts';
import { runsOf } from '../support/whole-session.ts';
import { clusterFailures } from './clusters/all-at-once.ts';

const SUITES = ['Bookings and changes', 'Billing and insurance', 'Urgent and sensitive calls'];
const call = { signal: new AbortController().signal };

let folder: string;
let playbook: string;
let sandbox: Sandbox;
let providers: Provider[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-sim-defects-'));
  playbook = join(folder, 'playbook.md');
  copyFileSync(join(ROOT, 'src/sandbox/playbook.md'), playbook);
  sandbox = await openSandbox({ playbook, home: '', port: 0, speed: 1_000, seed: 11 });
  const registry = createRegistry({
    settings: async () => ({ env: {} }),
    defaults: DEFAULTS,
    registerSecret: () => {},
    sandbox: async () => sandbox.dialects,
  });
  providers = await registry.configured();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What went wrong in each failed evaluation, by case name and criterion name or text. */
function truth(): Map<string, string> {
  const causes = new Map<string, string>();
  for (const session of sandbox.engine.sessions()) {
    for (const run of session.runs) {
      if (run.outcome.kind !== 'conversation') continue;
      for (const { criterion, cause } of run.outcome.conversation.evaluations) {
        if (cause === undefined) continue;
        causes.set(`${run.case.name}/${criterion.name}`, cause);
        causes.set(`${run.case.name}/${criterion.text}`, cause);
      }
    }
  }
  return causes;
}

/** Runs one suite (or, where there are none, its cases one by one) and reads every run with its evidence. */
async function play(provider: Provider, suite: string): Promise<Run[]> {
  const tests = (await provider.tests?.list({ kind: 'suite', limit: 50 }, call))?.items ?? [];
  const found = tests.find((test) => test.name === suite);
  const chosen = found
    ? [found]
    : ((await provider.tests?.list({ kind: 'case', limit: 100 }, call))?.items ?? []).filter((test) =>
        sandbox.engine.cases.some(
          (one) => one.name === test.name && sandbox.engine.suites.find(({ key }) => key === one.suite)?.name === suite,
        ),
      );
  const runs: Run[] = [];
  for (const test of chosen) {
    const ids = test.ref.split('/')[2]?.split('~').map(decodeURIComponent) ?? [];
    const persona = provider.id === 'coval' ? 'Relaxed regular patient' : undefined;
    const plan = await provider.start?.plan({ test: { kind: test.kind, ids }, repeat: 1, persona }, call);
    const receipts: StartReceipt[] = [];
    for (const step of plan?.steps ?? []) {
      const receipt = await provider.start?.send(step, call, receipts);
      if (receipt) receipts.push(receipt);
    }
    const session = receipts[0]?.session ?? [];
    await until('the session has ended', async () => {
      const now = await provider.sessions?.get(session, call);
      return now && isTerminal(now.status);
    });
    runs.push(...(await runsOf(provider, session, 'evidence', call)));
  }
  return runs;
}

/** For each cluster, the causes that all its runs share and that its evaluations failed for. */
function causesOf(set: ClusterSet, runs: readonly Run[], causes: ReadonlyMap<string, string>): string[][] {
  return set.clusters.map((cluster) => {
    const members = runs.filter((run) => cluster.runs.includes(run.ref));
    const sets = members.map(
      (run) =>
        new Set(
          run.failed_evaluations
            .filter((name) => cluster.evaluations.includes(name))
            .map((name) => causes.get(`${run.name}/${name}`) ?? 'unknown'),
        ),
    );
    const [first = new Set<string>(), ...rest] = sets;
    return [...first].filter((cause) => rest.every((other) => other.has(cause)));
  });
}

describe.each(PROVIDERS.map(({ id }) => id))('%s', (id) => {
  it('shows each defect as a cluster of its own: none merged, none split over more than two', async () => {
    const provider = providers.find((one) => one.id === id);
    if (!provider) throw new Error(`${id} is not configured`);
    for (const suite of SUITES) {
      const runs = await play(provider, suite);
      const causes = truth();
      const set = await clusterFailures(runs.filter((run) => run.verdict === 'failed'));
      const shared = causesOf(set, runs, causes);
      for (const [index, common] of shared.entries()) {
        expect(common.length, `${suite}: "${set.clusters[index]?.title}" merges causes`).toBeGreaterThan(0);
      }
      const wanted = new Set(
        runs.flatMap((run) => run.failed_evaluations.map((name) => causes.get(`${run.name}/${name}`) ?? 'unknown')),
      );
      expect(wanted).not.toContain('unknown');
      for (const cause of wanted) {
        const own = shared.filter((common) => common.includes(cause)).length;
        expect(own, `${suite}: ${cause} has a cluster`).toBeGreaterThan(0);
        const only = shared.filter((common) => common.length === 1 && common[0] === cause).length;
        expect(only, `${suite}: ${cause} is split`).toBeLessThanOrEqual(2);
      }
    }
  }, 60_000);
});

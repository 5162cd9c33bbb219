/** Failure clusters are computed after an execution has ended: waiting, running, there; and old ones are said to be old. */
import { expect, it } from 'vitest';
import { defaultSwitches } from '../../../src/sandbox/dialects/futureagi/switches.ts';
import { bench, has } from './harness.ts';

it('goes from pending over running to completed', async () => {
  const one = await bench();
  Object.assign(one.dialect.switches, { fma_minimum: 1, fma_pending_ms: 60_000, fma_running_ms: 120_000 });
  const { items } = await has(one.provider.tests).list({ kind: 'suite', search: 'Bookings', limit: 1 }, one.call);
  const ids = [items[0]?.ref.split('/')[2] ?? ''];
  const { steps } = await has(one.provider.start).plan({ test: { kind: 'suite', ids }, repeat: 1 }, one.call);
  const [step] = steps;
  if (!step) throw new Error('No step.');
  const { session = [] } = await has(one.provider.start).send(step, one.call, []);
  const clusters = () => has(one.provider.clusters).get(session, one.call);
  const status = async () => (await has(one.provider.sessions).get(session, one.call)).status;

  expect(await clusters()).toMatchObject({ clusters: [], vendor_status: 'pending' });
  while ((await status()) !== 'completed') one.now += 5_000;
  expect(await clusters()).toEqual({ clusters: [], vendor_status: 'pending' });
  one.now += 60_000;
  expect(await clusters()).toEqual({ clusters: [], vendor_status: 'running' });
  one.now += 120_000;
  const computed = await clusters();
  expect(computed.vendor_status).toBe('completed');
  expect(computed.stale).toBeUndefined();
  expect(computed.clusters.length).toBeGreaterThan(1);
  expect(computed.clusters.every((cluster) => cluster.runs.length > 0)).toBe(true);
  // Looking at it never set a calculation off.
  expect(one.since().filter((request) => /explanation-summary|optimiser/.test(request))).toEqual([]);
});

it('is at once where the deployment computes at once', async () => {
  const one = await bench();
  Object.assign(one.dialect.switches, { ...defaultSwitches(), fma_minimum: 1, fma_pending_ms: 0, fma_running_ms: 0 });
  const { items } = await has(one.provider.sessions).list({ status: 'completed', limit: 1 }, one.call);
  const set = await has(one.provider.clusters).get([items[0]?.ref.split('/')[2] ?? ''], one.call);
  expect(set.vendor_status).toBe('completed');
  expect(set.clusters.length).toBeGreaterThan(0);
});

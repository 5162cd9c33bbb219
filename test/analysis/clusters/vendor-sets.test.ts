import { describe, expect, it } from 'vitest';
import { mergeVendorSets } from '../../../src/analysis/clusters/vendor-sets.ts';
import type { ClusterSet, FailureCluster } from '../../../src/model/clusters.ts';

function cluster(title: string, runs: string[], more: Partial<FailureCluster> = {}): FailureCluster {
  const id = `fma-${title.toLowerCase().replaceAll(' ', '-').slice(0, 10)}`;
  return { id, title, source: 'vendor', kind: 'failure', evaluations: ['Goal'], runs, evidence: [], ...more };
}
const set = (session: string, clusters: FailureCluster[], more: Partial<ClusterSet> = {}) => ({
  session,
  set: { clusters, unclustered: 0, vendor_status: 'completed', ...more },
});

describe("a platform's clusters of several sessions", () => {
  const one = set('s/1', [cluster('Rude tone', ['a']), cluster('No price', ['b', 'c'], { confidence: 'high' })]);
  const two = set('s/2', [
    cluster('rude  tone', ['d', 'e', 'f'], { advice: 'Be kind.', share: 0.5 }),
    cluster('No price', ['g'], { evaluations: ['Money'], confidence: 'low' }),
  ]);

  it('of the same words and evaluations are one, largest first', () => {
    const merged = mergeVendorSets([one, two]);
    expect(merged?.clusters.map(({ title, runs }) => [title, runs])).toEqual([
      ['Rude tone', ['a', 'd', 'e', 'f']],
      ['No price', ['b', 'c']],
      ['No price', ['g']],
    ]);
    expect(merged?.clusters[0]).toMatchObject({ advice: 'Be kind.', share: undefined });
  });

  it('have ids of their own, the same in whatever order the sessions are named', () => {
    const ids = (sets: ReturnType<typeof set>[]) => mergeVendorSets(sets)?.clusters.map(({ id }) => id);
    expect(ids([one, two])).toEqual(['fma-rude-tone', 'fma-no-price', 'fma-no-price~2']);
    expect(ids([two, one])).toEqual(ids([one, two]));
  });

  it('are as far as the least far, and as old as the oldest', () => {
    const open = set('s/3', [], { vendor_status: 'running', stale: true, unclustered: 2 });
    expect(mergeVendorSets([one, open, two])).toMatchObject({ vendor_status: 'running', stale: true, unclustered: 2 });
    expect(mergeVendorSets([one])).toBe(one.set);
    expect(mergeVendorSets([])).toBeUndefined();
  });
});

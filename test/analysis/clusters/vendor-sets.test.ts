import { describe, expect, it } from 'vitest';
import { mergedVendorClusters } from '../../../src/analysis/clusters/vendor.ts';
import { joinVendorSets } from '../../../src/analysis/clusters/vendor-sets.ts';
import type { ClusterSet, FailureCluster } from '../../../src/model/clusters.ts';

function cluster(title: string, runs: string[], more: Partial<FailureCluster> = {}): FailureCluster {
  const id = `fma-${title.toLowerCase().replaceAll(' ', '-').slice(0, 10)}`;
  return { id, title, evaluations: ['Goal'], runs, ...more };
}
const set = (session: string, clusters: FailureCluster[], more: Partial<ClusterSet> = {}) => ({
  session,
  set: { clusters, vendor_status: 'completed', ...more },
});

describe("a platform's clusters of several sessions", () => {
  const one = set('s/1', [cluster('Rude tone', ['a']), cluster('No price', ['b', 'c'])]);
  const two = set('s/2', [
    cluster('rude  tone', ['d', 'e', 'f'], { advice: 'Be kind.' }),
    cluster('No price', ['g'], { evaluations: ['Money'] }),
  ]);

  it('of the same words are one, largest first', () => {
    const clusters = joinVendorSets([one, two])?.clusters ?? [];
    const merged = mergedVendorClusters(clusters);
    expect(merged.map(({ title, runs }) => [title, runs])).toEqual([
      ['rude  tone', ['d', 'e', 'f', 'a']],
      ['No price', ['b', 'c', 'g']],
    ]);
    expect(merged[0]).toMatchObject({ advice: 'Be kind.', merged: 2 });
  });

  it('have ids of their own, the same in whatever order the sessions are named', () => {
    const ids = (sets: ReturnType<typeof set>[]) => joinVendorSets(sets)?.clusters.map(({ id }) => id);
    expect(ids([one, two])).toEqual(['fma-rude-tone', 'fma-no-price', 'fma-rude--tone', 'fma-no-price~2']);
    expect(ids([two, one])).toEqual(ids([one, two]));
  });

  it('are as far as the least far, and as old as the oldest', () => {
    const open = set('s/3', [], { vendor_status: 'running', stale: true });
    expect(joinVendorSets([one, open, two])).toMatchObject({ vendor_status: 'running', stale: true });
    expect(joinVendorSets([one])).toBe(one.set);
    expect(joinVendorSets([])).toBeUndefined();
  });
});

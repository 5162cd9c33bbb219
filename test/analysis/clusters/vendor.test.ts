import { describe, expect, it } from 'vitest';
import { mergedVendorClusters } from '../../../src/analysis/clusters/vendor.ts';
import type { FailureCluster } from '../../../src/model/clusters.ts';

const cluster = (id: string, runs: string[], more: Partial<FailureCluster> = {}): FailureCluster => ({
  id,
  title: id,
  evaluations: ['e'],
  runs,
  ...more,
});
const shown = (...clusters: FailureCluster[]) =>
  mergedVendorClusters(clusters).map(({ title, runs, merged }) => [title, runs.length, merged]);
const ADVICE = 'Add an explicit rule for "States the price" to the prompt of the agent.';

describe("a platform's own clusters", () => {
  it.each<[string, Partial<FailureCluster>, Partial<FailureCluster>]>([
    ['title, however it is written', { title: 'Wrong price' }, { title: ' wrong PRICE. ' }],
    ['description', { title: 'a', description: 'Two prices.' }, { title: 'b', description: 'two prices' }],
    ['runs', { title: 'a', runs: ['r1', 'r2'] }, { title: 'b', runs: ['r2', 'r1'] }],
  ])('of the same %s are one', (_what, first, second) => {
    const [one, ...others] = mergedVendorClusters([cluster('x', ['r1'], first), cluster('y', ['r2'], second)]);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ merged: 2 });
    expect([...(one?.runs ?? [])].sort()).toEqual(['r1', 'r2']);
  });

  it.each<[string, Partial<FailureCluster>, Partial<FailureCluster>]>([
    ['nothing in common', {}, {}],
    ['one run in common', { runs: ['r1'] }, { runs: ['r1'] }],
    ['one advice, as it is written for every cause of an evaluation', { advice: ADVICE }, { advice: ADVICE }],
    ['no title', { title: 'Untitled' }, { title: 'Untitled' }],
  ])('with %s stay apart', (_what, first, second) => {
    expect(shown(cluster('x', ['r1'], first), cluster('y', ['r2'], second))).toHaveLength(2);
  });

  it('are one over a third that ties them, with every title and all evaluations', () => {
    const three = [
      cluster('x', ['r1'], { description: 'One thing.' }),
      cluster('y', ['r2'], { title: 'Two prices', evaluations: ['f'] }),
      cluster('z', ['r2', 'r3', 'r4'], { title: 'two prices', description: 'One thing.' }),
    ];
    expect(mergedVendorClusters(three)).toEqual([
      expect.objectContaining({
        id: 'z',
        title: 'two prices / x',
        merged: 3,
        evaluations: ['e', 'f'],
      }),
    ]);
  });

  it('stand largest first', () => {
    expect(shown(cluster('x', ['r1']), cluster('y', ['r1', 'r2', 'r3']), cluster('z', ['r1', 'r4']))).toEqual([
      ['y', 3, undefined],
      ['z', 2, undefined],
      ['x', 1, undefined],
    ]);
  });
});

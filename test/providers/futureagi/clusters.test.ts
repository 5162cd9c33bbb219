import { describe, expect, it } from 'vitest';
import { toClusters } from '../../../src/providers/futureagi/clusters.ts';
import { executionReader } from '../../../src/providers/futureagi/wire.ts';
import { mustRead } from '../../support/data.ts';

const read = (summary: unknown, more: Record<string, unknown> = {}) =>
  toClusters(
    mustRead(executionReader, {
      execution_id: 'e',
      status: 'completed',
      eval_explanation_summary: summary,
      eval_explanation_summary_status: 'completed',
      ...more,
    }),
  );

const stored = {
  theme: 'Contradicts itself on prices',
  member_ids: ['a', 'b', 'a'],
  representative_ids: ['a'],
  evidence_summary: 'Two prices for one thing.',
  guidance: 'State the price once.',
  kind: 'failure',
  confidence: 'high',
  cluster_id: 3,
  size: 2,
};

describe('clusters', () => {
  it('reads the documented form', () => {
    const { clusters } = read({
      is_helpful: [{ cluster_name: 'Pricing', call_execution_ids: ['u1', 'u2'], description: 'Two prices.' }],
    });
    expect(clusters).toEqual([
      {
        id: 'fma-is-helpful-pricing',
        title: 'Pricing',
        description: 'Two prices.',
        evaluations: ['is_helpful'],
        runs: ['futureagi/run/u1', 'futureagi/run/u2'],
      },
    ]);
  });

  it('reads the form that the server stores, each member once', () => {
    const { clusters } = read({ Helpful: [stored] });
    expect(clusters[0]).toMatchObject({
      title: 'Contradicts itself on prices',
      description: 'Two prices for one thing.',
      advice: 'State the price once.',
      runs: ['futureagi/run/a', 'futureagi/run/b'],
    });
  });

  it('never shows praise as a failure', () => {
    const { clusters } = read({ Helpful: [{ ...stored, kind: 'success' }, { ...stored, kind: 'Success' }, stored] });
    expect(clusters).toHaveLength(1);
  });

  it('gives an id made of words, which the vendor renumbering its clusters does not change', () => {
    const first = read({ H: [stored, { ...stored, theme: 'Curt' }] }).clusters.map(({ id }) => id);
    const again = read({
      H: [
        { ...stored, theme: 'Curt', cluster_id: 0 },
        { ...stored, cluster_id: 1 },
      ],
    }).clusters;
    expect(again.map(({ id }) => id).sort()).toEqual([...first].sort());
    expect(read({ H: [stored, stored] }).clusters.map(({ id }) => id)).toEqual([
      'fma-h-contradicts-itself-on-prices',
      'fma-h-contradicts-itself-on-prices-2',
    ]);
    expect(read({ H: [{ ...stored, theme: '价格' }] }).clusters[0]?.id).toBe('fma-h');
  });

  it.each([
    ['a summary text', { summary: 'All in all good.' }],
    ['a text', 'good'],
    ['numbers', { a: 3 }],
    ['a list of texts', { Helpful: ['good'] }],
    ['an empty map', {}],
    ['null', null],
    ['a deep nest', { a: { b: { c: { d: { e: [stored] } } } } }],
  ])('finds no cluster in %s', (_what, summary) => {
    expect(read(summary).clusters).toEqual([]);
  });

  it.each([
    ['a bare list', [stored]],
    ['an object of clusters', { Helpful: { '0': stored } }],
    ['a wrapper', { Helpful: { clusters: [stored] } }],
    ['camel-case text', { Helpful: [{ ...stored, evidence_summary: undefined, evidenceSummary: 'Two.' }] }],
    ['representatives only', { Helpful: [{ ...stored, member_ids: [] }] }],
    ['members as objects', { Helpful: [{ ...stored, member_ids: [{ call_execution_id: 'a' }] }] }],
  ])('finds the cluster in %s', (_what, summary) => {
    const { clusters } = read(summary);
    expect(clusters).toHaveLength(1);
    expect(clusters[0]?.runs).toContain('futureagi/run/a');
    expect(clusters[0]?.description).toMatch(/^Two/);
  });

  it('names evaluations as the runs do: by id, by configuration name, by template name', () => {
    const statistics = {
      eval_results: [{ name: 'is_helpful', id: 't', result: [{ id: 'c1', name: 'Helpful or no', total_cells: 1 }] }],
      call_results: {
        count: 1,
        results: [{ call_execution_id: 'x', eval_outputs: { c1: { name: 'Helpful (old name)', output: 'Passed' } } }],
      },
    };
    const nameOf = (key: string, fields: object = {}) =>
      read({ [key]: [{ ...stored, ...fields }] }, statistics).clusters[0]?.evaluations;
    expect(nameOf('Helpful or no')).toEqual(['Helpful (old name)']);
    expect(nameOf('is_helpful')).toEqual(['Helpful (old name)']);
    expect(nameOf('something else', { eval_config_id: 'c1' })).toEqual(['Helpful (old name)']);
    expect(nameOf('Helpful (old name)')).toEqual(['Helpful (old name)']);
    expect(nameOf('unheard of')).toEqual(['unheard of']);
  });

  it('names one of several evaluations of one name as the runs do, where it tells which', () => {
    const shared = new Map([['Tone', ['c1', 'c2']]]);
    const named = (fields: object) =>
      toClusters(
        mustRead(executionReader, {
          execution_id: 'e',
          eval_explanation_summary: { Tone: [{ ...stored, ...fields }] },
        }),
        shared,
      ).clusters[0]?.evaluations;
    expect(named({ eval_config_id: 'c2' })).toEqual(['Tone [c2]']);
    expect(named({ eval_config_id: 'unheard of' })).toEqual(['Tone']);
  });

  it('reads members that are numbers', () => {
    expect(read({ H: [{ ...stored, member_ids: [1, null, 2] }] }).clusters[0]?.runs).toEqual([
      'futureagi/run/1',
      'futureagi/run/2',
    ]);
  });

  it('takes an error in the place of clusters for one, and an evaluation of that name for none', () => {
    expect(() => read({ error: 'The model did not answer.' })).toThrow('answered with an error');
    expect(() => read({ status: 'failed', message: 'No.' })).toThrow('answered with an error');
    expect(read({ error: [stored] }).clusters).toHaveLength(1);
  });

  it('does not guess between two configurations of one template', () => {
    const statistics = {
      eval_results: [
        {
          name: 'tone',
          id: 't',
          result: [
            { id: 'c1', name: 'Tone A' },
            { id: 'c2', name: 'Tone B' },
          ],
        },
      ],
    };
    expect(read({ tone: [stored] }, statistics).clusters[0]?.evaluations).toEqual(['tone']);
  });
});

describe('the state of the calculation', () => {
  const state = (status: string | undefined, summary: unknown, execution = 'completed') => {
    const { vendor_status, stale } = read(summary, { status: execution, eval_explanation_summary_status: status });
    return { vendor_status, stale };
  };

  it.each([
    ['computed, something found', 'completed', { H: [stored] }, 'completed', { vendor_status: 'completed' }],
    ['computed, nothing found', 'completed', {}, 'completed', { vendor_status: 'completed' }],
    ['waiting', 'pending', null, 'completed', { vendor_status: 'pending' }],
    ['running for the first time', 'running', null, 'completed', { vendor_status: 'running' }],
    ['stale while waiting', 'pending', { H: [stored] }, 'completed', { vendor_status: 'pending', stale: true }],
    ['stale while running', 'RUNNING', { H: [stored] }, 'completed', { vendor_status: 'running', stale: true }],
    [
      'stale after a failed calculation',
      'failed',
      { H: [stored] },
      'completed',
      { vendor_status: 'failed', stale: true },
    ],
    ['never computed: failed execution', 'pending', null, 'failed', { vendor_status: 'not_computed' }],
    ['never computed: cancelled execution', 'pending', null, 'cancelled', { vendor_status: 'not_computed' }],
    ['an old server that says nothing', undefined, { H: [stored] }, 'completed', {}],
  ] as const)('%s', (_what, status, summary, execution, expected) => {
    expect(state(status, summary, execution)).toEqual({ vendor_status: undefined, stale: undefined, ...expected });
  });
});

import { describe, expect, it } from 'vitest';
import type { Call, Config, EvalOutput } from '../../../../src/sandbox/dialects/futureagi/records.ts';
import { evalResults } from '../../../../src/sandbox/dialects/futureagi/statistics.ts';

const config = (name: string, template = 't'): Config => ({
  id: `id-${name}`,
  name,
  template: { id: template, name: `T ${template}` },
});
const call = (entry: EvalOutput | undefined, status = 'completed', name = 'A'): Call => ({
  id: 'c',
  scenario: { id: 's', name: 'S' },
  status,
  started_at: null,
  completed_at: null,
  updated_at: 0,
  duration_seconds: null,
  ended_reason: null,
  call_summary: null,
  evals: entry ? { [`id-${name}`]: entry } : {},
  latency_ms: null,
  cost_cents: null,
  chat: false,
  lines: [],
});
const word = (output: unknown): EvalOutput => ({ output, output_type: 'Pass/Fail' });
const score = (output: unknown): EvalOutput => ({ output, output_type: 'score' });
const choice = (output: unknown): EvalOutput => ({ output, output_type: 'choices' });

describe('eval_results', () => {
  it('counts words in any case and booleans; other words count in the cells only', () => {
    const [item] = evalResults(
      [config('A')],
      ['Passed', 'passed', true, 'Failed', false, 'Maybe'].map((one) => call(word(one))),
    );
    expect(item).toEqual({
      name: 'T t',
      id: 't',
      output_type: 'Pass/Fail',
      total_pass_rate: 50,
      result: [
        { name: 'A', id: 'id-A', total_cells: 6, output: { pass: 50, fail: 33.33, pass_count: 3, fail_count: 2 } },
      ],
    });
  });

  it('looks at completed calls and entries with an output only', () => {
    const calls = [
      call(word('Failed')),
      call(word('Passed'), 'failed'),
      call({ ...word(null), error: 'error' }),
      call({ status: 'pending' }),
      call(undefined),
    ];
    expect(evalResults([config('A')], calls)).toMatchObject([{ result: [{ total_cells: 1, output: { fail: 100 } }] }]);
  });

  it('reads 0 where there is no data, exactly as for a total failure', () => {
    expect(evalResults([config('A')], [call({ ...word(null), error: 'error' })])).toMatchObject([
      { output_type: '', total_pass_rate: 0, result: [{ total_cells: 0, output: {} }] },
    ]);
    expect(evalResults([config('A')], [call(word('Failed'))])).toMatchObject([{ total_pass_rate: 0 }]);
  });

  it('spreads scores over percentiles without p0 and p99, p100 being the maximum; objects are skipped', () => {
    const [item] = evalResults(
      [config('A')],
      [0, 0.5, 1, { score: 0.1 }].map((one) => call(score(one))),
    );
    expect(item).toMatchObject({ output_type: 'score', total_avg: 50, result: [{ total_cells: 4, avg_score: 50 }] });
    expect(item).toHaveProperty('result.0.output.p100', 100);
    expect(item).toHaveProperty('result.0.output.p50', 50);
    expect(item).not.toHaveProperty('result.0.output.p99');
    expect(item).toMatchObject({ total_pass_rate: undefined });
  });

  it('prints chosen lists and objects as Python does', () => {
    const [item] = evalResults(
      [config('A')],
      ['x', ['a', 'b'], { choice: 'x', n: 1 }, 'x'].map((one) => call(choice(one))),
    );
    expect(item).toMatchObject({
      output_type: 'choices',
      result: [{ output: { x: 50, "['a', 'b']": 25, "{'choice': 'x', 'n': 1}": 25 } }],
    });
  });

  it('groups configurations of one template and sums choices of the first one only', () => {
    const both = [config('A'), config('B')];
    const calls = [call(choice('x')), call(choice('y'), 'completed', 'B')];
    expect(evalResults(both, calls)).toMatchObject([
      { total_choices_avg: { x: 50 }, result: [{ name: 'A' }, { name: 'B' }] },
    ]);
  });

  it('filters by configuration name, case and all', () => {
    expect(evalResults([config('A')], [], ['a'])).toEqual([]);
    expect(evalResults([config('A'), config('B', 'u')], [], ['A'])).toHaveLength(1);
  });

  it.each(['numeric', 'reason'])('falls over a %s evaluation', (output_type) => {
    expect(() => evalResults([config('A')], [call({ output: 1, output_type })])).toThrow('Unable to fetch');
    expect(() => evalResults([config('A')], [call({ output: 1, output_type })], ['other'])).not.toThrow();
  });
});

/** The payloads that the vendor publishes parse and map, contradictions and all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { toClusters } from '../../../src/providers/futureagi/clusters.ts';
import { toRun, toRunInFull } from '../../../src/providers/futureagi/map-run.ts';
import { toSession } from '../../../src/providers/futureagi/map-session.ts';
import { configNames } from '../../../src/providers/futureagi/verdict.ts';
import {
  callDetailReader,
  executionReader,
  executionRowReader,
  pageIn,
} from '../../../src/providers/futureagi/wire.ts';
import { mustRead } from '../../support/data.ts';

function published(name: string): unknown {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', `${name}.response.json`), 'utf8');
  return z.object({ status: z.literal(true), result: z.unknown() }).parse(JSON.parse(text)).result;
}

describe('published payloads', () => {
  it('a call: words and booleans decide alike', () => {
    const detail = mustRead(callDetailReader, published('runs-by-call'));
    const run = toRunInFull(detail, detail.execution_id ?? '', {});
    expect(run).toMatchObject({
      name: 'Billing Inquiry',
      status: 'completed',
      verdict: 'failed',
      failed_evaluations: ['Resolution'],
      duration_seconds: 88,
      latency_seconds: 1.234,
      cost: { amount: 0.24, unit: 'USD' },
      ended_reason: 'customer-ended-call',
    });
    expect(run.evaluations.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['Coherence', 'passed'],
      ['Resolution', 'failed'],
    ]);
  });

  it.each(['runs-by-execution', 'runs-by-execution-summary'])('%s: an execution', (name) => {
    const detail = mustRead(executionReader, published(name));
    expect(toSession(detail)).toMatchObject({
      status: 'completed',
      counts: { runs: 30, error: 4, uncounted: 26 },
      ended_at: '2026-01-19T08:15:00.000Z',
    });
    const [row] = detail.call_results?.rows ?? [];
    if (!row) throw new Error('No row.');
    const run = toRun(row, {
      session: detail.execution_id,
      names: configNames(detail.eval_results),
      depth: 'reasons',
    });
    // The entry is keyed by a made-up id and named after the template; its own name is what is shown.
    expect(run.evaluations).toEqual([{ name: 'is_helpful', verdict: 'passed' }]);
  });

  it('its clusters', () => {
    const set = toClusters(mustRead(executionReader, published('runs-by-execution-summary')));
    expect(set.vendor_status).toBe('completed');
    expect(set.stale).toBeUndefined();
    expect(set.clusters).toMatchObject([
      {
        title: 'Pricing contradictions',
        description: 'Agent gives different prices for the same product.',
        evaluations: ['is_helpful'],
        runs: ['futureagi/run/uuid1', 'futureagi/run/uuid2'],
      },
    ]);
  });

  it('executions of a name, whose page count cannot be right', () => {
    const page = pageIn(executionRowReader, published('runs-by-name'));
    // It says 12 pages of 12 rows at 10 a page: the rows are what is believed.
    expect(page).toMatchObject({ total: 12, total_pages: undefined });
    expect(page.rows[0]).toMatchObject({ execution_id: '75f6a314-...', failed_calls: 2 });
  });
});

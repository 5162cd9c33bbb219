import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../../src/providers/coval/api.ts';
import { ENDPOINTS } from '../../../src/providers/coval/endpoints.ts';
import { firstPage } from '../../../src/providers/shared/pages.ts';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import { connect, idOf, launch, openWorld, readRuns, readSession, recorder, sessionNamed } from './harness.ts';

const PUBLISHED = JSON.parse(readFileSync(new URL('./published-list-simulations.json', import.meta.url), 'utf8'));

describe('one run', () => {
  it.each(['offsets', 'raw', 'json', 'tool_calls'] as const)('reads a transcript sent as %s', async (transcripts) => {
    const world = await openWorld({ transcripts });
    const session = await sessionNamed(world, 'Bookings');
    const [brief] = await readRuns(world, session);
    const id = idOf(brief?.ref);
    const engineRun = world.engine.sessions().find((one) => one.name.includes('Bookings'))?.runs[0];
    const truth = engineRun?.outcome.kind === 'conversation' ? engineRun.outcome.conversation.turns : [];
    const { turns } = await world.provider.runs.transcript([id], world.call);
    expect(turns.map((turn) => turn.speaker)).toEqual(truth.map((turn) => turn.speaker));
    expect(turns.map((turn) => turn.index)).toEqual(truth.map((_, index) => index));
    for (const [index, turn] of truth.entries()) {
      expect(turns[index]?.at_seconds).toBeCloseTo(turn.at_seconds, 2);
      if (turn.speaker !== 'tool') expect(turns[index]?.text).toBe(turn.text);
      else if (transcripts !== 'offsets') expect(turns[index]?.text).toContain(turn.tool?.name);
    }
    const run = await world.provider.runs.get([id], world.call);
    expect(run.turns).toBe(truth.length);
    expect(run.duration_seconds).toBeGreaterThan(1);
    expect(run.name).toBe(brief?.name);
    expect(run.evaluations.map((e) => [e.name, e.verdict])).toEqual(brief?.evaluations.map((e) => [e.name, e.verdict]));
    expect(run.evaluations.every((e) => e.reason)).toBe(true);
  });

  it('has no transcript, no recording and no evaluations before it ran', async () => {
    const world = await openWorld();
    const session = await launch(world);
    world.clock.now += 500;
    const [brief] = await readRuns(world, session);
    const id = idOf(brief?.ref);
    expect(await world.provider.runs.transcript([id], world.call)).toEqual({ turns: [] });
    const problem = await problemOf(Promise.resolve(world.provider.runs.recording?.([id], world.call)));
    expect(problem.kind).toBe('not_found');
    expect(problem.details.next).toContain('audio');
    expect((await world.provider.runs.get([id], world.call)).verdict).toBe('pending');
  });

  it('hands out the recording with its type and lifetime', async () => {
    const world = await openWorld();
    const [run] = await readRuns(world, await sessionNamed(world, 'last night'));
    const recording = await world.provider.runs.recording?.([idOf(run?.ref)], world.call);
    expect(recording).toMatchObject({ mime_type: 'audio/wav', expires_in_seconds: 3600 });
  });

  it('maps the published list', async () => {
    const run = { run: { run_id: 'abc123xyz789', status: 'COMPLETED', test_set_id: 'aB1cD2eF' } };
    const { url } = await recorder((path) => {
      if (path.startsWith('/v1/runs/')) return { body: JSON.stringify(run) };
      if (path.startsWith('/v1/simulations/')) return { body: '{"metrics": []}' };
      if (path.startsWith('/v1/simulations'))
        return { body: JSON.stringify(path.includes('page_token') ? { simulations: [] } : PUBLISHED) };
      return { body: '{"metrics": [], "test_cases": []}' };
    });
    const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: url });
    const call = { signal: noDeadline() };
    const { runs } = await readSession({ provider, call }, 'abc123xyz789', 'reasons');
    expect(runs).toEqual([
      expect.objectContaining({
        ref: 'coval/run/abc123xyz789',
        session: 'coval/session/abc123xyz789',
        status: 'completed',
        verdict: 'inconclusive',
        test: 'coval/case/test_xyz123',
        variant: 'GPT-4 Fast VAD',
        iteration: 0,
        started_at: '2025-10-14T12:00:00.000Z',
        has_recording: true,
      }),
    ]);
    // It completed: the message beside it is no execution error.
    expect(runs[0]?.error).toBeUndefined();
  });

  it('refuses to count simulations of another run', async () => {
    const world = await openWorld();
    const { url } = await recorder((path) => {
      if (path.startsWith('/v1/runs/')) return { body: '{"run": {"run_id": "r1", "status": "COMPLETED"}}' };
      if (path.startsWith('/v1/simulations'))
        return { body: '{"simulations": [{"simulation_id": "s1", "run_id": "r2", "status": "COMPLETED"}]}' };
      return { body: '{"metrics": []}' };
    });
    const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: url });
    const problem = await problemOf(readRuns({ ...world, provider }, 'r1'));
    expect(problem.kind).toBe('unreadable');
  });

  it('asks for outputs that the list left out or showed twice', async () => {
    const simulation = (id: string) => ({
      simulation_id: id,
      run_id: 'r1',
      status: 'FAILED',
      create_time: '2026-01-01T00:00:00Z',
    });
    const { url, requests } = await recorder((path) => {
      const results = { output_ids: ['s1', 's2', 's3'], metrics: {} };
      if (path.startsWith('/v1/runs/'))
        return { body: JSON.stringify({ run: { run_id: 'r1', status: 'COMPLETED', results } }) };
      if (path === '/v1/simulations/s2') return { body: JSON.stringify({ simulation: simulation('s2') }) };
      if (path === '/v1/simulations/s3')
        return { status: 404, body: '{"error": {"code": "NOT_FOUND", "message": "gone"}}' };
      if (path.startsWith('/v1/simulations'))
        return { body: JSON.stringify({ simulations: [simulation('s1'), simulation('s1')] }) };
      return { body: '{"metrics": []}' };
    });
    const world = await openWorld();
    const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: url });
    const { runs, coverage } = await readSession({ ...world, provider }, 'r1');
    expect(runs.map((run) => run.ref)).toEqual(['coval/run/s1', 'coval/run/s2']);
    // The one that is gone is missing, not forgotten.
    expect(coverage).toMatchObject({ complete: false, expected: 3, read: 2, missing: 1 });
    expect(requests.some(({ url: path }) => path === '/v1/simulations/s3')).toBe(true);
  });

  it('never shows what agents keep in their metadata', async () => {
    const world = await openWorld();
    const session = await sessionNamed(world, 'last night');
    const { items } = await world.provider.tests.list({ limit: 50 }, world.call);
    const suite = items.find((test) => test.kind === 'suite');
    const seen = [
      await world.provider.sessions.get([session], world.call),
      await readRuns(world, session, 'reasons'),
      await world.provider.tests.get('suite', [idOf(suite?.ref)], world.call),
    ];
    const raw = await (
      await fetch(`${world.url}/v1/agents`, { headers: { 'x-api-key': 'coval_sk_sandbox_0001' } })
    ).text();
    expect(raw).toContain('sandbox-agent-secret');
    expect(JSON.stringify(seen)).not.toContain('sandbox-agent-secret');
  });
});

describe('tests', () => {
  it('lists suites, then cases, and pages through both', async () => {
    const world = await openWorld();
    const refs: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.provider.tests.list({ limit: 4, ...(cursor ? { cursor } : {}) }, world.call);
      refs.push(...page.items.map((test) => test.ref));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(refs).toHaveLength(world.engine.suites.length + world.engine.cases.length);
    expect(new Set(refs).size).toBe(refs.length);
    expect(refs[0]).toContain('/suite/');
  });

  it('searches names and tells what a suite needs to start', async () => {
    const world = await openWorld();
    const found = await world.provider.tests.list({ kind: 'suite', search: 'BILLING', limit: 5 }, world.call);
    expect(found.items.map((test) => test.name)).toEqual(['Billing and insurance']);
    const suite = await world.provider.tests.get('suite', [idOf(found.items[0]?.ref)], world.call);
    expect(suite.cases).toBe(suite.members?.length);
    expect(suite.options?.agent).toContain('Bright Harbor Dental');
    expect(suite.options?.repeat).toContain('order of creation');
    const problem = await problemOf(world.provider.tests.get('suite', ['zzzzzzzz'], world.call));
    expect(problem.details.candidates?.length).toBeGreaterThan(0);
  });
});

describe('rows that take more than a page', () => {
  it('leave out the long results, show built-in metrics, and read one metric', async () => {
    const world = await openWorld();
    const { http } = connect({ COVAL_API_KEY: 'coval_sk_sandbox_0001', COVAL_BASE_URL: world.url });
    const api = createApi(http, () => world.clock.now);
    const { signal } = world.call;
    const [run] = await readRuns(world, await sessionNamed(world, 'last night'));
    const outputsOf = (view: string) =>
      firstPage(api.list(ENDPOINTS.listMetricOutputs, { params: { id: idOf(run?.ref) }, query: { view }, signal }));
    const outputs = await outputsOf('FULL');
    expect(outputs.every((output) => output.result)).toBe(true);
    const basic = await outputsOf('BASIC');
    expect(basic.length > 0 && basic.every((output) => output.result === undefined)).toBe(true);
    const metrics = (query: { include_builtin?: boolean }) =>
      firstPage(api.list(ENDPOINTS.listMetrics, { query, signal }));
    expect(await metrics({ include_builtin: true })).toHaveLength((await metrics({})).length + 1);
    const id = outputs[0]?.metric_id ?? '';
    expect((await api.one(ENDPOINTS.getMetric, { params: { id }, signal })).metric_name).toBeTruthy();
  });
});

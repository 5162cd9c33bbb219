/** Every payload that the vendors publish, served as it is printed: parsed, mapped and rendered by the tools, no special case. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createServices } from '../../src/commands/services.ts';
import { readConfig } from '../../src/config/config.ts';
import { toolNamed } from '../../src/mcp/catalogue.ts';
import { presentAnswer } from '../../src/mcp/present/answer.ts';
import { isQuestion, type ToolContext } from '../../src/mcp/tool.ts';
import { createReading } from '../../src/reading/reading.ts';
import { bookInMemory } from '../support/book.ts';
import { at, list } from '../support/data.ts';
import { onLoopback } from '../support/loopback.ts';
import { noChanges } from '../support/no-changes.ts';
import { noDeadline } from '../support/waiting.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const HEX = '683ef2a378a878cc6550f78b';

const published = (file: string): unknown => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));

const PUBLISHED = {
  synthflowSessions: published('providers/synthflow/fixtures/list-sessions.response.json'),
  synthflowStartRequest: published('providers/synthflow/fixtures/start-simulation.request.json'),
  synthflowStartReply: published('providers/synthflow/fixtures/start-simulation.response.json'),
  cognigyRuns: published('providers/cognigy/fixtures/list-runs.response.json'),
  covalSimulations: published('contract/coval/published-list-simulations.json'),
  futureagiCall: published('providers/futureagi/fixtures/runs-by-call.response.json'),
  futureagiExecution: published('providers/futureagi/fixtures/runs-by-execution.response.json'),
  futureagiSummary: published('providers/futureagi/fixtures/runs-by-execution-summary.response.json'),
  futureagiByName: published('providers/futureagi/fixtures/runs-by-name.response.json'),
};

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Answers by the first pattern that fits `METHOD path?query`; anything else is 404. */
type Routes = readonly (readonly [pattern: RegExp, body: unknown])[];

async function serve(routes: Routes) {
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      if (text) bodies.push(JSON.parse(text));
      const found = routes.find(([pattern]) => pattern.test(`${request.method} ${request.url}`));
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ? found[1] : { detail: 'Not Found' }));
    });
  });
  const { origin, close } = await onLoopback(server);
  open.push(close);
  return { url: origin, bodies };
}

/** The tools over one platform whose API gives these answers. */
async function room(settings: (url: string) => Record<string, string>, routes: Routes) {
  const { url, bodies } = await serve(routes);
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-published-'));
  open.push(async () => rmSync(home, { recursive: true, force: true }));
  const config = readConfig([], { ...settings(url), AGENT_SIM_HOME: home });
  const rooms = createServices(config);
  open.push(() => rooms.close());
  const context: ToolContext = {
    config,
    registry: rooms.registry,
    reading: createReading(),
    changer: noChanges(),
    redact: (one: string) => one,
    modes: bookInMemory(),
    starter: rooms.starter,
    signal: noDeadline(),
    progress: () => undefined,
    runsRead: () => undefined,
    runsHeld: () => undefined,
    atWork: () => undefined,
    canAsk: false,
  };
  return {
    bodies,
    async ask(name: string, args: Record<string, unknown>) {
      const tool = toolNamed(name);
      const answer = await tool.run(args, context);
      if (isQuestion(answer)) throw new Error('a question');
      const wire = presentAnswer(tool, answer, { sandbox: false, redact: rooms.redact });
      const data = wire.structuredContent ?? {};
      // What hosts check: the structured content against the schema of the tool.
      expect(tool.output.safeParse(data).error).toBeUndefined();
      const text = wire.content[0]?.text ?? '';
      expect(text).not.toMatch(/\bundefined\b|\[object |\bNaN\b|\bnull\b/);
      return { data, text };
    },
  };
}

const synthflow = (url: string) => ({ SYNTHFLOW_API_KEY: 'k-12345678', SYNTHFLOW_BASE_URL: url });
const cognigy = (url: string) => ({
  COGNIGY_API_KEY: 'k-12345678',
  COGNIGY_BASE_URL: url,
  COGNIGY_PROJECT_ID: HEX,
});
const coval = (url: string) => ({ COVAL_API_KEY: 'k-12345678', COVAL_BASE_URL: url });
const futureagi = (url: string) => ({ FI_API_KEY: 'k-12345678', FI_SECRET_KEY: 's-12345678', FI_BASE_URL: url });

describe('Synthflow', () => {
  const [session] = list(at(at(PUBLISHED.synthflowSessions, 'response'), 'items'));
  const [simulation] = list(at(session, 'simulations'));
  const routes: Routes = [
    [/^GET \/v2\/simulations\/sessions\?/, PUBLISHED.synthflowSessions],
    [/^GET \/v2\/simulations\/session\/string$/, { status: 'ok', response: session }],
    [/^GET \/v2\/simulations\/string$/, { status: 'ok', response: simulation }],
    [
      /^GET \/v2\/simulations\?/,
      {
        status: 'ok',
        response: { pagination: { total_records: 1, limit: 1, offset: 0 }, items: [simulation] },
      },
    ],
  ];

  it('list-sessions: as a list, as a session, with its run and its transcript', async () => {
    const { ask } = await room(synthflow, routes);
    const sessions = await ask('list_sessions', {});
    expect(sessions.data).toMatchObject({
      sessions: [{ ref: 'synthflow/session/string', status: 'running', counts: { runs: 1, pending: 1 } }],
    });
    expect(sessions.text).toContain('synthflow/session/string');
    expect((await ask('get_session', { session: 'synthflow/session/string' })).data).toMatchObject({
      session: { status: 'running', counts: { runs: 1, pending: 1 } },
    });
    const runs = await ask('list_runs', { session: 'synthflow/session/string' });
    expect(runs.data).toMatchObject({ runs: [{ ref: 'synthflow/run/string', status: 'running', verdict: 'pending' }] });
    const run = await ask('get_run', { run: 'synthflow/run/string' });
    expect(run.data).toMatchObject({ evaluations: [{ name: 'string' }] });
    const transcript = await ask('get_transcript', { run: 'synthflow/run/string' });
    expect(transcript.data).toMatchObject({ turns: [{ index: 0, speaker: 'unknown', text: 'string' }] });
  });

  it('start-simulation: the published request is what is sent, the published reply is a start', async () => {
    const test = String(at(PUBLISHED.synthflowStartRequest, 'simulation_case_id'));
    const agent = String(at(PUBLISHED.synthflowStartRequest, 'target_agent_id'));
    const { ask, bodies } = await room(synthflow, [
      [
        /^GET \/v2\/simulation_cases\//,
        {
          status: 'ok',
          response: {
            simulation_case_id: test,
            name: 'John calls',
            base_agent: { model_id: agent, agent_name: 'Desk' },
          },
        },
      ],
      [/^POST \/v2\/simulations$/, PUBLISHED.synthflowStartReply],
    ]);
    const variables = at(PUBLISHED.synthflowStartRequest, 'custom_variables');
    const { data, text } = await ask('start_simulation', { test: `synthflow/case/${test}`, variables });
    expect(bodies).toEqual([PUBLISHED.synthflowStartRequest]);
    const run = `synthflow/run/${String(at(at(PUBLISHED.synthflowStartReply, 'response'), 'simulation_id'))}`;
    expect(data).toMatchObject({ outcome: 'started', run });
    expect(text).toContain(run);
  });
});

describe('NiCE Cognigy Simulator', () => {
  it('list-runs: as runs, as one run, with a transcript whose speaker is inferred', async () => {
    const [run] = list(at(PUBLISHED.cognigyRuns, 'data'));
    const session = `cognigy/session/${HEX}~${UUID}`;
    const { ask } = await room(cognigy, [
      // The page prints one run and counts 123; a list that holds less than it counts is refused, so it counts what it holds.
      [
        /^GET \/testing\/simulations\/[^/]+\/batches\/[^/]+\/runs\?/,
        { data: [run], pagination: { limit: 50, skip: 0, total: 1, hasNext: false, hasPrevious: false } },
      ],
      [/^GET \/testing\/simulations\/[^/]+\/batches\/[^/]+\/runs\//, run],
      [/^GET \/testing\/simulations\/[^/]+\/batches\/[^/]+\?/, { id: UUID, status: 'COMPLETED', runs: 1 }],
    ]);
    const runs = await ask('list_runs', { session });
    // Stopped and with an error at once: it never passes, whatever `success` says.
    expect(runs.data).toMatchObject({ session, runs: [{ verdict: 'error' }] });
    const ref = `cognigy/run/${HEX}~${UUID}~${encodeURIComponent('<string>')}`;
    const one = await ask('get_run', { run: ref });
    expect(one.data).toMatchObject({ run: { verdict: 'error' }, error: { message: expect.any(String) } });
    const transcript = await ask('get_transcript', { run: ref });
    expect(transcript.data).toMatchObject({ speaker_inferred: true, turns: [{ text: '<string>' }] });
  });
});

describe('Coval', () => {
  it('list-simulations: as runs of a session', async () => {
    const { ask } = await room(coval, [
      [/^GET \/v1\/runs\/abc123xyz789$/, { run: { run_id: 'abc123xyz789', status: 'COMPLETED' } }],
      [/^GET \/v1\/simulations\?.*page_token/, { simulations: [] }],
      [/^GET \/v1\/simulations\?/, PUBLISHED.covalSimulations],
      [/^GET \/v1\/simulations\/abc123xyz789\/metrics/, { metrics: [] }],
      [/^GET \/v1\/metrics\?/, { metrics: [] }],
    ]);
    const runs = await ask('list_runs', { session: 'coval/session/abc123xyz789' });
    expect(runs.data).toMatchObject({
      runs: [{ ref: 'coval/run/abc123xyz789', status: 'completed', verdict: 'inconclusive' }],
    });
    const session = await ask('get_session', { session: 'coval/session/abc123xyz789' });
    expect(session.data).toMatchObject({ session: { counts: { runs: 1, inconclusive: 1 } } });
  });
});

describe('Future AGI', () => {
  const session = `futureagi/session/${UUID}`;
  const byExecution = (body: unknown): Routes => [[/^GET \/sdk\/api\/v1\/simulation\/runs\/\?/, body]];
  /** The examples print one of the 30 calls they count; the others are put back as copies of it. */
  const whole = (body: unknown): unknown => {
    const result = at(body, 'result');
    const calls = at(result, 'call_results');
    const [row] = list(at(calls, 'results'));
    const rows = Array.from({ length: Number(at(calls, 'count')) }, (_, index) =>
      index === 0 ? row : Object.assign({}, row, { call_execution_id: `copy-${index}` }),
    );
    return { ...Object(body), result: { ...Object(result), call_results: { ...Object(calls), results: rows } } };
  };

  it('runs-by-call: as a run with its reasons', async () => {
    const { ask } = await room(futureagi, byExecution(PUBLISHED.futureagiCall));
    const { data, text } = await ask('get_run', { run: `futureagi/run/${UUID}` });
    expect(data).toMatchObject({
      run: { verdict: 'failed', failed_evaluations: ['Resolution'], duration_seconds: 88 },
      evaluations: [
        { name: 'Resolution', verdict: 'failed', reason: 'Customer hung up without resolution.' },
        { name: 'Coherence', verdict: 'passed' },
      ],
    });
    expect(text).toContain('Customer hung up without resolution.');
    // This deployment has no view with the turns: the run is shown without them, and it is said.
    expect(data.excerpt).toBeUndefined();
    expect(data.transcript_problem).toContain('knows no run');
    expect(text).toContain('Its turns could not be read');
  });

  it('runs-by-execution: searched, its runs count as runs whose transcript could not be read', async () => {
    const { ask } = await room(futureagi, byExecution(whole(PUBLISHED.futureagiExecution)));
    // The published ids are cut short, so nothing can be asked about a single call.
    const { data, text } = await ask('search_transcripts', { session, query: 'price' });
    expect(data).toMatchObject({ matches: [], runs_searched: 0, runs_total: 30, runs_unreadable: 30 });
    expect(text).toContain('the transcripts of 30 runs could not be read');
  });

  it.each(['futureagiExecution', 'futureagiSummary'] as const)('%s: as a session and its runs', async (name) => {
    const printed = await room(futureagi, byExecution(PUBLISHED[name]));
    // One of 30 calls is no list of 30 calls, and is not passed off as one.
    const one = await printed.ask('list_runs', { session });
    expect(one.data.coverage).toMatchObject({ complete: false, expected: 30, read: 1, missing: 29 });
    expect(one.text.split('\n')[0]).toMatch(
      /^Incomplete: 29 of the 30 runs that the platform counts were on no page\./,
    );
    const { ask } = await room(futureagi, byExecution(whole(PUBLISHED[name])));
    const runs = await ask('list_runs', { session, limit: 50 });
    expect(list(runs.data.runs)).toHaveLength(30);
    expect(list(runs.data.runs)[0]).toMatchObject({
      name: 'Billing Inquiry',
      verdict: 'passed',
      duration_seconds: 120,
    });
    const { data } = await ask('get_session', { session });
    expect(data).toMatchObject({
      session: { status: 'completed', created_at: '2026-01-19T07:42:26.006Z', counts: { runs: 30, passed: 30 } },
    });
  });

  it('runs-by-execution-summary: its cluster, labelled as the platform’s', async () => {
    const { ask } = await room(futureagi, byExecution(whole(PUBLISHED.futureagiSummary)));
    const { data, text } = await ask('get_failure_clusters', { session });
    expect(data).toMatchObject({
      clusters: [
        {
          title: 'Pricing contradictions',
          source: 'vendor',
          description: 'Agent gives different prices for the same product.',
          runs_total: 2,
        },
      ],
    });
    expect(text).toContain('Pricing contradictions');
  });

  it('runs-by-name: as the sessions of a run test', async () => {
    const { ask } = await room(futureagi, [
      ...byExecution(PUBLISHED.futureagiByName),
      [/^GET \/simulate\/run-tests\/[0-9a-f-]+\/$/, { id: UUID, name: 'Nightly' }],
      [/^GET \/simulate\/run-tests\/\?/, { count: 1, results: [{ id: UUID, name: 'Nightly' }] }],
    ]);
    const { data, text } = await ask('list_sessions', { test: `futureagi/suite/${UUID}` });
    expect(data).toMatchObject({ sessions: [{ status: 'completed', created_at: '2026-03-05T10:12:32.790Z' }] });
    expect(text).toContain('75f6a314-');
  });
});

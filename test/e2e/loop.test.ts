/** The whole loop on the built server, with clients of both protocol eras. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connected, connect, ERAS } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { readingOffers } from '../support/next-calls.ts';
import { ROOT } from '../support/root.ts';

const SHIPPED = join(ROOT, 'src/sandbox/playbook.md');

describe.each(ERAS)('client %s', (era) => {
  let folder: string;
  let playbook: string;
  let server: Connected;
  let before = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'agent-sim-loop-'));
    playbook = join(folder, 'playbook.md');
    copyFileSync(SHIPPED, playbook);
    server = await connect({
      era,
      args: ['serve', '--sandbox', '--playbook', playbook, '--speed', '120'],
      env: { AGENT_SIM_CONFIRM: 'off' },
    });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lists its tools in a fixed order', async () => {
    const { tools } = await server.client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual([
      'list_providers',
      'list_tests',
      'get_test',
      'list_sessions',
      'get_session',
      'list_runs',
      'get_run',
      'get_transcript',
      'search_transcripts',
      'list_failures',
      'save_failure_modes',
      'get_failure_clusters',
      'compare_sessions',
      'get_trend',
      'start_simulation',
      'wait_for_session',
      'cancel_session',
      'list_agents',
      'get_agent',
      'propose_agent_change',
      'apply_agent_change',
      'revert_agent_change',
    ]);
  });

  it('starts a suite, follows it with progress, and finds what failed and why', async () => {
    const tests = list((await server.call('list_tests', { provider: 'synthflow', kind: 'suite' })).data.tests);
    const suite = text(
      at(
        tests.find((test) => /booking/i.test(text(at(test, 'name')))),
        'ref',
      ),
    );
    const started = await server.call('start_simulation', { test: suite, key: 'before' });
    expect(started.data).toMatchObject({ outcome: 'started', sandbox: true });
    before = text(started.data.session);

    const progress: string[] = [];
    let done = false;
    for (let tries = 0; tries < 10 && !done; tries += 1) {
      const waited = await server.call(
        'wait_for_session',
        { session: before, timeout_seconds: 10 },
        { onprogress: ({ message }) => progress.push(message ?? '') },
      );
      done = waited.data.done === true;
    }
    expect(done).toBe(true);
    expect(progress.some((message) => /\d+ of 8 runs finished/.test(message))).toBe(true);

    const session = await server.call('get_session', { session: before });
    expect(at(session.data.session, 'counts')).toEqual({ runs: 8, passed: 1, failed: 7 });
    expect(session.text).toContain('1 of 8 passed');
    expect(at(session.data.session, 'pass_rate')).toBe(0.125);

    const clusters = await server.call('get_failure_clusters', { session: before });
    expect(list(clusters.data.clusters).length).toBeGreaterThan(1);
    expect(list(clusters.data.clusters).map((one) => at(one, 'source'))).not.toContain('mode');
    expect(clusters.text).toContain('a first look');
  });

  it('names a cause by reading, and counts it from then on', async () => {
    const lines = list((await server.call('list_failures', { session: before })).data.failures);
    const identity = /first name|verifying who|birth date/i;
    const failures = lines.filter((line) => identity.test(text(at(line, 'reason')))).map((line) => at(line, 'id'));
    expect(failures.length).toBeGreaterThan(0);
    const mode = {
      title: 'Opens the file on a first name',
      definition: 'Full name and date of birth were not checked.',
      source: 'agent',
      fix_kind: 'prompt',
      failures,
    };
    const saved = await server.call('save_failure_modes', { session: before, modes: [mode] });
    expect(saved.isError, saved.text).toBe(false);
    const { clusters, coded } = (await server.call('get_failure_clusters', { session: before })).data;
    expect(list(clusters)[0]).toMatchObject({ source: 'mode', title: mode.title });
    expect(coded).toBe(failures.length);
  });

  it('reads the failing turn of a failed run', async () => {
    const runs = list((await server.call('list_runs', { session: before, verdict: 'failed' })).data.runs);
    expect(runs).toHaveLength(7);
    const run = text(at(runs[0], 'ref'));
    const read = await server.call('get_run', { run });
    expect(
      list(read.data.evaluations).some((one) => at(one, 'verdict') === 'failed' && text(at(one, 'reason')).length > 10),
    ).toBe(true);
    const transcript = await server.call('get_transcript', { run, around: 'failure' });
    expect(list(transcript.data.turns).length).toBeGreaterThan(2);
    expect(transcript.text).toMatch(/<<<quoted [0-9a-f]{12}/);
    const search = await server.call('search_transcripts', {
      session: before,
      query: 'appointment',
      speaker: 'caller',
    });
    expect(list(search.data.matches).every((match) => at(match, 'speaker') === 'caller')).toBe(true);
    expect(search.data.runs_searched).toBe(8);
  });

  it('proves that an edit of the playbook fixed exactly one cause', async () => {
    const text0 = readFileSync(playbook, 'utf8');
    writeFileSync(
      playbook,
      text0.replace(
        /^- A first name is enough.*$/m,
        "- Verify the caller's full name and date of birth before sharing or changing an appointment.",
      ),
    );
    const tests = list((await server.call('list_tests', { provider: 'synthflow', kind: 'suite' })).data.tests);
    const suite = text(
      at(
        tests.find((test) => /booking/i.test(text(at(test, 'name')))),
        'ref',
      ),
    );
    const after = text((await server.call('start_simulation', { test: suite, key: 'after' })).data.session);
    for (let tries = 0; tries < 10; tries += 1) {
      if ((await server.call('wait_for_session', { session: after, timeout_seconds: 10 })).data.done === true) break;
    }
    const compared = await server.call('compare_sessions', { before, after });
    expect(compared.data).toMatchObject({ matched: 8, verdict: 'no clear difference', test: 'McNemar exact' });
    expect(list(compared.data.fixed).map((entry) => at(entry, 'name'))).toEqual(['When is my appointment?']);
    expect(list(compared.data.broken)).toEqual([]);
    expect(compared.text).toContain('1 fixed, 0 broken');
    // Nobody has read the failures of the new session: the mode could be among them.
    expect(list(at(compared.data.modes, 'resolved'))).toEqual([]);
    expect(list(at(compared.data.modes, 'unsettled'))).toHaveLength(1);
  });

  it('reads resources', async () => {
    const { resourceTemplates } = await server.client.listResourceTemplates();
    expect(resourceTemplates).toHaveLength(5);
    const { resources } = await server.client.listResources();
    expect(resources.map((resource) => resource.uri)).toContain('simulation://guide');
    expect(resources.map((resource) => resource.uri)).toContain(`simulation://${before}`);
    const { contents } = await server.client.readResource({ uri: `simulation://${before}` });
    expect(text(at(contents[0], 'text'))).toContain('1 of 8 passed');
  });

  it('gets prompts and completes references', async () => {
    const { prompts } = await server.client.listPrompts();
    expect(prompts.map((prompt) => prompt.name)).toEqual([
      'diagnose_session',
      'fix_agent',
      'check_regression',
      'qa_review',
    ]);
    const prompt = await server.client.getPrompt({ name: 'fix_agent', arguments: { session: before } });
    expect(text(at(prompt.messages[0]?.content, 'text'))).toContain('STOP');
    const { completion } = await server.client.complete({
      ref: { type: 'ref/prompt', name: 'fix_agent' },
      argument: { name: 'session', value: before.slice(0, 24) },
    });
    expect(completion.values).toContain(before);
  });

  it('cancels a call', async () => {
    const tests = list((await server.call('list_tests', { provider: 'synthflow', kind: 'suite' })).data.tests);
    const started = await server.call('start_simulation', { test: text(at(tests[1], 'ref')), key: 'cancelled' });
    const controller = new AbortController();
    const waiting = server.call(
      'wait_for_session',
      { session: text(started.data.session), timeout_seconds: 50 },
      // It has been waiting when it tells how far the session is.
      { signal: controller.signal, onprogress: () => controller.abort() },
    );
    await expect(waiting).rejects.toThrow();
    expect((await server.call('list_providers')).isError).toBe(false);
  });

  it('refuses a reference of the wrong kind and names the right tool', async () => {
    const wrong = await server.call('get_run', { run: before });
    expect(wrong.isError).toBe(true);
    expect(wrong.text).toMatch(/list_runs/);
  });

  it('offered next steps that are calls, and those that read work as they stand', async () => {
    const { made, faults } = await readingOffers(server);
    expect(faults).toEqual([]);
    expect(made).toBeGreaterThan(10);
  });
});

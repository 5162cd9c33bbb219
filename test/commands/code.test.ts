/** `code` over the built program: what it prints where, how it ends, and that nothing goes out unless asked. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeModel, groupedBy, KEY, type Question } from '../modes/reader/fake-model.ts';
import { BIN, connect, NO_KEYCHAIN } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';

let home: string;
let session: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-code-'));
  const server = await connect({ home });
  const { data } = await server.call('list_sessions', { provider: 'coval' });
  session = text(at(list(data.sessions)[0], 'ref'));
  await server.close();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function code(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [BIN, 'code', '--sandbox', ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: home, AGENT_SIM_HOME: home, ...NO_KEYCHAIN, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const exit = await new Promise((resolve) => child.once('close', resolve));
  return { exit, stdout, stderr };
}

const byCriterion = (question: Question) => ({
  code: groupedBy(question, ({ criterion }) => `About ${criterion.slice(0, 40)}`),
});
const settings = (url: string) => ({
  AGENT_SIM_MODEL_URL: url,
  AGENT_SIM_MODEL_NAME: 'reader-1',
  AGENT_SIM_MODEL_KEY: KEY,
});

describe('code', () => {
  it('says how it is called, with 2', async () => {
    const { exit, stderr } = await code([]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('code --session')]);
    expect((await code(['--session', session, '--sample', 'few'])).exit).toBe(2);
    expect((await code(['--session', 'coval/run/1'])).exit).toBe(2);
  });

  it('sends nothing while no model is set', async () => {
    const { exit, stdout, stderr } = await code(['--session', session], { AGENT_SIM_MODEL_KEY: KEY });
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain('No model is set (AGENT_SIM_MODEL_URL and AGENT_SIM_MODEL_NAME)');
    expect(stderr).not.toContain(KEY);
  });

  it('codes a session, says what it sends before it does, and writes the book alone; the key is nowhere', async () => {
    const fake = await fakeModel('openai', byCriterion);
    const { exit, stdout, stderr } = await code(['--session', session], settings(fake.url));
    expect(stderr.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(
        /^Sending to 127\.0\.0\.1:\d+ \(openai, model reader-1\): \d+ lines? in 1 batch, about \d+ tokens with the answers, 60000 at most\.$/,
      ),
      'The reasons leave this machine as they are, without keys.',
    ]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/\d+ of \d+ failures are coded \(\d+ read by a model/);
    expect(fake.questions.length).toBe(1);
    const book = readFileSync(join(home, 'failure-modes.json'), 'utf8');
    expect(book).toMatch(/"by": ?"model"/);
    for (const said of [stdout, stderr, book]) expect(said).not.toContain(KEY);

    const server = await connect({ home });
    const { data } = await server.call('list_failures', { session });
    expect([data.uncoded, at(data.coded_by, 'assistant')]).toEqual([undefined, undefined]);
    expect(at(data.coded_by, 'model')).toBeGreaterThan(0);
    await server.close();
  });
});

describe('the server', () => {
  it('asks no model, whatever its tools are asked', async () => {
    const fake = await fakeModel('openai', byCriterion);
    const server = await connect({ home, env: settings(fake.url) });
    for (const tool of ['list_failures', 'get_failure_clusters', 'get_session']) await server.call(tool, { session });
    await server.close();
    expect(fake.questions).toEqual([]);
  });
});

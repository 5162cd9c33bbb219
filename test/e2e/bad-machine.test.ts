/** Starts on a machine that fails: a disk that is full or read-only, a clock that is set back. Seen from the vendor's side. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Front, openFront } from '../soak/front.ts';
import { type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { openSandboxProcess, type SandboxProcess } from '../support/sandbox-process.ts';

const HOUR = 3_600_000;
let sandbox: SandboxProcess;
let front: Front;
let onStart: () => void;
let home: string;
let disk: string;
let testCase: string;
let session: string;
const opened: Connected[] = [];

beforeAll(async () => {
  sandbox = await openSandboxProcess({ speed: 200 });
  front = await openFront({ target: sandbox.url, choose: () => 'answered', onStart: () => onStart() });
});
afterAll(async () => {
  await front.close();
  await sandbox.close();
});

beforeEach(async () => {
  onStart = () => undefined;
  home = mkdtempSync(join(tmpdir(), 'agent-sim-bad-'));
  disk = join(home, '..', `disk-${process.pid}`);
  rmSync(disk, { force: true });
  const looking = await server();
  testCase = refOf((await looking.call('list_tests', { kind: 'case', provider: 'synthflow' })).data.tests);
  session = refOf((await looking.call('list_sessions', { provider: 'synthflow' })).data.sessions);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  rmSync(home, { recursive: true, force: true });
  rmSync(disk, { force: true });
});

/** A start that the front knows by its number. */
const wanted = (number: number) => ({ test: testCase, key: `want-${number}`, variables: { want: `want-${number}` } });
const refOf = (items: unknown) => text(at(list(items)[0], 'ref'));

/** Another process on the same home. `off`: its clock, in ms. */
async function server(off = 0): Promise<Connected> {
  const places = Object.entries(sandbox.env).map(([name, value]) => [name, value.replace(sandbox.url, front.url)]);
  const connected = await connect({
    args: ['serve'],
    home,
    env: {
      ...Object.fromEntries(places),
      NODE_OPTIONS: `--require "${join(import.meta.dirname, 'bad-machine.cjs')}"`,
      TEST_DISK: disk,
      TEST_CLOCK_OFF: String(off),
    },
  });
  opened.push(connected);
  return connected;
}

/** Starts that the vendor has counted while `run` ran. */
async function counted(run: () => Promise<unknown>): Promise<number> {
  const starts = async () => (await sandbox.usage()).synthflow?.starts ?? 0;
  const before = await starts();
  await run();
  return (await starts()) - before;
}

describe.each([
  ['full', 'ENOSPC'],
  ['read-only', 'EROFS'],
])('a disk that is %s', (_, code) => {
  it('starts nothing, says so, and reads go on', async () => {
    writeFileSync(disk, code);
    const one = await server();
    const starts = await counted(async () => {
      const answer = await one.call('start_simulation', wanted(1));
      expect(answer.isError).toBe(true);
      expect(answer.text).toContain(code);
      expect(answer.text).toMatch(/AGENT_SIM_HOME|journal/);
      expect(answer.text).toMatch(/Next:/);
      expect((await one.call('get_session', { session })).isError).toBe(false);
      expect((await one.call('get_failure_clusters', { session })).isError).toBe(false);
    });
    expect(starts).toBe(0);

    rmSync(disk);
    const after = await counted(async () => {
      expect((await one.call('start_simulation', wanted(1))).data.outcome).toBe('started');
    });
    expect(after).toBe(1);
  });

  it('after the start has left, keeps its answer and starts nothing twice', async () => {
    const one = await server();
    onStart = () => writeFileSync(disk, code);
    const starts = await counted(async () => {
      const first = await one.call('start_simulation', wanted(2));
      expect(first.data.outcome).toBe('started');
      const again = await one.call('start_simulation', wanted(2));
      expect(again.data).toMatchObject({ outcome: 'already_started', session: first.data.session });
      const other = await (await server()).call('start_simulation', wanted(2));
      expect(other.data.outcome).not.toBe('started');
      rmSync(disk);
      const later = await one.call('start_simulation', wanted(2));
      expect(later.data).toMatchObject({ outcome: 'already_started', session: first.data.session });
    });
    expect(starts).toBe(1);
    expect(readdirSync(join(home, 'starts')).length).toBeGreaterThan(0);
  });
});

describe('a clock that is set', () => {
  const offs: [string, number][] = [
    ['back by 26 hours', -26 * HOUR],
    ['back by a minute', -60_000],
    ['ahead by 61 seconds', 61_000],
    ['ahead by 26 hours', 26 * HOUR],
  ];
  it.each(offs.flatMap(([name, off]) => [true, false].map((keyed): [string, number, boolean] => [name, off, keyed])))(
    '%s starts nothing twice and loses nothing (%s ms, key %s)',
    async (_, off, keyed) => {
      const start = { ...wanted(3), variables: { want: `want-3 ${off}` }, key: keyed ? `want-3 ${off}` : undefined };
      const starts = await counted(async () => {
        const first = await (await server()).call('start_simulation', start);
        expect(first.data.outcome).toBe('started');
        const again = await (await server(off)).call('start_simulation', start);
        expect(again.data).toMatchObject({ outcome: 'already_started', session: first.data.session });
        const right = await (await server()).call('start_simulation', start);
        expect(right.data).toMatchObject({ outcome: 'already_started', session: first.data.session });
      });
      expect(starts).toBe(1);
    },
  );
});

/** `npm run demo` as a user runs it: every number it shows comes from the run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN } from '../support/clients.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-demo-test-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function demo(...args: string[]) {
  return spawnSync(process.execPath, [BIN, 'demo', '--speed', '150', ...args], {
    encoding: 'utf8',
    timeout: 170_000,
    // A book of the user's, which the demo has to leave alone.
    env: { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: home, AGENT_SIM_FAILURE_MODES: join(home, 'mine.json') },
  });
}

describe('demo', () => {
  it('walks the loop and ends in an honest comparison, plain in a pipe', () => {
    const { status, stdout, stderr } = demo();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).not.toContain('\u001b');
    for (const words of [
      /start_simulation .*dry_run=true/,
      /started: Started/,
      /\d+ of 8 runs finished/,
      /1 of 8 passed \(13 %/,
      /list_failures/,
      /Read by the demo's script, as an assistant would: 17 lines, 7 modes\./,
      /17 of 17 failures are coded \(17 read by an assistant\)/,
      /get_failure_clusters/,
      /Does not read the booking back · 3 failures in 2 runs/,
      /the failure points at turn \d+/i,
      /^ {2}- - /m,
      /^ {2}\+ - /m,
      /No clear difference: 12\.5 % → 25 %/,
      /Better: 12\.5 % → 100 %/,
      /7 fixed, 0 broken/,
      /mode resolved: M-\w+ · Does not read the booking back/,
      /mode persisting/,
      /get_trend/,
      /Gone in the last: M-/,
    ]) {
      expect(stdout).toMatch(words);
    }
    expect(stdout).not.toContain('cannot read');
    expect(readdirSync(home), 'it leaves nothing behind').toEqual([]);
  });

  it('proves it with one comparison over all scenarios where a platform starts one at a time', () => {
    const { status, stdout, stderr } = demo('--provider', 'cognigy');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const words of [
      /Of 25 tests: 25 started/,
      /25 of 25 runs finished/,
      /25 sessions read as one: completed, 4 of 25 passed/,
      /Better: [\d.]+ % → (9\d|100)[\d.]* % passed of 2[45] paired runs/,
      /exact McNemar p < 0\.001/,
      /(1[5-9]|2\d) fixed, 0 broken/,
      /48 lines, 12 modes\./,
      /Nothing failed\./,
    ])
      expect(stdout).toMatch(words);
    expect(readdirSync(home), 'it leaves nothing behind').toEqual([]);
  });

  it.each(['coval', 'futureagi'])('on %s, too: reads, saves, fixes one mode, then all', (provider) => {
    const { status, stdout, stderr } = demo('--provider', provider);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const words of [
      /as an assistant would: \d+ lines, \d+ modes\./,
      /mode resolved: M-/,
      /Better: /,
      /Gone in the last: M-/,
    ])
      expect(stdout).toMatch(words);
    expect(stdout).not.toContain('cannot read');
  });

  it('refuses an unknown platform', () => {
    const { status, stderr } = demo('--provider', 'nobody');
    expect(status).toBe(2);
    expect(stderr).toContain('synthflow');
  });
});

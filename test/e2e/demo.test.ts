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

/** Said once it was measured: else the demo ends in an error. */
const AS_IT_WAS =
  /Measured: all \d+ parts of \w+\/agent\/\S+ \(\d+ bytes\), read before the first change and after the last revert, are equal byte for byte; so is the sandbox's playbook file \(\d+ bytes\)\. No copy is left\./;

/** Changes that were proposed, and the targets to which they went and from which they were taken back. */
function changed(stdout: string) {
  const targets = (tool: string) =>
    [...stdout.matchAll(new RegExp(`^▸ ${tool} change=\\S+ target=(\\w+)\\n {2}saved`, 'gm'))].map(
      ([, target]) => target,
    );
  return {
    proposed: [...stdout.matchAll(/^▸ propose_agent_change /gm)].length,
    applied: targets('apply_agent_change'),
    reverted: targets('revert_agent_change'),
  };
}

describe('demo', () => {
  it('walks the loop, fixes through the platform, ends in an honest comparison and takes all back, plain in a pipe', () => {
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
      /its server runs with AGENT_SIM_CONFIRM=off and AGENT_SIM_LIVE_CHANGES=1\. As it comes, a change that callers may meet/,
      /get_agent agent=synthflow\/agent\//,
      /propose_agent_change agent=\S+ edits=\[1\]/,
      /^ {2}- - /m,
      /^ {2}\+ - /m,
      /apply_agent_change change=c-\w+ target=live\n {2}saved: Saved in the agent, and read back/,
      /Its own pages contradict each other on whether callers meet them at once or they stand in a draft/,
      /No clear difference: 12\.5 % → 25 %/,
      /Better: 12\.5 % → 100 %/,
      /7 fixed, 0 broken/,
      /mode resolved: M-\w+ · Does not read the booking back/,
      /mode persisting/,
      /get_trend/,
      /Gone in the last: M-/,
      AS_IT_WAS,
    ]) {
      expect(stdout).toMatch(words);
    }
    // One change a mode, and each is taken back.
    expect(changed(stdout)).toEqual({ proposed: 7, applied: Array(7).fill('live'), reverted: Array(7).fill('live') });
    expect(stdout).not.toContain('cannot read');
    expect(readdirSync(home), 'it leaves nothing behind').toEqual([]);
  });

  it('proves it with one comparison over all scenarios where a platform starts one at a time', () => {
    const { status, stdout, stderr } = demo('--provider', 'cognigy');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const words of [
      // Those of the agent that is fixed; the other agent has its own.
      /Of 17 tests: 17 started/,
      /17 of 17 runs finished/,
      /17 sessions read as one: completed, 3 of 17 passed/,
      /start_simulation test=\S+ \(17 in all\) agent=cognigy\/agent\/\S+ key=demo-one-fix/,
      /Better: [\d.]+ % → (9\d|100)[\d.]* % passed of 1[67] paired runs/,
      /exact McNemar p < 0\.001/,
      /1[3-7] fixed, 0 broken/,
      /32 lines, 10 modes\./,
      /Nothing failed\./,
      AS_IT_WAS,
    ])
      expect(stdout).toMatch(words);
    const live = Array(10).fill('live');
    expect(changed(stdout)).toEqual({ proposed: 10, applied: ['copy', ...live], reverted: [...live, 'copy'] });
    expect(readdirSync(home), 'it leaves nothing behind').toEqual([]);
  });

  it.each([
    ['coval', 'copy'],
    ['futureagi', 'draft'],
  ])(
    'on %s, too: tries one fix in a %s, then fixes all, takes all back, and leaves a record alone',
    (provider, careful) => {
      const { status, stdout, stderr } = demo('--provider', provider);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      for (const words of [
        /as an assistant would: \d+ lines, \d+ modes\./,
        new RegExp(`start_simulation .*agent=${provider}/agent/\\S+ key=demo-one-fix`),
        new RegExp(`Mended in the ${careful}, and nothing broke`),
        /mode resolved: M-/,
        /Better: /,
        /Gone in the last: M-/,
        AS_IT_WAS,
        // The second scene.
        /apply_agent_change change=\S+ target=live\n {2}refused: .* only keeps a record of this agent/,
        /apply_agent_change change=\S+ target=record\n {2}saved: /,
        /Measured: of 8 tests that ran before and after the record was changed, none came out differently/,
      ])
        expect(stdout).toMatch(words);
      const { applied, reverted } = changed(stdout);
      expect(applied.slice(0, 2)).toEqual([careful, 'live']);
      expect(applied.at(-1)).toBe('record');
      expect(reverted).toEqual([...applied.slice(0, -1).toReversed(), 'record']);
      expect(stdout).not.toContain('cannot read');
    },
  );

  it('refuses an unknown platform', () => {
    const { status, stderr } = demo('--provider', 'nobody');
    expect(status).toBe(2);
    expect(stderr).toContain('synthflow');
  });
});

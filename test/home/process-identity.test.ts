import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { livenessOf, ownProcess, processSchema } from '../../src/home/process-identity.ts';

const linux = process.platform === 'linux';

describe('livenessOf', () => {
  it('knows itself, and survives a round trip through JSON', () => {
    const own = processSchema.parse(JSON.parse(JSON.stringify(ownProcess())));
    expect(own.pid).toBe(process.pid);
    expect(livenessOf(own)).toBe('alive');
  });

  it('tells an ended process from a living one', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const { started: _, ...rest } = ownProcess();
    const identity = { ...rest, pid: child.pid ?? 0 };
    expect(livenessOf(identity)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(livenessOf(identity)).toBe('dead');
  });

  it.runIf(linux)('counts a zombie as ended, though its pid and start time are still there', async () => {
    // `sleep` takes the shell's place and never collects the shell's child.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(String(line));
      const stat = (of: number | undefined) => readFileSync(`/proc/${of}/stat`, 'utf8');
      const fields = () =>
        stat(pid)
          .replace(/^.*\) /, '')
          .split(' ');
      await vi.waitUntil(() => stat(parent.pid).includes('(sleep)'), { timeout: 10_000, interval: 5 });
      process.kill(pid, 'SIGKILL');
      await vi.waitUntil(() => fields()[0] === 'Z', { timeout: 10_000, interval: 5 });
      expect(() => process.kill(pid, 0)).not.toThrow();
      expect(livenessOf({ ...ownProcess(), pid, started: fields()[19] })).toBe('dead');
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it.runIf(linux)('is not fooled by a pid that was used again', () => {
    expect(livenessOf({ ...ownProcess(), started: '1' })).toBe('dead');
  });

  it.runIf(linux)('reads the kernel’s own start time', () => {
    expect(ownProcess().started).toMatch(/^\d+$/);
    expect(ownProcess().boot).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('cannot see other machines and other containers', () => {
    expect(livenessOf({ ...ownProcess(), host: 'elsewhere' })).toBe('elsewhere');
    expect(livenessOf({ ...ownProcess(), namespace: 'pid:[1]' })).toBe('elsewhere');
  });

  it('knows that nothing survives a reboot', () => {
    expect(livenessOf({ ...ownProcess(), boot: 'another' })).toBe('dead');
  });
});

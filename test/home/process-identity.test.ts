import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
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

import { describe, expect, it, vi } from 'vitest';
import { createLog } from '../../src/http/log.ts';
import { createRedactor } from '../../src/http/secrets/redact.ts';
import { LOG_LEVELS, type LogLevel } from '../../src/model/log-levels.ts';
import { Problem } from '../../src/model/problem.ts';

function logAt(level: LogLevel) {
  const lines: string[] = [];
  const redactor = createRedactor();
  redactor.register('my-key-12345');
  return {
    log: createLog(level, redactor, (line) => lines.push(line)),
    lines,
    parsed: () => lines.map((l) => JSON.parse(l)),
  };
}

describe('the log', () => {
  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('at %s writes %o', (level, written) => {
    const { log, parsed } = logAt(level);
    for (const name of LOG_LEVELS) if (name !== 'silent') log[name]('event');
    expect(parsed().map((line) => line.level)).toEqual(written);
  });

  it('is one JSON object per line, whatever is in it', () => {
    const { log, lines, parsed } = logAt('info');
    log.info('started', { text: 'a\nb', problem: new Problem('network', 'x', { cause: new Error('y') }), n: 1n });
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(parsed()[0]).toMatchObject({
      level: 'info',
      event: 'started',
      text: 'a\nb',
      n: '1',
      problem: { kind: 'network', message: 'x', details: { cause: { message: 'y' } } },
    });
    expect(Date.parse(parsed()[0].time)).toBeCloseTo(Date.now(), -4);
  });

  it('shows a terminal nothing to obey, and loses nothing', () => {
    const { log, lines, parsed } = logAt('info');
    const hostile = 'a\u001b[31m\u009b2J\u202e\u200b\u2028\u0085\u{e0041}\ud800\u007f "\\ ü 🦷';
    log.info('event', { hostile, [hostile]: 1 });
    expect(lines.join('').slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(lines[0]).toContain('ü 🦷');
    expect(parsed()[0]).toMatchObject({ hostile, [hostile]: 1 });
  });

  it('holds no secret, in the event, a name, a value or an error', () => {
    const { log, lines } = logAt('info');
    log.warn('my-key-12345', { 'my-key-12345': 'my-key-12345', error: new Error('my-key-12345') });
    expect(lines[0]).not.toContain('my-key-12345');
    expect(lines[0]?.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('fields do not replace time, level and event', () => {
    const { log, parsed } = logAt('info');
    log.info('real', { time: 'never', level: 'silent', event: 'forged', other: 1 });
    expect(parsed()[0]).toMatchObject({ level: 'info', event: 'real', other: 1 });
    expect(Object.keys(parsed()[0])).toEqual(['time', 'level', 'event', 'other']);
  });

  it('that cannot be written throws at nobody', () => {
    const log = createLog('info', createRedactor(), () => {
      throw new Error('EPIPE');
    });
    expect(() => log.error('x')).not.toThrow();
    const trap = {
      get a() {
        throw new Error('getter');
      },
    };
    expect(() => logAt('info').log.error('x', { trap })).not.toThrow();
  });

  it('goes to stderr', () => {
    const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const out = vi.spyOn(process.stdout, 'write');
    createLog('info', createRedactor()).info('hello');
    expect(write).toHaveBeenCalledWith(expect.stringContaining('"event":"hello"'));
    expect(out).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

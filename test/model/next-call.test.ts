import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextCall } from '../../src/model/next-call.ts';
import { offeredCall } from '../support/next-calls.ts';

const tools = new Set(['get_run', 'start_simulation']);

describe('a call to go on with', () => {
  it('is a line with its arguments and what it is for', () => {
    expect(nextCall('get_run', { run: 'coval/run/a~b', detail: undefined }, 'shows what broke')).toBe(
      'get_run run=coval/run/a~b shows what broke',
    );
    expect(nextCall('get_run', {})).toBe('get_run');
  });

  it('is read back as what it was, whatever its values are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('test', 'name', 'key'), fc.string({ minLength: 1, unit: 'binary' })),
        (args) => {
          const line = nextCall('start_simulation', args, 'starts it');
          expect(offeredCall(line, tools)).toEqual({ tool: 'start_simulation', args });
        },
      ),
    );
  });

  it.each(['\u0007', '\b x', 'a\u200bb', '\u202e', '\u{e0041}', '\u0085', '\ud800'])(
    'holds nothing that cannot be seen: %j',
    (key) => {
      const line = nextCall('start_simulation', { key, cases: [key] }, 'starts it');
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u);
      const { key: own, cases } = offeredCall(line, tools)?.args ?? {};
      expect([own, JSON.parse(String(cases))]).toEqual([key, [key]]);
    },
  );

  it('writes numbers, switches and lists as JSON', () => {
    const line = nextCall('start_simulation', { repeat: 3, dry_run: true, cases: ['a', 'b c'] });
    expect(line).toBe('start_simulation repeat=3 dry_run=true cases="[\\"a\\",\\"b c\\"]"');
    expect(offeredCall(line, tools)?.args).toEqual({ repeat: '3', dry_run: 'true', cases: '["a","b c"]' });
  });

  it('is none where a line begins with other words', () => {
    expect(offeredCall('change the agent, then get_run', tools)).toBeUndefined();
  });
});

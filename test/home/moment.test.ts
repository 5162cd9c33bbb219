import { describe, expect, it } from 'vitest';
import { hasPassed, uptimeOf } from '../../src/home/moment.ts';
import { ownProcess } from '../../src/home/process-identity.ts';
import { frozenClock } from '../starting/support.ts';

const MINUTE = 60_000;

describe('a window has passed', () => {
  const moment = () => {
    const clock = frozenClock();
    return { clock, at: new Date(clock.now()).toISOString(), uptime: uptimeOf(clock) };
  };

  it('when both clocks say so, and not a moment before', () => {
    const { clock, at, uptime } = moment();
    clock.advance(MINUTE - 1);
    expect(hasPassed(at, uptime, MINUTE, clock)).toBe(false);
    clock.advance(1);
    expect(hasPassed(at, uptime, MINUTE, clock)).toBe(true);
  });

  it.each([61_000, 26 * 3_600_000, 400 * 86_400_000])(
    'not when the wall clock alone was set forward by %d ms',
    (ms) => {
      const { clock, at, uptime } = moment();
      clock.set(ms);
      expect(hasPassed(at, uptime, MINUTE, clock)).toBe(false);
      clock.advance(MINUTE);
      expect(hasPassed(at, uptime, MINUTE, clock)).toBe(true);
    },
  );

  it.each([61_000, 26 * 3_600_000])('not when the wall clock was set back by %d ms', (ms) => {
    const { clock, at, uptime } = moment();
    clock.set(-ms);
    clock.advance(MINUTE);
    expect(hasPassed(at, uptime, MINUTE, clock)).toBe(false);
    clock.advance(ms);
    expect(hasPassed(at, uptime, MINUTE, clock)).toBe(true);
  });

  it.each([
    ['after a reboot', { boot: 'another' }],
    ['when it was written on another machine', { host: 'another' }],
  ])('%s, when the wall clock says so', (_, other) => {
    const { clock, at, uptime } = moment();
    clock.set(MINUTE);
    expect(hasPassed(at, { ...uptime, ...other }, MINUTE, clock)).toBe(true);
    expect(hasPassed(at, { ...uptime, ...other }, MINUTE + 1, clock)).toBe(false);
  });

  it('by the wall clock alone where no uptime was written, and never for what has no time', () => {
    const { clock, at } = moment();
    clock.set(MINUTE);
    expect(hasPassed(at, undefined, MINUTE, clock)).toBe(true);
    expect(hasPassed(undefined, undefined, MINUTE, clock)).toBe(false);
  });

  it('where boots cannot be told apart and the uptime went back', () => {
    const { clock, at, uptime } = moment();
    clock.set(MINUTE);
    expect(hasPassed(at, { ...uptime, seconds: uptime.seconds + 1 }, MINUTE, clock)).toBe(true);
  });
});

it('the uptime names the machine and its boot', () => {
  const { host, boot } = ownProcess();
  expect(uptimeOf(frozenClock())).toEqual({ seconds: 1_000, host, boot });
});

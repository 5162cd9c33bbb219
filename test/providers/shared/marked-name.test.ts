import { describe, expect, it } from 'vitest';
import {
  changeOfCopy,
  copyName,
  isMarkedWith,
  markedName,
  markOfCopy,
  withoutMark,
} from '../../../src/providers/shared/marked-name.ts';

const ID = '33ca0f1e2d3c4b5a';

describe('the name of a session that was started here', () => {
  it('ends with the id of the claim, and reads without it', () => {
    const name = markedName('"Bookings": 8 cases', ID, 200);
    expect(isMarkedWith(name, ID)).toBe(true);
    expect(isMarkedWith(name, ID.replace('3', '4'))).toBe(false);
    expect(withoutMark(name)).toBe('"Bookings": 8 cases');
  });

  it('keeps the id where the name is too long, and cuts no character in two', () => {
    const name = markedName('😀'.repeat(100), ID, 60);
    expect(name.length).toBeLessThanOrEqual(60);
    expect(name.isWellFormed()).toBe(true);
    expect(isMarkedWith(name, ID)).toBe(true);
  });

  it.each(['Nightly (v2)', 'Bookings', '', 'a (33ca)'])('leaves %j as it is', (name) => {
    expect(withoutMark(name)).toBe(name);
  });
});

describe('the name of a copy of an agent', () => {
  const MARK = 'agent-sim-0a1b2c3d4e5f-copy';

  it('ends with the mark, which names the change', () => {
    const name = copyName('Receptionist', MARK, 200);
    expect(name).toBe(`Receptionist [${MARK}]`);
    expect(markOfCopy(name)).toBe(MARK);
    expect(changeOfCopy(name)).toBe('c-0a1b2c3d4e5f');
    expect(copyName(name, 'agent-sim-999999999999-copy', 200)).toBe('Receptionist [agent-sim-999999999999-copy]');
  });

  it('keeps the mark where the name is too long, and cuts no character in two', () => {
    const name = copyName('😀'.repeat(100), MARK, 61);
    expect(name.length).toBeLessThanOrEqual(61);
    expect(name.isWellFormed()).toBe(true);
    expect(markOfCopy(name)).toBe(MARK);
  });

  it.each([undefined, 'Receptionist', 'Receptionist [v2]', `[${MARK}] Receptionist`, `Receptionist (${MARK})`])(
    'is not %j',
    (name) => {
      expect(markOfCopy(name)).toBeUndefined();
      expect(changeOfCopy(name)).toBeUndefined();
    },
  );
});

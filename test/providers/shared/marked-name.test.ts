import { describe, expect, it } from 'vitest';
import { isMarkedWith, markedName, withoutMark } from '../../../src/providers/shared/marked-name.ts';

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

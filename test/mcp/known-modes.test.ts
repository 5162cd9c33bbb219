/** Known failure modes come in the room that lines do not need, and lose words before any is left out. */
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../src/mcp/budget.ts';
import { knownModes } from '../../src/mcp/known-modes.ts';
import { modeLine } from '../../src/mcp/present/modes.ts';
import type { Mode } from '../../src/model/modes.ts';

const modes = Array.from(
  { length: 20 },
  (_one, nth): Mode => ({
    id: `M-${nth}`,
    title: `Cause ${nth}`,
    definition: 'd'.repeat(400),
    status: 'active',
    failures: 3,
    runs: 3,
  }),
);
const known = (room: number, spare: number, later = false) => knownModes(modes, { room, spare, later });

describe('known modes', () => {
  it('are whole where nothing else needs the room', () => {
    expect(known(0, 20_000).modes).toEqual(
      modes.map((mode) => expect.objectContaining({ definition: mode.definition })),
    );
  });

  it('take what lines do not need, with shorter definitions, then none, before one is left out', () => {
    for (const [room, longest] of [
      [7_000, 240],
      [5_000, 120],
      [3_500, 60],
      [2_200, 0],
    ] as const) {
      const { modes: shown, modes_omitted } = known(1_000, room);
      expect(modes_omitted).toBe(0);
      expect(bytesOf(shown)).toBeLessThanOrEqual(room);
      for (const { definition = '' } of shown) expect(/^d*/.exec(definition)?.[0].length).toBeLessThanOrEqual(longest);
      if (longest > 0) expect(shown[0]?.definition).toBeDefined();
    }
    expect(known(1_000, 0).modes_omitted).toBeGreaterThan(0);
  });

  it('have ids and titles behind the first page', () => {
    expect(known(4_000, 0, true).modes).toEqual(modes.map(({ id, title }) => ({ id, title })));
  });

  it('show their weight where their share is not known', () => {
    const [mode] = modes;
    if (!mode) throw new Error('no mode');
    expect(modeLine(mode, 392)).toContain('3 of 392 failures in 3 runs');
    expect(modeLine({ ...mode, share: 0.3 }, 10)).toContain('3 failures in 3 runs (30 %)');
  });
});

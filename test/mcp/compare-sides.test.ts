/** Modes of two sides that are not alike: of two platforms, of which one is read in part, or under a threshold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codedSides } from '../../src/mcp/comparison-modes.ts';
import { openSession } from '../../src/mcp/tools/shared.ts';
import { modeChanges } from '../../src/modes/changes.ts';
import { failureFold } from '../../src/modes/failures.ts';
import { openWorld } from '../faults/operations.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { noDeadline } from '../support/waiting.ts';
import { factFaults } from './facts.ts';
import { formFaults } from './forms.ts';

let room: InProcess;
beforeAll(async () => {
  room = await openInProcess();
});
afterAll(() => room.close());

/** Every failure of a session saved as one mode. */
async function readAs(session: string, title: string): Promise<number> {
  const { data } = await room.answer('list_failures', { session, limit: 150 });
  const failures = list(data.failures).map((line) => text(at(line, 'id')));
  if (failures.length > 0)
    await room.answer('save_failure_modes', { session, modes: [{ title, definition: 'Whatever.', failures }] });
  return Number(data.total);
}

async function sessionOf(provider: string): Promise<string> {
  const { data } = await room.answer('list_sessions', { provider, limit: 50 });
  const failed = list(data.sessions).find((one) => /urgent/i.test(text(at(one, 'name') ?? '')));
  return text(at(failed, 'ref'));
}

describe('two platforms', () => {
  it('are compared by the names of their tests, and by the ids of modes that each keeps for itself', async () => {
    const [before, after] = [await sessionOf('synthflow'), await sessionOf('coval')];
    const failures = [await readAs(before, 'Fails as it did'), await readAs(after, 'Fails as it did')];
    const found = await room.answer('compare_sessions', { before, after, match: 'name' });
    const [mode, ...others] = list(at(found.data.modes, 'persisting'));
    expect(others).toEqual([]);
    expect([at(mode, 'before'), at(mode, 'after')]).toEqual(failures);
    expect(list(found.data.notes).join(' ')).toMatch(
      /The sides keep their failure modes apart \(before: synthflow\/agent\/\S+; after: coval\/agent\/\S+\)/,
    );
    expect(factFaults(found)).toEqual([]);
    expect(formFaults({ tool: 'compare_sessions', args: {}, ...found })).toEqual([]);
  });
});

describe('a side that is read in part', () => {
  it('leaves unsettled what came and what went, and says so in both forms', async () => {
    const { rig, world } = await openWorld('synthflow');
    try {
      const context = rig.context(noDeadline());
      const read = async (ref: string) => {
        const opened = await openSession(ref, context);
        const fold = failureFold();
        const coverage = await opened.runs('reasons', { signal: context.signal }, (runs) => runs.forEach(fold.add));
        return { opened, table: fold.result(), coverage, open: 0 };
      };
      const [before, after] = [await read(world.small), await read(world.big)];
      const whole = await codedSides(before, after, context);
      expect([whole.before.settled, whole.after.settled]).toEqual([true, true]);
      const gapped = { ...after, coverage: { ...after.coverage, complete: false } };
      for (const part of [gapped, { ...after, open: 2 }, { ...after, open: undefined }]) {
        const sides = await codedSides(before, part, context);
        expect([sides.before.settled, sides.after.settled]).toEqual([true, false]);
        const codes = { of: () => ({ mode: 'M-1', by: 'assistant' as const }) };
        const none = { groups: [], total: 0, runs: new Map() };
        const paired = { tests: [], untold: { before: 0, after: 0 } };
        const changes = modeChanges({ ...sides.before, codes }, { ...sides.after, table: none }, paired);
        expect(changes.unsettled).toMatchObject([{ id: 'M-1', because: 'reading' }]);
      }
    } finally {
      await rig.close();
    }
  });
});

/** The demo's script reads the sandbox's reasons right, whatever words the judge takes and whatever they quote. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyEdit, KNOWN_MODES, readReason } from '../../src/commands/demo-modes.ts';
import { LONGEST_DEFINITION, LONGEST_FIX, LONGEST_TITLE } from '../../src/model/modes.ts';
import { play } from '../../src/sandbox/engine/conversation.ts';
import { parsePlaybook } from '../../src/sandbox/engine/playbook.ts';
import { CASES } from '../../src/sandbox/engine/world.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';

const shipped = readFileSync(SHIPPED_PLAYBOOK, 'utf8');
const { policies } = parsePlaybook(shipped);

/** Every failed evaluation of many sessions, with its true cause. */
const failures = ['7', 'nightly', 'a', 'b', 'c', 'd'].flatMap((seed) =>
  CASES.flatMap((one) =>
    [0, 1, 2].flatMap((iteration) =>
      play({ case: one, policies, key: `${seed}.${iteration}`, iteration })
        .evaluations.filter(({ passed }) => !passed)
        .map(({ cause, reason }) => ({ cause: cause ?? '?', reason })),
    ),
  ),
);

describe('the reading of the script', () => {
  it('is of one mode a cause, and of one cause a mode', () => {
    const byCause = new Map<string, Set<string>>();
    for (const { cause, reason } of failures)
      byCause.set(cause, (byCause.get(cause) ?? new Set()).add(readReason(reason)?.title ?? `? ${reason}`));
    expect(byCause.size).toBe(KNOWN_MODES.length);
    for (const [cause, titles] of byCause) expect([...titles], cause).toHaveLength(1);
    expect(new Set([...byCause.values()].flatMap((titles) => [...titles])).size).toBe(KNOWN_MODES.length);
  });

  it('leaves what it does not know', () => {
    expect(
      readReason('The agent guessed a price instead of looking it up: "We insure that, in English".'),
    ).toBeUndefined();
    expect(readReason('')).toBeUndefined();
  });

  it('is kept in words that the book takes', () => {
    for (const { title, definition, bullet } of KNOWN_MODES) {
      expect(title.length).toBeLessThanOrEqual(LONGEST_TITLE);
      expect(definition.length).toBeLessThanOrEqual(LONGEST_DEFINITION);
      expect(bullet.length).toBeLessThanOrEqual(LONGEST_FIX);
    }
  });
});

describe('the edits', () => {
  it.each(KNOWN_MODES.map((mode) => [mode.title, mode] as const))(
    '%s: the edit replaces its bullet, or adds one, in a way that the agent understands',
    (_title, mode) => {
      const { text, removed, added } = applyEdit(shipped, mode);
      expect(added).toEqual([mode.bullet]);
      expect(removed).toHaveLength(mode.replaces === undefined ? 0 : 1);
      expect(parsePlaybook(text).policies).not.toEqual(policies);
      expect(parsePlaybook(text).notUnderstood).toEqual(parsePlaybook(shipped).notUnderstood);
    },
  );

  it('take continuation lines out with their bullet', () => {
    const { text } = applyEdit('# A\n\n- Old rule x\n  and more\n- next\n', {
      replaces: '- Old rule',
      bullet: '- New.',
    });
    expect(text).toBe('# A\n\n- New.\n- next\n');
  });
});

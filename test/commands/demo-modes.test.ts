/** The demo's script reads the sandbox's reasons right, whatever words the judge takes and whatever they quote. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editFor, holdsRules, KNOWN_MODES, readReason } from '../../src/commands/demo-modes.ts';
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
  const edited = (text: string, edit: { old: string; new: string }) => text.replace(edit.old, () => edit.new);

  it.each(KNOWN_MODES.map((mode) => [mode.title, mode] as const))(
    '%s: a rule that stands once gives way to another, or one is added, in a way that the agent understands',
    (_title, mode) => {
      const edit = editFor(shipped, mode) ?? { old: '', new: '' };
      expect(shipped.split(edit.old)).toHaveLength(2);
      expect(edit.old).not.toBe('');
      if (mode.replaces === undefined) expect(edit.new).toBe(`${edit.old}\n${mode.bullet}`);
      else expect([edit.old.startsWith(mode.replaces), edit.new]).toEqual([true, mode.bullet]);
      const text = edited(shipped, edit);
      expect(parsePlaybook(text).policies).not.toEqual(policies);
      expect(parsePlaybook(text).notUnderstood).toEqual(parsePlaybook(shipped).notUnderstood);
      expect(editFor(text, mode)).toBeUndefined();
    },
  );

  it('go one after the other through the same text, and back', () => {
    const texts = [shipped];
    const edits = KNOWN_MODES.flatMap((mode) => {
      const edit = editFor(texts.at(-1) ?? '', mode);
      if (edit) texts.push(edited(texts.at(-1) ?? '', edit));
      return edit ?? [];
    });
    expect(edits).toHaveLength(KNOWN_MODES.length);
    const back = edits
      .toReversed()
      .reduce((text, edit) => edited(text, { old: edit.new, new: edit.old }), texts.at(-1) ?? '');
    expect(back).toBe(shipped);
  });

  it('take continuation lines out with their rule', () => {
    const mode = { replaces: '- Old rule', bullet: '- New.' };
    expect(editFor('# A\n\n- Old rule x\n  and more\n- next\n', mode)).toEqual({
      old: '- Old rule x\n  and more',
      new: '- New.',
    });
  });

  it('are of a text whose rules the script knows', () => {
    expect(holdsRules(shipped)).toBe(true);
    expect(holdsRules('# Receptionist\n\n- Be kind.')).toBe(false);
  });
});

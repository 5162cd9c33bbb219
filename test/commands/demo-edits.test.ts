import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEdit, EDITS, editFor } from '../../src/commands/demo-edits.ts';
import { parsePlaybook } from '../../src/sandbox/engine/playbook.ts';
import { ROOT } from '../support/root.ts';

const shipped = readFileSync(join(ROOT, 'src/sandbox/playbook.md'), 'utf8');

describe('the edits of the demo', () => {
  it.each(EDITS.map((edit) => [edit.bullet, edit] as const))(
    '%s: changes the playbook in a way the agent understands',
    (_bullet, edit) => {
      const { text, removed, added } = applyEdit(shipped, edit);
      expect(added).toEqual([edit.bullet]);
      expect(removed.length > 0).toBe(edit.replaces !== undefined);
      expect(parsePlaybook(text).policies).not.toEqual(parsePlaybook(shipped).policies);
      expect(parsePlaybook(text).notUnderstood).toEqual(parsePlaybook(shipped).notUnderstood);
    },
  );

  it.each([
    ['Details not read back', 'All done.', /read the day and time back/],
    ['Identity not verified', 'The agent opened the file.', /full name and date of birth/],
    ['Wrong price or amount: late fee', 'The caller was told $75.', /cost \$40/],
    ['Wrong language: spanish', 'The agent went on in English.', /caller's language/],
  ])('picks by what the cluster says: %s', (title, texts, bullet) => {
    expect(editFor(title, texts)?.bullet).toMatch(bullet);
  });

  it('picks nothing without evidence', () => {
    expect(editFor('The weather', 'It rained.')).toBeUndefined();
  });

  it('takes continuation lines out with their bullet', () => {
    const edit = EDITS.find((one) => one.replaces !== undefined);
    if (!edit?.replaces) throw new Error('no such edit');
    const { text } = applyEdit(`# A\n\n${edit.replaces} x\n  and more\n- next\n`, edit);
    expect(text).toBe(`# A\n\n${edit.bullet}\n- next\n`);
  });
});

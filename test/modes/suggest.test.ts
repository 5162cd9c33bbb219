import { describe, expect, it } from 'vitest';
import { wordingOf } from '../../src/analysis/wording.ts';
import type { BookEntry, StoredMode } from '../../src/modes/book.ts';
import { suggester } from '../../src/modes/suggest.ts';
import { LABELLED_DOMAINS, labelsOf, reasonsOf } from './labelled/labelled.ts';

const modeOf = (title: string, examples: string[], more: Partial<StoredMode> = {}): StoredMode => ({
  title,
  definition: title,
  status: 'active',
  by: 'assistant',
  examples,
  ...more,
});
const entry = (modes: BookEntry['modes']): BookEntry => ({ modes, sessions: {} });

describe('a suggestion', () => {
  const modes = {
    'M-fee': modeOf('Late fee misstated', [
      '[Is right] The cancellation charge is misstated at turn #; the policy says #.',
    ]),
    'M-id': modeOf('Identity not checked', ['[Is right] The file was opened without any check of the identity.']),
  };
  const suggest = suggester([entry(modes)]);
  it('is the mode of the nearest example, in other words too', () => {
    expect(suggest('[Is right] At turn # the cancellation charge was misstated once more.')).toBe('M-fee');
    expect(suggest('[Is right] A file was opened, and no identity check was made.')).toBe('M-id');
  });
  it('is none where nothing is near, where two modes are, and of a retired mode', () => {
    expect(suggest('[Other] Nobody answered the question about parking.')).toBeUndefined();
    const twice = suggester([entry({ ...modes, 'M-other': modeOf('Other', modes['M-fee'].examples) })]);
    expect(twice('[Is right] The cancellation charge is misstated at turn #; the policy says #.')).toBeUndefined();
    const retired = suggester([entry({ 'M-fee': { ...modes['M-fee'], status: 'retired' } })]);
    expect(retired('[Is right] The cancellation charge is misstated.')).toBeUndefined();
  });
  it('costs 30 ms or less for 150 lines against 60 modes', async () => {
    const reasons = (await Promise.all(LABELLED_DOMAINS.map(reasonsOf))).flat();
    const many: BookEntry['modes'] = {};
    for (let mode = 0; mode < 60; mode += 1)
      many[`M-${mode}`] = modeOf(
        `Mode ${mode}`,
        reasons.slice(mode * 3, mode * 3 + 20).map(({ evaluation, reason }) => wordingOf(evaluation, reason) ?? ''),
      );
    const lines = reasons.slice(0, 150).map(({ evaluation, reason }) => wordingOf(evaluation, reason) ?? '');
    const all = () => {
      const suggest = suggester([entry(many)]);
      return lines.map((line) => suggest(line));
    };
    for (let warm = 0; warm < 4; warm += 1) all();
    all();
    const begin = process.cpuUsage();
    all();
    // Room for a machine that does other things, too.
    expect(process.cpuUsage(begin).user / 1_000).toBeLessThan(90);
  });
  it('with half of the labelled reasons coded is given for none whose words are others', async () => {
    let [given, right] = [0, 0];
    for (const domain of LABELLED_DOMAINS) {
      const [reasons, labels] = [await reasonsOf(domain), await labelsOf(domain)];
      const known: BookEntry['modes'] = {};
      for (const { id, evaluation, reason } of reasons.filter((_, index) => index % 2 === 0)) {
        const label = `M-${labels[id]}`;
        known[label] ??= modeOf('-', []);
        known[label].examples.push(wordingOf(evaluation, reason) ?? '');
      }
      const one = suggester([entry(known)]);
      for (const { id, evaluation, reason } of reasons.filter((_, index) => index % 2 === 1)) {
        const suggested = one(wordingOf(evaluation, reason) ?? '');
        if (suggested === undefined) continue;
        given += 1;
        if (suggested === `M-${labels[id]}`) right += 1;
      }
    }
    expect({ given, right }).toMatchInlineSnapshot(`
      {
        "given": 0,
        "right": 0,
      }
    `);
  });
});

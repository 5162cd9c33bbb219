import { describe, expect, it } from 'vitest';
import { clauseOf, type NoYes, type NoYesWords, nextAfter, sentenceOf, tokenProves } from '../../src/home/no-yes.ts';

const WORDS: NoYesWords = {
  yes: 'The yes',
  no_one_asks: 'Nobody can be asked',
  not_known: 'Nothing was asked',
  other_place: 'another shop',
  other_plan: 'The cake was changed since',
  used: 'The yes was used; it was good for one cake',
};
const NEXT = {
  operator: 'The operator can bake.',
  no_one_asks: 'Bake it yourself.',
  plan: 'the cake',
  form: ', and eggs',
};
const REASONS: readonly NoYes[] = [
  'no_one_asks',
  'declined',
  'dismissed',
  'failed',
  'malformed',
  'never_asked',
  'not_known',
  'expired',
  'other_arguments',
  'other_place',
  'other_plan',
  'used',
];

describe('why there is no yes', () => {
  it('has a clause of its own for each reason, and says of none that a person spoke', () => {
    const clauses = REASONS.map((reason) => clauseOf(reason, WORDS));
    expect(new Set(clauses).size).toBe(REASONS.length);
    for (const clause of clauses) expect(clause).not.toMatch(/person|somebody|^[A-Z]|\.$/);
  });

  it('is said in the words of who asks', () => {
    const said = (['expired', 'other_arguments', 'other_place', 'used'] as const).map((reason) =>
      sentenceOf(reason, WORDS),
    );
    expect(said).toEqual([
      'The yes came too late; it was good for ten minutes.',
      'The yes was given for other arguments than those of this call.',
      'The yes was given for another shop.',
      'The yes was used; it was good for one cake.',
    ]);
  });
});

describe('what to do about it', () => {
  it('is what the operator can set where the client was asked, and a new call where the confirmation does not fit', () => {
    const next = (reason: NoYes) => nextAfter(reason, NEXT);
    for (const reason of ['declined', 'dismissed', 'failed', 'malformed', 'never_asked'] as const)
      expect(next(reason)).toMatch(/\. The operator can bake\.$/);
    for (const reason of ['not_known', 'expired', 'other_arguments', 'other_place', 'other_plan', 'used'] as const)
      expect(next(reason)).toMatch(/^Make the call without `confirm` /);
    expect(next('other_plan')).toContain('see and confirm the cake as it is now');
    expect(next('malformed')).toContain('`proceed: true` in the content, and eggs. ');
    expect(nextAfter('malformed', { ...NEXT, form: undefined })).toContain('`proceed: true` in the content. ');
    expect(next('no_one_asks')).toBe('Bake it yourself.');
  });

  it('a token proves no more than that its caller saw something', () => {
    expect(tokenProves('cake')).toBe('A token proves that the caller saw this cake, not that a person did.');
  });
});

import { describe, expect, it } from 'vitest';
import { type Asking, endUnanswered, type PersonAnswer, yesFor } from '../../src/home/asking.ts';
import { createConfirmations } from '../../src/home/confirmations.ts';
import { Problem } from '../../src/model/problem.ts';
import { frozenClock, temporaryHome } from '../starting/support.ts';
import { problemOf } from '../support/problem-of.ts';

const BINDING = { arguments: 'a', place: 'p', plan: 'q' };
const ASKS = { canAsk: true };
const CANNOT = { canAsk: false };

async function askingWith(tokenCounts: boolean): Promise<Asking> {
  const confirmations = createConfirmations({ home: await temporaryHome(), now: frozenClock().now });
  const refusal = (reason: string) => new Problem('refused', `No: ${reason}.`, { reason, sent: 'no' });
  return { confirmations, tokenCounts, refusal };
}

async function tokenOf(waiting: ReturnType<typeof yesFor>): Promise<string> {
  const pending = await waiting;
  if (!('token' in pending)) throw new Error('it was a yes');
  return pending.token;
}

const answered = (state: string, outcome: PersonAnswer['outcome'], further_runs?: number) => ({
  canAsk: true,
  answer: { state, outcome, further_runs },
});
const reasonOf = async (refused: Promise<unknown>) => (await problemOf(refused)).details.reason;

describe.each([true, false])('a client that can ask, a token counting: %s', (tokenCounts) => {
  it('is asked, and its yes is good once, for what it was given for', async () => {
    const asking = await askingWith(tokenCounts);
    const pending = await yesFor(asking, BINDING, ASKS);
    expect(pending).toMatchObject({ channel: 'person', expires_at: expect.any(String) });
    const token = await tokenOf(Promise.resolve(pending));
    const yes = answered(token, 'accepted', 7);
    expect(await reasonOf(yesFor(asking, { ...BINDING, plan: 'other' }, yes))).toBe('other_plan');
    expect(await yesFor(asking, BINDING, yes)).toEqual({ further_runs: 7 });
    expect(await reasonOf(yesFor(asking, BINDING, yes))).toBe('used');
  });

  it('is asked although the token of a preview came along', async () => {
    const asking = await askingWith(tokenCounts);
    const { token } = await asking.confirmations.issue(BINDING, 'preview');
    expect(await yesFor(asking, BINDING, ASKS, token)).toMatchObject({ channel: 'person' });
  });

  it.each(['declined', 'dismissed', 'malformed', 'never_asked'] as const)(
    '%s is no yes, with a token neither, and stays',
    async (outcome) => {
      const asking = await askingWith(tokenCounts);
      const state = await tokenOf(yesFor(asking, BINDING, ASKS));
      const { token } = await asking.confirmations.issue(BINDING, 'preview');
      expect(await reasonOf(yesFor(asking, BINDING, answered(state, outcome), token))).toBe(outcome);
      expect(await reasonOf(yesFor(asking, BINDING, answered(state, 'accepted')))).toBe(outcome);
    },
  );

  it.each([-1, 0.5, Number.NaN])('a yes with %s further runs is none', async (further) => {
    const asking = await askingWith(tokenCounts);
    const state = await tokenOf(yesFor(asking, BINDING, ASKS));
    expect(await reasonOf(yesFor(asking, BINDING, answered(state, 'accepted', further)))).toBe('malformed');
  });

  it('is refused before anything is read, where no yes came', async () => {
    const asking = await askingWith(tokenCounts);
    const state = await tokenOf(yesFor(asking, BINDING, ASKS));
    await endUnanswered(asking, undefined);
    await endUnanswered(asking, { state, outcome: 'accepted' });
    expect(await reasonOf(endUnanswered(asking, { state, outcome: 'declined' }))).toBe('declined');
    expect(await reasonOf(yesFor(asking, BINDING, answered(state, 'accepted')))).toBe('declined');
  });
});

describe('a token that counts', () => {
  it('is shown where the client cannot ask, and is good once', async () => {
    const asking = await askingWith(true);
    const pending = await yesFor(asking, BINDING, CANNOT);
    expect(pending).toMatchObject({ channel: 'preview' });
    const token = await tokenOf(Promise.resolve(pending));
    expect(await yesFor(asking, BINDING, CANNOT, token)).toEqual({ further_runs: 0 });
    expect(await reasonOf(yesFor(asking, BINDING, CANNOT, token))).toBe('used');
  });

  it('takes the place of a client that failed to ask', async () => {
    const asking = await askingWith(true);
    const failed = async () => answered(await tokenOf(yesFor(asking, BINDING, ASKS)), 'failed');
    const token = await tokenOf(yesFor(asking, BINDING, await failed()));
    expect(await yesFor(asking, BINDING, await failed(), token)).toEqual({ further_runs: 0 });
  });

  it('is none of a question to a person, nor the other way round', async () => {
    const asking = await askingWith(true);
    const person = await tokenOf(yesFor(asking, BINDING, ASKS));
    const preview = await tokenOf(yesFor(asking, BINDING, CANNOT));
    expect(await reasonOf(yesFor(asking, BINDING, CANNOT, person))).toBe('not_known');
    expect(await reasonOf(yesFor(asking, BINDING, answered(preview, 'accepted')))).toBe('not_known');
  });
});

describe('a token that does not count', () => {
  it('is neither shown nor taken', async () => {
    const asking = await askingWith(false);
    const { token } = await asking.confirmations.issue(BINDING, 'preview');
    for (const given of [undefined, token])
      expect(await reasonOf(yesFor(asking, BINDING, CANNOT, given))).toBe('no_one_asks');
    const state = await tokenOf(yesFor(asking, BINDING, ASKS));
    expect(await reasonOf(yesFor(asking, BINDING, answered(state, 'failed'), token))).toBe('failed');
    expect(await asking.confirmations.redeem(token, BINDING, 'preview')).toBe('ok');
  });
});

/**
 * What is said where a yes is missing, alike for all that need one: what happened, without claiming that a person spoke,
 * and what to do about it.
 */
import type { Refusal } from './confirmations.ts';

/** Why there is no yes. `no_one_asks` = only a client that asks may say it, and this one cannot ask. */
export type NoYes = Refusal | 'no_one_asks';

/**
 * What differs by what is asked for: a yes (`The confirmation`, `The yes`), another place (`another file`), and whole
 * sentences. With a capital, without a full stop.
 */
export type NoYesWords = Readonly<
  Record<'yes' | 'no_one_asks' | 'not_known' | 'other_place' | 'other_plan' | 'used', string>
>;

/** Said beside `no_one_asks` where a token was to be expected. */
export const NO_TOKEN = 'No token takes its place.';

/** The reason as a sentence of its own. */
export function sentenceOf(reason: NoYes, words: NoYesWords): string {
  return `${saidOf(reason, words)}.`;
}

/** The reason as the end of a longer sentence: no capital, no full stop. */
export function clauseOf(reason: NoYes, words: NoYesWords): string {
  const said = saidOf(reason, words);
  return `${said.charAt(0).toLowerCase()}${said.slice(1)}`;
}

function saidOf(reason: NoYes, words: NoYesWords): string {
  switch (reason) {
    case 'declined':
      return 'The client answered no to the question';
    case 'dismissed':
      return 'The client closed the question without an answer';
    case 'failed':
      return 'The client failed to put the question to anybody';
    case 'malformed':
      return 'The client answered in another form than was asked for';
    case 'never_asked':
      return 'The question did not reach the client';
    case 'expired':
      return `${words.yes} came too late; it was good for ten minutes`;
    case 'other_arguments':
      return `${words.yes} was given for other arguments than those of this call`;
    case 'other_place':
      return `${words.yes} was given for ${words.other_place}`;
    default:
      return words[reason];
  }
}

export interface NextWords {
  /** What the operator can set, as a sentence. */
  operator: string;
  /** What to do where no client can ask, with what the operator can set. */
  no_one_asks: string;
  /** What is confirmed: `the plan`. */
  plan: string;
  /** What else a well-formed answer holds, as a clause with a comma before it. */
  form?: string | undefined;
}

/** What to do about it, where the argument `confirm` may carry the token of a preview. */
export function nextAfter(reason: NoYes, { operator, no_one_asks, plan, form = '' }: NextWords): string {
  switch (reason) {
    case 'no_one_asks':
      return no_one_asks;
    case 'declined':
      return `Do not ask again unless somebody wants it. ${operator}`;
    case 'dismissed':
      return `Make the call again when somebody is there to answer. ${operator}`;
    case 'failed':
      return `Use a client that can ask. ${operator}`;
    case 'malformed':
      return `Make the call again; a yes is \`accept\` with \`proceed: true\` in the content${form}. ${operator}`;
    case 'never_asked':
      return `Make the call again. ${operator}`;
    case 'not_known':
      return 'Make the call without `confirm` to be asked or shown a preview.';
    case 'other_plan':
      return `Make the call without \`confirm\` to see and confirm ${plan} as it is now.`;
    default:
      return 'Make the call without `confirm` for a new one.';
  }
}

/** What the token of a preview proves, in one sentence; `what` was shown: `plan`. */
export function tokenProves(what: string): string {
  return `A token proves that the caller saw this ${what}, not that a person did.`;
}

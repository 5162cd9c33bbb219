/** The yes that it takes to change failure modes which a person wrote: through a client that asks, and in no other way. */
import { createHash } from 'node:crypto';
import { yesFor } from '../home/asking.ts';
import { type Binding, createConfirmations } from '../home/confirmations.ts';
import { clauseOf, type NoYes, type NoYesWords } from '../home/no-yes.ts';
import { modeWords } from '../model/mode-words.ts';
import { plainName } from '../model/plain-name.ts';
import { Problem } from '../model/problem.ts';
import type { PersonChange } from '../modes/saving/person-changes.ts';
import type { ToolContext, ToolQuestion } from './tool.ts';

/** Characters of a question. */
const LONGEST_QUESTION = 1_000;
const LONGEST_WORDS = 120;

export interface Asked {
  changes: readonly PersonChange[];
  /** What the yes is good for: the modes as they stand. */
  plan: string;
  /** Path of the book. */
  path: string;
  args: unknown;
}

/**
 * The question, or undefined once it was answered yes. Throws `refused` where the client cannot ask, or did not say yes,
 * and where the modes are others than those that were asked about; also `local_io`.
 */
export async function personYes(
  { changes, plan, path, args }: Asked,
  { canAsk, answer, config }: Pick<ToolContext, 'canAsk' | 'answer' | 'config'>,
): Promise<ToolQuestion | undefined> {
  const confirmations = createConfirmations({ home: config.home, now: Date.now });
  const binding: Binding = { arguments: hashOf(args), place: hashOf(path), plan };
  const asking = { confirmations, tokenCounts: false, refusal: (reason: NoYes) => refusal(reason, changes) };
  const yes = await yesFor(asking, binding, { canAsk, answer });
  if ('further_runs' in yes) return undefined;
  return {
    ask: questionText(changes),
    state: yes.token,
    yes: { title: 'Change them?', description: 'Yes changes these failure modes in the file that holds them' },
  };
}

/** The modes were changed between the question and the yes. */
export function otherPlan(changes: readonly PersonChange[]): Problem {
  return refusal('other_plan', changes);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

const WORDS: NoYesWords = {
  yes: 'The yes',
  no_one_asks: 'This client cannot ask a person',
  not_known: 'No such question was asked',
  other_place: 'another file',
  other_plan: 'The modes were changed since the question was asked',
  used: 'The yes was used already; each is good for one save',
};

function refusal(reason: NoYes, changes: readonly PersonChange[]): Problem {
  const what = [...byMode(changes)].map(([id, own]) => `${id} (${[...new Set(own.map(membersOf))].join(', ')})`);
  const shown = what.slice(0, 10).join(', ');
  const more = what.length > 10 ? ` and ${what.length - 10} more` : '';
  return new Problem(
    'refused',
    `A person wrote or edited ${shown}${more}; changing that needs a yes through a client that asks, and ${clauseOf(reason, WORDS)}. Nothing was saved.`,
    {
      reason,
      sent: 'no',
      next: 'Save without these changes (adding failures to such a mode needs no yes), or have a person edit the file of the failure modes (AGENT_SIM_FAILURE_MODES).',
    },
  );
}

/** What of a mode would change, in words of ours. */
function membersOf({ member, after }: PersonChange): string {
  if (member === 'merged') return `merged into ${after}`;
  return member === 'wording' ? 'an example taken away' : member;
}

function byMode(changes: readonly PersonChange[]): Map<string, PersonChange[]> {
  const modes = new Map<string, PersonChange[]>();
  for (const change of changes) modes.set(change.mode, [...(modes.get(change.mode) ?? []), change]);
  return modes;
}

/** Ids, and the old and new words, cleaned; what has no room is counted. */
function questionText(changes: readonly PersonChange[]): string {
  const head = 'These failure modes were written or edited by a person. Change them?';
  const lines = [...byMode(changes)].flatMap(([id, own]) => {
    const taken = own.filter(({ member }) => member === 'wording');
    const others = own.filter(({ member }) => member !== 'wording').map((change) => `${id} ${lineOf(change)}`);
    const examples = taken[0] && `${id} loses ${taken.length} of its examples: ${words(taken[0].before)}`;
    return examples === undefined ? others : [...others, examples];
  });
  const kept: string[] = [];
  let room = LONGEST_QUESTION - head.length - 40;
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0 && kept.length > 0) break;
    kept.push(line);
  }
  const omitted = lines.length - kept.length;
  return [head, ...kept, omitted > 0 ? `And ${omitted} more changes.` : ''].filter(Boolean).join('\n');
}

function lineOf({ member, before, after }: PersonChange): string {
  if (member === 'merged') return `${words(before)} goes; ${after} takes over its failures`;
  return `${member}: ${words(before)} becomes ${words(after)}`;
}

/** Words of others between straight quotation marks, without anything that looks like ours; `(nothing)` for none. */
function words(text: string | undefined): string {
  return text === undefined ? '(nothing)' : plainName(modeWords(text), LONGEST_WORDS);
}

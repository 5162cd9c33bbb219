/** Plays one case under the policies of a playbook: a pure function of its arguments. */
import { judge } from './judge.ts';
import type { Policies } from './policies.ts';
import { createTalk, type Language } from './talk.ts';
import type { Conversation, WorldCase } from './types.ts';
import { scriptOf } from './world.ts';

export interface PlayOptions {
  case: WorldCase;
  policies: Policies;
  /** Seed and variant: the wording depends on it, the outcome does not. */
  key: string;
  iteration: number;
  /** Agent and caller turns after which the conversation is cut. */
  max_turns?: number | undefined;
  variables?: Readonly<Record<string, unknown>> | undefined;
}

/** The conversation of one case, judged. Equal options give equal conversations. */
export function play(options: PlayOptions): Conversation {
  const { case: worldCase, policies, iteration, max_turns } = options;
  const script = scriptOf(worldCase.key);
  const key = `${options.key}/${worldCase.key}`;
  const variables = callerVariables(script?.variables ?? {}, options.variables ?? {});
  const talk = createTalk({ policies, language: language(worldCase.language), key, iteration, variables });
  for (const scene of script?.scenes ?? []) if (!talk.over) scene(talk);

  let turns = talk.turns;
  let ended = talk.ended;
  let seconds = talk.seconds();
  const keep = max_turns === undefined ? turns.length : turnsWithin(turns, max_turns);
  const slips = [...talk.slips];
  if (keep < turns.length) {
    seconds = turns[keep]?.at_seconds ?? seconds;
    turns = turns.slice(0, keep);
    ended = 'max-turns';
    slips.push({ cause: 'cut-short', turn: keep - 1, facts: {} });
  }
  const { evaluations, passed } = judge(worldCase, turns, slips, key);
  const failed = evaluations.filter((evaluation) => !evaluation.passed).map((evaluation) => evaluation.criterion.name);
  return {
    turns,
    evaluations,
    passed,
    ended_reason: ended,
    duration_seconds: seconds,
    latency_seconds: talk.latency(),
    summary: `${worldCase.name}: ${failed.length === 0 ? 'all criteria met' : `not met: ${failed.join(', ')}`}.`,
  };
}

/** Index of the first turn that no longer fits into `max` agent and caller turns. */
function turnsWithin(turns: Conversation['turns'], max: number): number {
  let spoken = 0;
  for (const [index, turn] of turns.entries()) {
    if (turn.speaker === 'tool') continue;
    spoken += 1;
    if (spoken > Math.max(1, max)) return index;
  }
  return turns.length;
}

/** Defaults of the case under what the start gave; a new full name brings its own first name. */
function callerVariables(defaults: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>) {
  const variables: Record<string, unknown> = { ...defaults, ...given };
  if (typeof given.customer_name === 'string' && given.first_name === undefined)
    variables.first_name = given.customer_name.trim().split(/\s+/)[0] || given.customer_name;
  return variables;
}

function language(name: string): Language {
  return name.startsWith('es') ? 'es' : name.startsWith('de') ? 'de' : 'en';
}

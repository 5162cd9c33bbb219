/**
 * A conversation as Cognigy's turns: text and data, without a speaker. What tools did is not part of them. By default the
 * simulated caller opens and both alternate, which is what field code relies on.
 */
import type { Conversation, EngineRun } from '../../engine/types.ts';
import type { CognigySwitches } from './switches.ts';

interface Spoken {
  speaker: 'agent' | 'caller';
  text: string;
  at: number;
  /** Turns of the engine that went into it. */
  from: number[];
}

const WORDS = { agent: 'bot', caller: 'user' } as const;
const ROLES = { agent: 'assistant', caller: 'user' } as const;

/** `id` is the id of the run. */
export function turnsOf(
  id: string,
  run: EngineRun,
  conversation: Conversation,
  switches: CognigySwitches,
): Record<string, unknown>[] {
  const turns = spoken(conversation, switches.opening).map(({ speaker, text, at }, index) => {
    const time = run.starts_at + at * 1000;
    return {
      // Made of the run's own id: hashing each turn would cost most of serving a big batch.
      id: `${id.slice(0, 20)}${index.toString(16).padStart(4, '0')}`,
      sequence: index,
      text,
      data: switches.speaker === 'data_source' ? { source: WORDS[speaker] } : {},
      createdAt: switches.timestamps === 'ms' ? Math.round(time) : Math.floor(time / 1000),
      role: switches.speaker === 'role' ? ROLES[speaker] : undefined,
      source: switches.speaker === 'source' ? WORDS[speaker] : undefined,
    };
  });
  return switches.turn_order === 'reversed' ? turns.reverse() : turns;
}

/** A judge's reason with the turns it names counted as they are served. */
export function servedReason(reason: string, conversation: Conversation, switches: CognigySwitches): string {
  if (!/\bturn \d/i.test(reason)) return reason;
  const served = spoken(conversation, switches.opening);
  return reason.replace(/\b(turn) (\d+)\b/gi, (whole, word: string, number: string) => {
    const index = served.findIndex(({ from }) => from.includes(Number(number)));
    return index < 0 ? whole : `${word} ${index}`;
  });
}

function spoken({ turns }: Conversation, opening: CognigySwitches['opening']): Spoken[] {
  const said = turns.flatMap(({ speaker, text, at_seconds }, index): Spoken[] =>
    speaker === 'tool' ? [] : [{ speaker, text, at: at_seconds, from: [index] }],
  );
  if (opening === 'agent_twice') return said;
  // One message a turn: what one side says in a row comes as one.
  const merged: Spoken[] = [];
  for (const turn of said) {
    const last = merged.at(-1);
    if (last?.speaker !== turn.speaker) {
      merged.push({ ...turn });
      continue;
    }
    last.text = `${last.text}\n${turn.text}`;
    last.from = [...last.from, ...turn.from];
  }
  if (opening === 'caller' && merged[0]?.speaker === 'agent')
    return [{ speaker: 'caller', text: 'Hello!', at: 0, from: [] }, ...merged];
  return merged;
}

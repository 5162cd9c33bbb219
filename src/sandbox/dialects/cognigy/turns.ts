/**
 * A conversation as Cognigy's turns: text and data, without a speaker. What tools did is not part of them. By default the
 * simulated caller opens and both alternate, which is what field code relies on.
 */
import type { Conversation, EngineRun } from '../../engine/types.ts';
import type { CognigySwitches } from './switches.ts';
import { objectId } from './world.ts';

interface Spoken {
  speaker: 'agent' | 'caller';
  text: string;
  at: number;
}

const WORDS = { agent: 'bot', caller: 'user' } as const;

export function turnsOf(run: EngineRun, conversation: Conversation, switches: CognigySwitches): unknown[] {
  const turns = spoken(conversation, switches.opening).map(({ speaker, text, at }, index) => ({
    id: objectId('turn', run.id, index),
    sequence: index,
    text,
    data: switches.speaker === 'data_source' ? { source: WORDS[speaker] } : {},
    createdAt: switches.timestamps === 'ms' ? Math.round(at) : Math.floor(at / 1000),
    ...(switches.speaker === 'role' ? { role: speaker === 'agent' ? 'assistant' : 'user' } : {}),
    ...(switches.speaker === 'source' ? { source: WORDS[speaker] } : {}),
  }));
  return switches.turn_order === 'reversed' ? turns.reverse() : turns;

  function spoken({ turns: all }: Conversation, opening: CognigySwitches['opening']): Spoken[] {
    const said = all.flatMap(({ speaker, text, at_seconds }): Spoken[] =>
      speaker === 'tool' ? [] : [{ speaker, text, at: run.starts_at + at_seconds * 1000 }],
    );
    if (opening === 'agent_twice') return said;
    // One message a turn: what one side says in a row comes as one.
    const merged: Spoken[] = [];
    for (const turn of said) {
      const last = merged.at(-1);
      if (last?.speaker === turn.speaker) last.text = `${last.text}\n${turn.text}`;
      else merged.push({ ...turn });
    }
    if (opening === 'caller' && merged[0]?.speaker === 'agent')
      return [{ speaker: 'caller', text: 'Hello!', at: run.starts_at }, ...merged];
    return merged;
  }
}

/**
 * Types of Coval's agents: who runs them, and where those live that Coval only calls. That Coval runs the three realtime
 * types itself, so that their prompt is what they follow, is INFERRED from its connection guides (2026-11); nothing
 * documented says that it runs any other.
 */
import type { Ownership } from '../../model/agents.ts';

export interface AgentType {
  ownership: Ownership;
  /** In trusted words; absent where Coval runs the agent. */
  lives_at?: string | undefined;
  /** What a reader must know (a trusted sentence). */
  note: string;
}

const RUN_BY_COVAL: AgentType = {
  ownership: 'platform',
  note: 'That Coval runs realtime agents itself, with this prompt, is inferred from its guides; nothing states it.',
};
const DESCRIBED =
  'Coval calls this agent and does not run it: what is written here describes it, and can be used by metrics.';

/** Where an agent of each type lives that Coval calls. */
const PLACES: Readonly<Record<string, string>> = {
  VOICE: 'where the phone number is answered that Coval calls (part connection.phone_number)',
  OUTBOUND_VOICE: 'where the calls come from that Coval asks for and answers, at your own server or telephony platform',
  SMS: 'where the phone number is answered that Coval writes to (part connection.phone_number)',
  CHAT: 'behind the chat endpoint that Coval sends messages to (part connection.endpoint)',
  CHAT_A2A: 'behind the agent-to-agent endpoint that Coval sends messages to (part connection.endpoint)',
  CHAT_WEBSOCKET: 'behind the websocket that Coval connects to (part connection.endpoint)',
  WEBSOCKET: 'behind the websocket that Coval connects to (part connection.endpoint)',
  LIVEKIT: 'in your LiveKit project, whose rooms Coval joins',
  DAILY: 'in your Daily domain, whose rooms Coval joins',
};

export function agentTypeOf(model_type: string | undefined): AgentType {
  const name = (model_type ?? '')
    .trim()
    .toUpperCase()
    .replace(/^MODEL_TYPE_/, '');
  if (/^(OPENAI|GEMINI|GROK)_REALTIME$/.test(name)) return RUN_BY_COVAL;
  const place = PLACES[name];
  if (place !== undefined) return { ownership: 'record_of_external', lives_at: place, note: DESCRIBED };
  return {
    ownership: 'record_of_external',
    lives_at: 'at whatever the record in Coval connects to; the type of this agent is not one that is documented',
    note: 'The type of this agent is not documented. Nothing says that Coval runs it, so it is taken for one that Coval only calls.',
  };
}

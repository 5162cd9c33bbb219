/** The texts that agents follow: the playbook file, and texts of their own (see `AgentTexts`). */
import { readPlaybook, writePlaybook } from './playbook-file.ts';
import type { AgentTexts, Documents, WorldAgent } from './types.ts';
import { AGENTS } from './world.ts';

const COLLECTION = 'texts of agents';

/** `report` is told in trusted words why the text is not that of the file. */
export function createAgentTexts(
  playbook: string,
  documents: Documents,
  report: (problem: string) => void = () => {},
): AgentTexts {
  const [first, ...others] = AGENTS;
  const own = (agent: WorldAgent) => {
    const text = agent.id === first?.id ? undefined : documents.get(COLLECTION, agent.id);
    return typeof text === 'string' ? text : undefined;
  };
  const live = (agent: WorldAgent) => {
    const text = own(agent);
    if (text !== undefined) return text;
    const { text: read, problem } = readPlaybook(playbook);
    if (problem !== undefined) report(problem);
    return read;
  };
  return {
    live,
    follow(agent) {
      if (!others.some(({ id }) => id === agent.id)) others.push(agent);
    },
    setLive(agent, text) {
      if (agent.id !== first?.id) {
        documents.put(COLLECTION, agent.id, text);
        return;
      }
      const before = live(agent);
      for (const other of others) if (own(other) === undefined) documents.put(COLLECTION, other.id, before);
      writePlaybook(playbook, text);
    },
  };
}

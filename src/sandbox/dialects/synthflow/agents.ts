/**
 * The agents of the workspace. Each has what is live and, in draft mode, what differs in its draft. The live prompt is the live
 * text of the engine; everything else, and drafts, stand in documents of the engine. Nothing here publishes a draft: at
 * Synthflow a person does that in the editor.
 */
import * as z from 'zod/v4';
import { stableId } from '../../engine/ids.ts';
import type { Engine, WorldAgent } from '../../engine/types.ts';
import { changed, differences, overlaid, promptOf, withoutPrompt } from './agent-content.ts';
import { type Content, seedOf } from './agent-seeds.ts';
import type { SynthflowSwitches } from './switches.ts';

const COLLECTION = 'synthflow agents';
/** A line that somebody else adds to the prompt (`agents_meddles`). */
const MEDDLED = '\nAlways be kind to callers. (Added by somebody else meanwhile.)\n';

const record = z.record(z.string(), z.unknown());
const keptSchema = z.object({
  removed: z.boolean(),
  /** Without the prompt. */
  live: record,
  /** Members in which the draft differs, those of `agent` one by one. */
  draft: record,
});
type Kept = z.infer<typeof keptSchema>;

export interface Agents {
  /** In the order in which they were made. */
  all(): { id: string; content: Content }[];
  knows(id: string): boolean;
  nameOf(id: string | undefined): string | null;
  /** As `GET` shows it; undefined for an agent that is not there. */
  get(id: string): Content | undefined;
  /** Changes the members that are given, and no others, in the draft or live. */
  put(id: string, body: Content): void;
  create(body: Content): string;
  /** Of both versions: actions are outside of the version history. */
  setActions(id: string, actions: readonly unknown[]): void;
  remove(id: string): void;
  /** Makes the draft live, as a person does in the editor. */
  publish(id: string): void;
  /** The prompt that a simulation follows. */
  simulated(id: string): string | undefined;
  /** Where the switch says so at this moment, somebody else edits the prompt, once. */
  meddle(id: string, when: 'after_read' | 'before_write'): void;
}

export function createAgents(engine: Engine, switches: SynthflowSwitches): Agents {
  const { documents, texts } = engine;
  const seeds = new Map(engine.agents.map((agent, index) => [agent.id, seeded(agent, index)]));

  const keptOf = (id: string): Kept | undefined => {
    const value = documents.get(COLLECTION, id);
    return (value === undefined ? undefined : keptSchema.safeParse(value).data) ?? seeds.get(id);
  };
  const presentOf = (id: string) => {
    const kept = keptOf(id);
    return kept?.removed === false ? kept : undefined;
  };
  const worldAgent = (id: string, { live }: Kept): WorldAgent => ({ id, name: String(live.name ?? id) });
  const liveOf = (id: string, kept: Kept): Content =>
    overlaid({ model_id: id, ...kept.live }, { agent: { prompt: texts.live(worldAgent(id, kept)) } });
  const version = (id: string, kept: Kept, which: 'draft' | 'live'): Content =>
    which === 'draft' ? overlaid(liveOf(id, kept), kept.draft) : liveOf(id, kept);
  const ids = () => new Set([...seeds.keys(), ...documents.all(COLLECTION).map(({ id }) => id)]);
  const shown = (id: string, kept: Kept) => version(id, kept, switches.agents_get_returns);
  /** A playbook file that cannot be read fails agents that are asked for by id, and not their list. */
  const listed = (id: string, kept: Kept): Content => {
    try {
      return shown(id, kept);
    } catch {
      return { model_id: id, ...kept.live };
    }
  };

  const setLive = (id: string, kept: Kept, content: Content) => {
    const prompt = promptOf(content);
    const { model_id: _, ...rest } = withoutPrompt(content);
    if (prompt !== promptOf(liveOf(id, kept))) texts.setLive(worldAgent(id, kept), prompt);
    documents.put(COLLECTION, id, { removed: false, live: rest, draft: {} });
  };
  const put = (id: string, body: Content) => {
    // Another process may have written since the request came.
    engine.refresh();
    const kept = presentOf(id);
    if (!kept) return;
    const mode = switches.agents_write_mode;
    const content = changed(version(id, kept, mode), body, switches);
    if (mode === 'live') setLive(id, kept, content);
    else documents.put(COLLECTION, id, { ...kept, draft: differences(liveOf(id, kept), content) });
  };

  return {
    all: () =>
      [...ids()].flatMap((id) => {
        const kept = presentOf(id);
        return kept ? [{ id, content: listed(id, kept) }] : [];
      }),
    knows: (id) => presentOf(id) !== undefined,
    nameOf(id = '') {
      // Asked for with every run that is shown: the prompt is not read for it.
      const kept = presentOf(id);
      const draft = switches.agents_get_returns === 'draft' ? kept?.draft.name : undefined;
      return kept ? String(draft ?? kept.live.name ?? id) : null;
    },
    get(id) {
      const kept = presentOf(id);
      return kept && shown(id, kept);
    },
    put,
    create(body) {
      const id = stableId('synthflow', 'agent', 'made', engine.now(), documents.all(COLLECTION).length);
      const content = changed({ type: body.type, attached_phone_numbers: [], actions: [], agent: {} }, body, switches);
      const kept: Kept = { removed: false, live: withoutPrompt(content), draft: {} };
      texts.setLive(worldAgent(id, kept), promptOf(content));
      documents.put(COLLECTION, id, kept);
      return id;
    },
    setActions(id, actions) {
      const kept = presentOf(id);
      if (kept) documents.put(COLLECTION, id, { ...kept, live: { ...kept.live, actions } });
    },
    remove(id) {
      const kept = presentOf(id);
      if (kept) documents.put(COLLECTION, id, { ...kept, removed: true });
    },
    publish(id) {
      const kept = presentOf(id);
      if (kept) setLive(id, kept, version(id, kept, 'draft'));
    },
    simulated(id) {
      const kept = presentOf(id);
      return kept && promptOf(version(id, kept, switches.sim_version));
    },
    meddle(id, when) {
      const kept = presentOf(id);
      if (switches.agents_meddles !== when || !kept) return;
      switches.agents_meddles = 'off';
      put(id, { agent: { prompt: `${promptOf(shown(id, kept))}${MEDDLED}` } });
    },
  };
}

function seeded(agent: WorldAgent, index: number): Kept {
  return { removed: false, live: { ...seedOf(agent, index) }, draft: {} };
}

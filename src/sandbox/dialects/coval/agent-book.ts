/**
 * Agents as Coval keeps them: records with versions, and what a run on each follows. A realtime agent follows its prompt, as
 * Coval is inferred to run those itself; any other follows the real agent that Coval calls, whatever its record says.
 */
import * as z from 'zod/v4';
import { shortId } from '../../engine/ids.ts';
import type { Engine, WorldAgent } from '../../engine/types.ts';
import { shownMetadata } from './agent-secrets.ts';
import type { CovalSwitches } from './switches.ts';
import { agentId, type CovalWorld } from './world.ts';

const object = z.record(z.string(), z.unknown());

/** What a version keeps; names and tags have none. */
const snapshotSchema = z.object({
  model_type: z.string(),
  phone_number: z.string().nullable(),
  endpoint: z.string().nullable(),
  prompt: z.string().nullable(),
  language: z.string(),
  attributes: object,
  metadata: object,
  workflows: object,
  metric_ids: z.array(z.string()),
  test_set_ids: z.array(z.string()),
});
const recordSchema = snapshotSchema.extend({
  id: z.string(),
  customer_agent_id: z.string(),
  display_name: z.string(),
  knowledge_base_ids: z.array(z.string()),
  tags: z.array(z.string()),
  create_time: z.string(),
  update_time: z.string(),
});
const versionSchema = z.object({
  ulid: z.string(),
  version_number: z.int(),
  change_type: z.enum(['save', 'revert']),
  label: z.string().nullable(),
  created_by: z.string(),
  create_time: z.string(),
  snapshot: snapshotSchema,
});
const keptSchema = z.object({
  record: recordSchema,
  /** Id of the world's agent that is called, where it is one that Coval calls. */
  real: z.string(),
  deleted: z.boolean(),
  /** Newest first. */
  versions: z.array(versionSchema),
});
type Kept = z.infer<typeof keptSchema>;
type Snapshot = z.infer<typeof snapshotSchema>;
export type AgentRecord = z.infer<typeof recordSchema>;
export type AgentVersion = z.infer<typeof versionSchema>;
/** What a write may hold; a member that is null or absent is left as it is. */
export type AgentFields = { [K in keyof AgentRecord]?: AgentRecord[K] | null | undefined };

const COLLECTION = 'coval agents';
const VERSIONED = Object.keys(snapshotSchema.shape);

export type AgentBook = ReturnType<typeof createAgentBook>;

export function createAgentBook(engine: Engine, world: CovalWorld, switches: CovalSwitches) {
  const { documents, texts } = engine;
  const [main] = engine.agents;
  const isMain = (id: string) => main !== undefined && id === agentId(main);
  const time = () => new Date(engine.now()).toISOString().replace(/\.\d+Z$/, 'Z');

  function kept(id: string): Kept | undefined {
    const own = keptSchema.safeParse(documents.get(COLLECTION, id)).data;
    if (own) return own;
    const agent = engine.agents.find((one) => agentId(one) === id);
    return agent && madeOf(world.agentRecord(agent), agent.id, agent.name);
  }
  function madeOf(record: AgentRecord, real: string, by: string): Kept {
    return { record, real, deleted: false, versions: [minted(record, [], 'save', by)] };
  }
  function minted(record: AgentRecord, earlier: readonly AgentVersion[], change_type: 'save' | 'revert', by: string) {
    const version_number = (earlier[0]?.version_number ?? 0) + 1;
    const ulid = shortId(26, 'ulid', 'coval agent version', record.id, version_number);
    const snapshot = snapshotSchema.parse(record);
    return {
      ulid,
      version_number,
      change_type,
      label: null,
      created_by: by,
      create_time: record.update_time,
      snapshot,
    };
  }

  const isEffective = ({ model_type }: AgentRecord) => switches.prompt_effective.includes(model_type);
  /** The default agent's prompt is the text that it follows, as long as prompts of its type are followed. */
  const followsFile = (record: AgentRecord) => main !== undefined && isMain(record.id) && isEffective(record);
  function current({ record }: Kept): AgentRecord {
    if (!main || !followsFile(record)) return record;
    try {
      return { ...record, prompt: texts.live(main) };
    } catch {
      // The file cannot be read: what a start throws says so.
      return { ...record, prompt: null };
    }
  }

  function found(id: string): { kept: Kept; record: AgentRecord } | undefined {
    const one = kept(id);
    return one && !one.deleted ? { kept: one, record: current(one) } : undefined;
  }

  /** Keeps a record as it is now; a version is minted where something changed that versions keep. */
  function keep(
    before: { kept: Kept; record: AgentRecord },
    after: AgentRecord,
    change: 'save' | 'revert',
    by: string,
  ) {
    if (main && followsFile(after) && after.prompt !== before.record.prompt) texts.setLive(main, after.prompt ?? '');
    const changed = VERSIONED.some(
      (name) => JSON.stringify(member(before.record, name)) !== JSON.stringify(member(after, name)),
    );
    const record = { ...after, update_time: time() };
    const earlier = currentFirst(before);
    const versions = changed || change === 'revert' ? [minted(record, earlier, change, by), ...earlier] : earlier;
    documents.put(COLLECTION, record.id, { ...before.kept, record, versions });
    return record;
  }

  return {
    /** Newest first. */
    all(): AgentRecord[] {
      const own = engine.agents.map(agentId);
      const copies = documents.all(COLLECTION).flatMap(({ id }) => (own.includes(id) ? [] : [id]));
      const records = [...own, ...copies].flatMap((id) => found(id)?.record ?? []);
      return records.toSorted((a, b) => (a.create_time === b.create_time ? 0 : a.create_time < b.create_time ? 1 : -1));
    },
    /** By its id; a deleted one only where the switches show those. */
    get(id: string): AgentRecord | undefined {
      const one = kept(id);
      return one && (!one.deleted || switches.deleted === 'shown') ? current(one) : undefined;
    },
    /** Newest first. The newest holds what the agent is now. */
    versions(id: string): AgentVersion[] | undefined {
      const one = found(id);
      return one && currentFirst(one);
    },
    /** An object replaces the whole of what is there; metadata is merged into it where the switches say so. */
    patch(id: string, fields: AgentFields, by = 'API'): AgentRecord | undefined {
      const before = found(id);
      if (!before) return undefined;
      const taken = Object.entries(fields).filter(
        ([name, value]) => value !== null && value !== undefined && name !== switches.agents_ignores,
      );
      const written = Object.fromEntries(taken);
      if (written.metadata && switches.metadata_patch === 'merge')
        written.metadata = { ...before.record.metadata, ...fields.metadata };
      return keep(before, recordSchema.parse({ ...before.record, ...written }), 'save', by);
    },
    /** Undefined for an unknown version; false for the current one. */
    revert(id: string, ulid: string): AgentRecord | false | undefined {
      const before = found(id);
      const versions = before ? currentFirst(before) : [];
      const at = versions.findIndex((one) => one.ulid === ulid);
      const version = versions[at];
      if (!before || !version) return undefined;
      if (at === 0 && switches.revert_current === 400) return false;
      return keep(before, { ...before.record, ...version.snapshot }, 'revert', 'API');
    },
    duplicate(id: string, associations: boolean): AgentRecord | undefined {
      const of = found(id);
      if (!of) return undefined;
      const number = documents.all(COLLECTION).length;
      const copy = shortId(22, 'short', 'coval agent copy', id, number, engine.now());
      const along = { always: true, never: false, asked: associations }[switches.duplicate_associations];
      const without = along ? {} : { metric_ids: [], test_set_ids: [] };
      const made = { id: copy, customer_agent_id: copy, display_name: `${of.record.display_name} (Copy)` };
      const times = { create_time: time(), update_time: time() };
      const record = { ...of.record, ...without, ...made, ...times };
      documents.put(COLLECTION, copy, madeOf(record, of.kept.real, 'API'));
      return record;
    },
    /** Soft: it is answered no more, and its runs stay. */
    remove(id: string): boolean {
      const one = found(id);
      if (one) documents.put(COLLECTION, id, { ...one.kept, deleted: true });
      return one !== undefined;
    },
    /** As it is answered. */
    shown: <T extends Snapshot>(record: T) => ({ ...record, metadata: shownMetadata(record.metadata, switches) }),
    /** What a run on an agent is played with. Throws `local_io` where the playbook file cannot be read. */
    played(id: string): { agent: WorldAgent; playbook: string } | undefined {
      const one = found(id);
      const agent = engine.agents.find((candidate) => candidate.id === one?.kept.real);
      if (!one || !agent) return undefined;
      const own = isEffective(one.record) && !followsFile(one.record);
      return { agent, playbook: own ? (one.record.prompt ?? '') : texts.live(agent) };
    },
  };
}

function currentFirst({ kept, record }: { kept: Kept; record: AgentRecord }): AgentVersion[] {
  return kept.versions.map((version, at) =>
    at === 0 ? { ...version, snapshot: snapshotSchema.parse(record) } : version,
  );
}

function member(record: Snapshot, name: string): unknown {
  return Object.entries(record).find(([one]) => one === name)?.[1];
}

/** The agent under test in parts, as platforms are mapped to it: what stands where, who runs it, what a change of it reaches. */

export const OWNERSHIPS = ['platform', 'record_of_external'] as const;
/**
 * `platform`: the platform runs the agent, so that its text is how it behaves. `record_of_external`: the platform describes an
 * agent that lives elsewhere; changing the record changes no conversation.
 */
export type Ownership = (typeof OWNERSHIPS)[number];

export const EXPOSURES = ['live', 'draft', 'snapshot_pinned', 'unknown'] as const;
/** Who meets a text once it is written: callers at once; nobody until somebody publishes it, or moves a pinned snapshot; not known. */
export type Exposure = (typeof EXPOSURES)[number];

export const CHANGE_TARGETS = ['copy', 'draft', 'live', 'record'] as const;
/**
 * Where a change goes: to a copy that we make, to a draft or version of its own, to the agent itself, or to the platform's
 * record of an agent that lives elsewhere.
 */
export type ChangeTarget = (typeof CHANGE_TARGETS)[number];

export const PART_KINDS = [
  'prompt',
  'greeting',
  'job',
  'persona',
  'tool',
  'model',
  'voice',
  'turn_taking',
  'hearing',
  'ending',
  'language',
  'knowledge',
  'connection',
  'description',
] as const;
export type PartKind = (typeof PART_KINDS)[number];

/** One member of the agent that a person would change by itself. */
export interface AgentPart {
  /** Stable over reads, copies and versions of the agent: `prompt`, `voice.speed`, `job.instructions`. Of `[a-z0-9_.-]`. */
  id: string;
  kind: PartKind;
  /** Untrusted. A string as it stands at the platform, character by character; anything else as its JSON. */
  text: string;
  /** `json`: `text` is the JSON of a number, a boolean, a list or an object, and has to stay that. */
  form: 'text' | 'json';
  /** Characters that the platform takes at most, where it says so. */
  limit?: number | undefined;
  /** Values that the platform takes, where it is a closed list. */
  choices?: readonly string[] | undefined;
  /** Where it stands at the platform, in trusted words: `agent.prompt of the assistant`. */
  location: string;
  /** Id of the vendor object that it stands in: one change touches one. */
  object: string;
  /** Why it cannot be changed from here (a trusted sentence). */
  fixed?: string | undefined;
}

/** A vendor object that parts of the agent stand in. */
export interface AgentObject {
  /** Stable as ids of parts are: `assistant`, `job`, `template`. */
  id: string;
  /** In trusted words: `the assistant`, `the job node`. */
  what: string;
  /** Changes with the content: the vendor's version where that holds, else a hash (`revisionOf`). */
  revision: string;
  /**
   * Hash of what it holds besides its parts, ids and times (`restOf`); a copy of it has the same. Absent where that is not
   * known: then nothing can be said of what is not shown.
   */
  rest?: string | undefined;
}

/** Others who meet a text that is written: phone numbers, endpoints, suites. */
export interface Affected {
  /** In trusted words, in the singular: `phone number`. */
  what: string;
  /** What tells them from others, behind the noun: `that speaks as the same AI agent` (trusted). */
  which?: string | undefined;
  count: number;
  /** Untrusted; as many as are known, the presenter cuts. */
  names?: readonly string[] | undefined;
}

export interface AgentTarget {
  target: ChangeTarget;
  exposure: Exposure;
  /** What it does there, in a trusted sentence. */
  means: string;
  affects: readonly Affected[];
  /** What a person must still do for callers to meet it (trusted sentences). */
  by_hand: readonly string[];
}

/** A state of the agent that the platform keeps. */
export interface AgentVersion {
  /** The vendor's word for it: `v3`, `7`. Untrusted. */
  version: string;
  at?: string | undefined;
  /** Untrusted. */
  by?: string | undefined;
  /** Untrusted: a commit message, a label. */
  note?: string | undefined;
  state?: 'live' | 'draft' | 'former' | undefined;
}

export interface AgentBrief {
  ref: string;
  provider: string;
  /** Untrusted. */
  name: string;
  ownership: Ownership;
  /** The vendor's type of agent (untrusted): `inbound`, `MODEL_TYPE_VOICE`. */
  type?: string | undefined;
  updated_at?: string | undefined;
  /** Made by us for trying a change; the id of that change. */
  copy_of_change?: string | undefined;
}

export interface Agent extends AgentBrief {
  objects: readonly AgentObject[];
  parts: readonly AgentPart[];
  /** Members that are not shown, because they may hold credentials or nothing documented says what they are. */
  hidden: number;
  /** What `apply_agent_change` may name, the most careful first. */
  targets: readonly AgentTarget[];
  /** Of `record_of_external`: where the agent really lives, in trusted words. */
  lives_at?: string | undefined;
  /** What a reader must know (trusted sentences). */
  notes: readonly string[];
  /** Newest first; absent where the platform keeps none. */
  versions?: readonly AgentVersion[] | undefined;
}

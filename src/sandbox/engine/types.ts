/**
 * The types of the sandbox's world, shared by all dialects: one dental clinic with two lines, a receptionist agent whose
 * behaviour comes from a Markdown playbook file, scripted callers, a judge. Dialects render it in each vendor's shapes.
 */
import type { Speaker } from '../../model/schemas.ts';

export interface WorldAgent {
  id: string;
  name: string;
}

export interface WorldCase {
  /** Stable key, e.g. `reschedule-late`; dialects derive vendor ids from it with `stableId`. */
  key: string;
  suite: string;
  name: string;
  /** Instructions of the simulated caller, as a vendor would show them. */
  prompt: string;
  persona: string;
  criteria: WorldCriterion[];
  rule: 'all' | 'any';
  language: string;
}

export interface WorldCriterion {
  key: string;
  /** Short name, e.g. `Verifies identity`. */
  name: string;
  /** The sentence the judge applies. */
  text: string;
}

export interface WorldSuite {
  key: string;
  name: string;
  agent: string;
  language: string;
}

export interface EngineTurn {
  speaker: Extract<Speaker, 'agent' | 'caller' | 'tool'>;
  text: string;
  /** Seconds from the start of the conversation. */
  at_seconds: number;
  /** For tool turns: which tool, with what, and what came back. */
  tool?: { name: string; arguments: Record<string, unknown>; result: string } | undefined;
}

export interface EngineEvaluation {
  criterion: WorldCriterion;
  passed: boolean;
  /** The judge's reason; for failures it quotes the turn. */
  reason: string;
  /** The turn the reason speaks of. */
  turn?: number | undefined;
  /** 0..1, for dialects that show scores. */
  score: number;
  /** Which defect of the playbook made it fail (never shown on any wire; tests use it as the truth). */
  cause?: string | undefined;
}

export interface Conversation {
  turns: EngineTurn[];
  evaluations: EngineEvaluation[];
  passed: boolean;
  ended_reason: 'caller-hung-up' | 'agent-hung-up' | 'max-turns' | 'completed';
  duration_seconds: number;
  latency_seconds: number;
  summary: string;
}

/** What becomes of a run, decided when it starts (seeded), revealed as the clock moves. */
export type RunOutcome =
  | { kind: 'conversation'; conversation: Conversation }
  | { kind: 'broken'; message: string; code: string }
  | { kind: 'stuck' };

export type RunState = 'queued' | 'running' | 'scoring' | 'completed' | 'broken' | 'cancelled';

export interface EngineRun {
  id: string;
  session: string;
  case: WorldCase;
  /** 0-based repetition of its case within the session. */
  iteration: number;
  /** Position in the session, from 0. */
  index: number;
  outcome: RunOutcome;
  variables: Record<string, unknown>;
  /** What the dialect that started it says it was started from. */
  origin?: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds since the epoch. */
  created_at: number;
  starts_at: number;
  ends_at: number;
  scored_at: number;
  cancelled_at?: number | undefined;
}

export interface EngineSession {
  id: string;
  name: string;
  agent: WorldAgent;
  suite?: WorldSuite | undefined;
  created_at: number;
  /** Made when first looked at. */
  readonly runs: readonly EngineRun[];
  /** The dialect that started it; absent for sessions that every dialect shows. */
  dialect?: string | undefined;
  /** What that dialect keeps of it, e.g. the vendor's run configuration. JSON; changed by `Engine.amend`. */
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface StartOptions {
  cases: WorldCase[];
  agent: WorldAgent;
  /** What the agent follows; by default its live text (`Engine.texts`). */
  playbook?: string | undefined;
  suite?: WorldSuite | undefined;
  repeat?: number | undefined;
  max_turns?: number | undefined;
  /** Runs under way at once; default `EngineOptions.parallel`. */
  parallel?: number | undefined;
  variables?: Record<string, unknown> | undefined;
  name?: string | undefined;
  /** Join this session instead of making one. */
  session?: string | undefined;
  dialect?: string | undefined;
  extra?: Readonly<Record<string, unknown>> | undefined;
  /** Of each case, in their order: becomes `EngineRun.origin`. JSON. */
  origins?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

/**
 * Started sessions as lines of JSON, a list for each: how it was started, then what happened to it (see
 * `engine/session-events.ts`). Sessions have numbers, from 1, that are never given twice.
 */
export interface SessionRecords {
  /** Keeps the first line of a new session, made for its number. Never throws: what cannot be kept lives in memory. */
  create(firstLine: (number: number) => unknown): void;
  /** Keeps a further line. Never throws. */
  append(number: number, line: unknown): void;
  /** Lines that came since the last call, those of other processes too, in the order of each session. */
  news(): { number: number; line: unknown }[];
}

/**
 * What agents follow. The live text of the first agent of the world is the playbook file. The others follow that file, too,
 * until they are given a text of their own, or until the first one's is changed through its platform: from then on each has
 * the text that it had.
 */
export interface AgentTexts {
  /** Makes an agent known that is none of the world's: one that a dialect has besides, or the same at an outside provider. */
  follow(agent: WorldAgent): void;
  /** Throws `local_io` for a file that is there and cannot be read. */
  live(agent: WorldAgent): string;
  /** Throws `local_io` where the file cannot be written. */
  setLive(agent: WorldAgent, text: string): void;
}

/**
 * What dialects keep beside sessions: JSON values by collection and id, for all processes of the home. Collections are named
 * by their dialect: `coval agents`.
 */
export interface Documents {
  /** In the order they were made. */
  all(collection: string): readonly { id: string; value: unknown }[];
  get(collection: string, id: string): unknown;
  /** Makes it, or replaces it. */
  put(collection: string, id: string, value: unknown): void;
  remove(collection: string, id: string): void;
}

export interface EngineOptions {
  /** Markdown file the agent's behaviour is read from, at every start; made where it is absent. */
  playbook: string;
  /** The same seed plays the same conversations. Default 3. */
  seed?: number | undefined;
  /** Where started sessions are kept; by default in memory, for as long as the engine lives. */
  records?: SessionRecords | undefined;
  /** Where documents are kept, as `records`. */
  documents?: SessionRecords | undefined;
  /** Told, in trusted words, what could not be kept or read. */
  report?: ((message: string) => void) | undefined;
  /** Milliseconds since the epoch; tests pass their own. */
  now?: (() => number) | undefined;
  /** Simulated seconds per real second: 1 plays a 40 s call in 40 s. Above 0. */
  speed: number;
  /** Runs of a session that may be under way at once. Default 8. */
  parallel?: number | undefined;
  /** Force outcomes, e.g. `{ 'case-key': 'broken' | 'stuck' }`. */
  outcomes?: Record<string, 'broken' | 'stuck'> | undefined;
  /** Share of runs that break technically, seeded. Default 0. */
  broken_rate?: number | undefined;
  /** One more finished session of this many runs, which are made of repeated cases when they are first read (measurements). */
  scale?: number | undefined;
}

export interface Engine {
  readonly agents: readonly WorldAgent[];
  readonly suites: readonly WorldSuite[];
  readonly cases: readonly WorldCase[];
  readonly texts: AgentTexts;
  readonly documents: Documents;
  now(): number;
  /** Reads the playbook, plays every conversation (deterministically), schedules it on the clock. */
  start(options: StartOptions): EngineSession;
  session(id: string): EngineSession | undefined;
  /** Newest first. */
  sessions(): readonly EngineSession[];
  run(id: string): EngineRun | undefined;
  /** State of a run now. */
  state(run: EngineRun): RunState;
  /** Cancels what has not finished; returns how many runs that were. */
  cancel(session: string): number;
  /** Sets members of the `extra` of a session. */
  amend(session: string, extra: Readonly<Record<string, unknown>>): void;
  /** Takes in what other processes started and changed. */
  refresh(): void;
  /** Where the recording of a run can be fetched. */
  recordingUrl(run: string): string;
  /** The recording of a run that has ended as a WAV file; undefined where there is none. */
  recording(run: string): Buffer | undefined;
  /** Recordings are served below this address. */
  serveRecordingsAt(base: string): void;
  /** The file that the agent follows, as it is now. It is made where it is absent. */
  playbook(): {
    path: string;
    /** Why the agent does not follow its text (trusted words). */
    problem?: string | undefined;
    /** Policies without effect, with 1-based line numbers. */
    not_understood: { line: number; text: string }[];
  };
}

/** One dialect: a vendor's HTTP API over the engine. */
export interface Dialect {
  id: string;
  /** Path prefix on the sandbox's port, e.g. `/synthflow`. */
  prefix: string;
  /** Key(s) it accepts. Loopback only; they protect nothing and are printed. */
  credentials: Record<string, string>;
  /** Points the vendor's contract leaves open, settable by tests through `/__test/switches/<id>`; changed in place. */
  readonly switches?: object | undefined;
  fetch(request: Request): Response | Promise<Response>;
}

/**
 * What a provider is: a configured platform with optional groups of operations. A group that is missing is a typed
 * "not supported by X": whoever calls a provider asks for its groups, never for its id.
 *
 * Rules for implementers
 * - Ids in and out are vendor ids as `string[]` (outermost first), the `ids` of a Ref; printed refs are built with
 *   `formatRef(provider.id, kind, ...ids)`.
 * - Throw `Problem` only. An unknown id is `not_found` with `candidates` where listing the known ones is cheap.
 * - Reading is lenient, sending is strict. A vendor's field names stay in its folder.
 * - Long reads are async iterables of pages, so that a 100,000-run session never stands in memory as raw JSON.
 */
import type { VendorHttp, VendorHttpOptions } from '../http/types.ts';
import type { Agent, AgentBrief, ChangeTarget } from '../model/agents.ts';
import type { ClusterSet } from '../model/clusters.ts';
import type { Coverage, Gap } from '../model/coverage.ts';
import type { ProblemKind } from '../model/problem.ts';
import type { Run, Session, TestBrief, TestDetail, Turn } from '../model/schemas.ts';

export interface CallContext {
  /** Ends the call: the client cancelled, or the tool's own deadline passed. */
  signal: AbortSignal;
}

export interface Page<T> {
  items: T[];
  /** Opaque to everyone but the provider that made it; absent on the last page. */
  next?: string | undefined;
  total?: number | undefined;
  /** Of the items: complete where nothing between the first and the last of them was lost. */
  coverage: Coverage;
  /** What a reader must know of this page, e.g. that the vendor merges tests of one name. Trusted sentences. */
  notes?: string[] | undefined;
}

/** Runs of a session as they are read; the last page, which may hold no runs, carries the coverage of the whole. */
export interface RunPage {
  runs: Run[];
  /** How many further runs were read by now and are held back, because others have to be known first. */
  held?: number | undefined;
  coverage?: Coverage | undefined;
}

/**
 * What a platform's own record of a session counts, as far as it says so. Readers hold it against the runs: what does
 * not go together is a gap of the coverage.
 */
export interface SessionCounters {
  /** Runs that broke technically. */
  broken?: number | undefined;
  /** Runs that passed. */
  passed?: number | undefined;
  /** Runs that did not pass, for whatever reason. */
  unsuccessful?: number | undefined;
}

/** A session that is being read: its state, and its runs when they are wanted. */
export interface OpenSession {
  session: Session;
  /** Absent where the platform keeps none. Only for a session that has ended. */
  counters?: SessionCounters | undefined;
  /** Known before any run is read, e.g. that runs were asked for and never executed. */
  gaps?: readonly Gap[] | undefined;
  /**
   * Every run of the session, each exactly once, in a stable order (test, then iteration) where the vendor allows. What
   * was read for the state is not asked for again. May be called more than once; each call reads anew.
   */
  runs(depth: RunDepth, call: CallContext): AsyncIterable<RunPage>;
}

export interface TestQuery {
  kind?: 'case' | 'suite' | undefined;
  search?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface SessionQuery {
  /** Ids and kind of a test ref. */
  test?: { kind: 'case' | 'suite'; ids: readonly string[] } | undefined;
  agent?: string | undefined;
  status?: Session['status'] | undefined;
  /** ISO 8601 bounds on creation. */
  since?: string | undefined;
  until?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** How much of each run a reader needs; a provider fetches no more than that costs. Transcripts are read run by run. */
export type RunDepth =
  /** Status, verdict, evaluation verdicts and scores. */
  | 'verdicts'
  /** The same, plus error texts and the reasons of what did not pass, of the runs that did not pass. */
  | 'reasons';

/** What `start_simulation` was asked for, vendor-neutral and flat. */
export interface StartRequest {
  test: { kind: 'case' | 'suite'; ids: readonly string[] };
  agent?: string | undefined;
  persona?: string | undefined;
  metrics?: string[] | undefined;
  /** Only these cases of a suite (vendor ids). */
  cases?: string[] | undefined;
  variables?: Record<string, unknown> | undefined;
  /** How often each case is to run. Default 1. */
  repeat: number;
  concurrency?: number | undefined;
  max_turns?: number | undefined;
  name?: string | undefined;
  provider_options?: Record<string, unknown> | undefined;
}

/** One request that will be sent to the vendor, and what it will cause. Serialisable: it goes into the journal. */
export interface StartStep {
  /** Human label, e.g. `suite "Bookings", repetition 2 of 3`. */
  label: string;
  runs: number;
  /**
   * The provider's own instructions to itself; plain JSON, no secrets. It comes back from the journal (`find`) with the
   * values of the caller's variables hidden: compare them with `isSameValue`.
   */
  body: unknown;
  /**
   * A short random word of this one claim. The starter sets it before `send` and `find`; `plan` never does. Where
   * sessions carry a name, putting it there lets `find` be certain after a lost answer.
   */
  correlation_id?: string | undefined;
}

export interface StartPlan {
  /** Runs in all, over all steps. Absent only where the vendor does not let us know before it starts. */
  runs?: number | undefined;
  steps: StartStep[];
  test_name: string;
  agent?: string | undefined;
  /** Known facts about cost and side effects, one sentence each (trusted text). */
  notes: (string | CountedNote)[];
  /**
   * The request as it is understood: ids in place of names, defaults filled in, and left out what makes no difference.
   * Requests that are understood alike are the same start. What the test holds at the moment is no part of it. Absent: as
   * it was written.
   */
  meant?: StartRequest | undefined;
}

/** A sentence around a number that adds up over the tests that are started together. */
export interface CountedNote {
  before: string;
  count: number;
  after: string;
}

/** What the vendor answered to one step. */
export interface StartReceipt {
  /** Session ids, when the vendor named or let us find the session. */
  session?: string[] | undefined;
  /** Run ids, when one single run was started. */
  run?: string[] | undefined;
}

export interface StartOperations {
  /** Arguments of `start_simulation` this vendor has, beyond `test`; others are refused by name before `plan`. */
  readonly accepts: readonly (keyof Omit<StartRequest, 'test'>)[];
  /** Keys allowed in `provider_options`, each with its meaning. */
  readonly options: Readonly<Record<string, string>>;
  /** A case starts only as part of a suite, and may stand in several: it is then passed in `cases`. */
  readonly cases_in_suites?: true | undefined;
  /** Whether what is started carries the `correlation_id`: without it `find` goes by test and time, and is never certain. */
  readonly marked: boolean;
  /**
   * Validates and counts. Reads only; sends nothing that starts anything. Equal requests over an unchanged vendor give
   * equal plans (no clock, no chance in labels and bodies): a confirmation is bound to what the plan says.
   */
  plan(request: StartRequest, call: CallContext): Promise<StartPlan>;
  /**
   * Sends exactly one request that starts. Throws Problem with `details.sent` set truthfully; never retries by itself.
   * `earlier` holds the receipts of the plan's steps before this one, in order (a vendor may want the same session).
   */
  send(step: StartStep, call: CallContext, earlier: readonly StartReceipt[]): Promise<StartReceipt>;
  /**
   * After a lost answer: sessions the vendor created inside the window that this step may have caused, likeliest
   * first. `certain` = it can only be ours. An empty array means: looked, and nothing is there. `earlier` as for
   * `send`: what those steps started is not this step's.
   */
  find(
    step: StartStep,
    window: { since: Date; until: Date },
    call: CallContext,
    earlier?: readonly StartReceipt[],
  ): Promise<{ receipt: StartReceipt; certain: boolean }[]>;
}

export interface AgentQuery {
  search?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** JSON that steps keep: ids and names of versions, never texts or credentials. */
export type StepResult = Readonly<Record<string, string | number | boolean>>;

/**
 * The requests of one write that change something, each sent once over all processes and all calls. A step is on the disk
 * before its request leaves. One that was answered earlier gives what it gave then; one whose answer was lost is looked for
 * by `find`, and is never sent again.
 */
export interface WriteSteps {
  /**
   * `send`: the one request. `find`: looks at the platform for what an earlier, unanswered `send` made; undefined = it is not
   * there. Throws what `send` throws, and `timeout` with `details.sent: 'unknown'` where the answer was lost and nothing was
   * found.
   */
  once(name: string, send: () => Promise<StepResult>, find: () => Promise<StepResult | undefined>): Promise<StepResult>;
  /**
   * What `read` gives, kept with the step after it: what was there before a request, by which `find` knows what that made. A
   * later call gets what the first one read.
   */
  keep(name: string, read: () => Promise<StepResult>): Promise<StepResult>;
}

export interface AgentWrite {
  target: ChangeTarget;
  /** Id of the object (`AgentObject`) that all parts stand in. */
  object: string;
  /** The whole new text of each part that changes, as in `AgentPart.text`. */
  parts: ReadonlyMap<string, string>;
  /** A short word of this one write, for names and messages by which it is found again. Of `[a-z0-9-]`, begins with `agent-sim-`. */
  mark: string;
  /** For the vendor's own history, where it takes one: trusted, short. */
  message: string;
}

export interface AgentWritten {
  /** Where the text is read again: the ids of the agent, of its copy, or of the agent and its version. */
  ids: readonly string[];
  /** What the provider needs to take it back, where writing the old texts is not the way. */
  undo?: StepResult | undefined;
  /** What a person must still do, beyond what the target says (trusted sentences). */
  by_hand?: readonly string[] | undefined;
}

/** An agent as it was read, to be changed from exactly that state. */
export interface OpenAgent {
  agent: Agent;
  /**
   * Why the vendor would refuse these texts together although it takes each by itself (trusted sentences); `write` throws the
   * first. Absent where no such rule is known.
   */
  problems?(edits: Pick<AgentWrite, 'object' | 'parts'>): readonly string[];
  /**
   * Sends the least that the vendor takes; members that are not edited, and credentials above all, stay what they are. Where
   * the vendor replaces a whole, what was read for `agent` is merged into it, and it is read once more right before: throws
   * `conflict` with `sent: 'no'` where it is another by then. Throws `unsupported` for a target that is not in `agent.targets`.
   */
  write(write: AgentWrite, steps: WriteSteps, call: CallContext): Promise<AgentWritten>;
  /**
   * Takes back what `write` answered, where there is a better way than writing the old texts: discards a copy of ours, makes
   * the former version the default again. Absent, or without `undo`: the old texts are written. Answers with what a person
   * must still do.
   */
  undo?(
    undo: StepResult,
    write: Pick<AgentWrite, 'target' | 'mark' | 'message'>,
    steps: WriteSteps,
    call: CallContext,
  ): Promise<readonly string[]>;
}

export interface AgentOperations {
  list(query: AgentQuery, call: CallContext): Promise<Page<AgentBrief>>;
  /**
   * Reads one agent. Reads only: nothing is made by it, also where a read of the vendor's would make something. Throws
   * `not_found` with the closest known ones.
   */
  open(ids: readonly string[], call: CallContext): Promise<OpenAgent>;
}

export interface CheckResult {
  ok: boolean;
  /** What is wrong and what to do, for list_providers and doctor (trusted text). */
  problem?: string | undefined;
  /** Of the problem. */
  kind?: ProblemKind | undefined;
  detail?: string | undefined;
}

export interface Provider {
  readonly id: string;
  readonly label: string;
  /** Host of the API, e.g. `api.us.synthflow.ai`; a fixed name for the sandbox, whose port is another at every start. */
  readonly host: string;
  /** Host and port that requests go to, where that is not `host`. */
  readonly address?: string | undefined;
  /** In the sandbox: the file that its agent follows, which is read at every start. */
  readonly playbook?: (() => { path: string; problem?: string | undefined }) | undefined;
  readonly sandbox: boolean;
  /** Does the key answer? One cheap request. */
  check(call: CallContext): Promise<CheckResult>;

  readonly tests?: {
    list(query: TestQuery, call: CallContext): Promise<Page<TestBrief>>;
    get(kind: 'case' | 'suite', ids: readonly string[], call: CallContext): Promise<TestDetail>;
  };
  readonly sessions?: {
    /** Newest first. Counts hold what the list itself tells; the rest is in `counts.uncounted`. */
    list(query: SessionQuery, call: CallContext): Promise<Page<Session>>;
    /** The state of one session, as cheap as the vendor allows: it is called again and again. Counts as for `list`. */
    get(ids: readonly string[], call: CallContext): Promise<Session>;
    /** One session to be read: state and, with no request twice, its runs. */
    open(ids: readonly string[], call: CallContext): Promise<OpenSession>;
  };
  readonly runs?: {
    /** True where `get` tells what a run cost. */
    readonly tells_cost?: boolean | undefined;
    get(ids: readonly string[], call: CallContext): Promise<Run>;
    /** All turns in order; `[]` only where it was read and is empty. Throws `unreadable` where it could not be read. */
    transcript(ids: readonly string[], call: CallContext): Promise<{ turns: Turn[]; speaker_inferred?: boolean }>;
    recording?(
      ids: readonly string[],
      call: CallContext,
    ): Promise<{ url: string; mime_type?: string; expires_in_seconds?: number }>;
  };
  /** The vendor's own failure clusters. */
  readonly clusters?: {
    get(session: readonly string[], call: CallContext): Promise<ClusterSet>;
  };
  readonly start?: StartOperations | undefined;
  readonly agents?: AgentOperations | undefined;
  readonly cancel?: {
    /** `stopping` = a signal was sent; `cancelled` = it is over; `already_ended` = there was nothing to stop. */
    session(ids: readonly string[], call: CallContext): Promise<'stopping' | 'cancelled' | 'already_ended'>;
  };
}

/** The capability words of `list_providers`, derived from the groups a provider has. */
export function capabilitiesOf(provider: Provider): string[] {
  const has: [string, unknown][] = [
    ['tests', provider.tests],
    ['sessions', provider.sessions],
    ['runs', provider.runs],
    ['transcripts', provider.runs],
    ['recordings', provider.runs?.recording],
    ['vendor_clusters', provider.clusters],
    ['start', provider.start],
    ['cancel', provider.cancel],
    ['agents', provider.agents],
  ];
  return has.filter(([, group]) => group !== undefined).map(([name]) => name);
}

/** What a provider needs from outside; injected so that tests can count requests and freeze time. */
export interface ProviderDeps {
  createHttp(options: VendorHttpOptions): VendorHttp;
  /** Registers a secret so that no log line, error, result or file ever shows it. */
  registerSecret(value: string): void;
  sandbox: boolean;
  /** Values of settings that are not given, by name. */
  defaults: Readonly<Record<string, string>>;
  now(): number;
}

/** The one export (`definition`) of a provider's folder: how settings become a provider. */
export interface ProviderDefinition {
  id: string;
  label: string;
  /**
   * Reads the vendor's own settings. `problem` says in trusted words which variable to set or what is wrong with it;
   * `touched` is true when the user evidently meant to configure this vendor (some setting of it is present).
   */
  configure(
    env: Readonly<Record<string, string | undefined>>,
    deps: ProviderDeps,
  ): { provider: Provider } | { problem: string; touched: boolean };
  /** The settings that point this provider at the sandbox on loopback. `url` is the dialect's own base. */
  sandboxEnv(url: string, credentials: Readonly<Record<string, string>>): Record<string, string>;
}

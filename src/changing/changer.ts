/**
 * Changing agents safely: propose → confirm → keep → write → verify → revert.
 *
 * What holds, for any number of processes that share one home and may be killed at any point: a change reaches a target at
 * most once, what reached it is in its file as saved or unknown, what it replaced was on the disk before, and nothing is
 * written over a text that is another than the one that was read.
 */
import type { PersonChannel } from '../home/asking.ts';
import type { Audit } from '../home/audit.ts';
import type { Affected, Agent, AgentTarget, ChangeTarget, Exposure } from '../model/agents.ts';
import type { ConfirmMode } from '../model/confirm-modes.ts';
import type { VendorFault } from '../model/problem.ts';
import type { CallContext, Provider } from '../providers/provider.ts';

export interface Edit {
  part: string;
  /** Stands exactly once in the part; empty where the part is empty. */
  old: string;
  new: string;
}

/** A changed stretch of a part, in whole lines where they are not too long: what a person judges. Untrusted. */
export interface DiffEntry {
  part: string;
  /** Absent where the text around it is not at hand. */
  location?: string | undefined;
  /** Number of its first line in the part, from 1; absent as `location`. */
  line?: number | undefined;
  /** The lines around it, unchanged. */
  above?: string | undefined;
  before: string;
  after: string;
  below?: string | undefined;
}

export interface Proposal {
  change: string;
  agent: Pick<Agent, 'ref' | 'name' | 'provider' | 'ownership' | 'lives_at'>;
  object: string;
  revision: string;
  diff: DiffEntry[];
  /** Why it could not be applied as it is: limits broken, values not taken (trusted sentences). */
  problems: string[];
  targets: readonly AgentTarget[];
}

export interface ApplyArguments {
  change: string;
  target: ChangeTarget;
  confirm?: string | undefined;
}
export interface RevertArguments {
  change: string;
  /** Where the change was applied to several: which of them. */
  target?: ChangeTarget | undefined;
  confirm?: string | undefined;
}

/** A part whose text is another than the one that the change was proposed on. Untrusted texts. */
export interface Conflict {
  part: string;
  /** What stood at the place of the edit when it was proposed (or written), and what stands there now. */
  expected: string;
  present: string;
}

export interface ChangeAnswer {
  change: string;
  target: ChangeTarget;
  outcome: 'saved' | 'confirmation_required' | 'refused' | 'conflict' | 'unknown';
  /** It was read back: the parts hold what was meant, and nothing else of the object moved. */
  verified: boolean;
  exposure: Exposure;
  /** What it does there (a trusted sentence), at which host. */
  means?: string | undefined;
  host: string;
  affects?: readonly Affected[] | undefined;
  by_hand: readonly string[];
  /** Reference to start tests against: the copy, the version, the agent. */
  agent?: string | undefined;
  agent_name: string;
  sandbox: boolean;
  diff: DiffEntry[];
  conflicts?: Conflict[] | undefined;
  /** Parts that hold what they held before although the platform answered success. */
  not_taken?: string[] | undefined;
  /** Parts that this change does not edit and that are others than they were. */
  also_moved?: string[] | undefined;
  /** What happened, and why, in trusted sentences. */
  message: string;
  /** What the platform said where it refused (untrusted). */
  vendor?: VendorFault | undefined;
  /** Of `record_of_external`: where the agent lives, which is where the diff has to go (trusted). */
  lives_at?: string | undefined;
  confirm?: string | undefined;
  expires_at?: string | undefined;
  /** References that the change rests on, as its proposer named them. */
  evidence?: readonly string[] | undefined;
  /** It had come to this before; nothing was sent now. */
  already?: true | undefined;
}

/** What a client has to ask somebody: whoever puts it into words shows every line of `asked.diff`, fenced. */
export interface ChangeQuestion {
  needs: 'confirmation';
  does: 'apply' | 'revert';
  asked: Pick<
    ChangeAnswer,
    'change' | 'target' | 'exposure' | 'affects' | 'by_hand' | 'agent_name' | 'sandbox' | 'diff' | 'means' | 'host'
  >;
  token: string;
  expires_at: string;
}

export interface AppliedChange {
  change: string;
  at: string;
  target: ChangeTarget;
  state: 'saved' | 'reverted' | 'unknown' | 'refused' | 'conflict' | 'open';
}

export interface Changer {
  /** Reads the agent, checks the edits against it and keeps the change. Sends nothing that changes anything. */
  propose(
    provider: Provider,
    ids: readonly string[],
    proposed: { edits: readonly Edit[]; reason?: string | undefined; evidence?: readonly string[] | undefined },
    call: CallContext,
  ): Promise<Proposal>;
  /**
   * Throws `Problem`: `not_found` for a change that this home does not have, `refused` with the reasons of a missing yes,
   * `local_io` before anything is sent, `invalid_input` for a target that the agent does not have, and what the platform
   * threw where nothing was changed. `providerOf` gives the configured provider of that id.
   */
  apply(
    providerOf: (id: string) => Promise<Provider>,
    args: ApplyArguments,
    call: CallContext,
    channel: PersonChannel,
  ): Promise<ChangeAnswer | ChangeQuestion>;
  revert(
    providerOf: (id: string) => Promise<Provider>,
    args: RevertArguments,
    call: CallContext,
    channel: PersonChannel,
  ): Promise<ChangeAnswer | ChangeQuestion>;
  /** Changes of this agent that were applied from this home, newest first. */
  history(agent: string): Promise<AppliedChange[]>;
  /** The agent that a copy was made of; undefined for what is no copy of ours. */
  originOf(agent: string): Promise<string | undefined>;
  audit: Audit;
}

export interface ChangerOptions {
  home: string;
  confirm: ConfirmMode;
  /** Changes that callers meet at once may be confirmed as others are (`AGENT_SIM_LIVE_CHANGES`). */
  liveChanges: boolean;
  redact(text: string): string;
  report?: ((problem: string) => void) | undefined;
  now?: (() => number) | undefined;
  uptime?: (() => number) | undefined;
  sleep?: ((ms: number) => Promise<void>) | undefined;
  /** Waits before each reading back of what was written, in ms. */
  readBackDelays?: readonly number[] | undefined;
  /** Waits before each look after a lost answer, in ms. */
  lookDelays?: readonly number[] | undefined;
}

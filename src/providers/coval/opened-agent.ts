/** An agent as it was read to be written: what its writes share. */
import type { Agent } from '../../model/agents.ts';
import { Problem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import type { PartRow } from '../shared/agent-parts.ts';
import { unmoved } from '../shared/agent-write.ts';
import type { Api } from '../shared/api.ts';
import type { Lookup } from './lookup.ts';
import { revisionOfRecord } from './map-agent.ts';
import { PLATFORM } from './settings.ts';
import type { WireAgentVersion } from './wire.ts';

export interface Opened {
  api: Api;
  lookup: Lookup;
  id: string;
  /** As it was read. */
  record: Record<string, unknown>;
  rows: readonly PartRow[];
  agent: Agent;
  versions?: readonly WireAgentVersion[] | undefined;
}

/** The agent once more, right before it is replaced. Throws `conflict` where it is another than the one that was opened. */
export function asOpened({ lookup, id, record }: Opened, { signal }: CallContext): Promise<Record<string, unknown>> {
  return unmoved(PLATFORM, revisionOfRecord(record), () => lookup.agentRecord(id, signal), revisionOfRecord);
}

/** The problem of a request that was not sent. */
export function refuse(kind: 'unsupported' | 'conflict' | 'refused', message: string, next?: string): Problem {
  return new Problem(kind, message, { provider: PLATFORM.id, sent: 'no', next });
}

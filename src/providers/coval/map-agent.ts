/** Coval's agents as agents. */
import type { Agent, AgentBrief, AgentTarget, AgentVersion } from '../../model/agents.ts';
import { plural } from '../../model/plural.ts';
import { formatRef } from '../../model/refs.ts';
import { type PartRow, partsOf, revisionOf } from '../shared/agent-parts.ts';
import { changeOfCopy } from '../shared/marked-name.ts';
import { iso, text } from '../shared/scalars.ts';
import { hiddenIn, OBJECT, restOfRecord } from './agent-parts.ts';
import { agentTypeOf } from './agent-types.ts';
import { PLATFORM } from './settings.ts';
import { agentReader, type WireAgent, type WireAgentVersion, type WireMutation } from './wire.ts';

/** Characters that Coval takes of the prompt of a new agent; for a change none are stated (spec 2026-07). */
const NEW_PROMPT = 50_000;
/** Mutations that a note names by their ids. */
const MOST_MUTATIONS = 4;

export function toAgentBrief({ id, display_name, model_type, update_time }: WireAgent): AgentBrief {
  return {
    ref: formatRef(PLATFORM.id, 'agent', id),
    provider: PLATFORM.id,
    name: display_name ?? id,
    ownership: agentTypeOf(model_type).ownership,
    type: model_type,
    updated_at: iso(update_time),
    copy_of_change: changeOfCopy(display_name),
  };
}

/** Changes with everything that is kept in a record; the times move with every write. */
export function revisionOfRecord(record: Record<string, unknown>): string {
  return revisionOf(record, ['create_time', 'update_time']);
}

interface Besides {
  id: string;
  rows: readonly PartRow[];
  versions?: readonly WireAgentVersion[] | undefined;
  mutations?: readonly WireMutation[] | undefined;
}

export function toAgent(record: Record<string, unknown>, { id, rows, versions, mutations }: Besides): Agent {
  const type = agentTypeOf(text(record.model_type));
  const run = type.ownership === 'platform';
  return {
    ...toAgentBrief(agentReader(record) ?? { id }),
    objects: [{ id: OBJECT, what: 'the agent', revision: revisionOfRecord(record), rest: restOfRecord(record, rows) }],
    parts: partsOf(record, rows),
    hidden: hiddenIn(record, rows).length,
    targets: run ? [COPY, live(record, mutations?.length)] : [RECORD],
    lives_at: type.lives_at,
    notes: [
      type.note,
      ...(mutations && mutations.length > 0 ? [onMutations(mutations)] : []),
      `Coval takes at most ${NEW_PROMPT.toLocaleString('en')} characters for the prompt of a new agent; for a change it states no limit.`,
      ...(versions ? [] : ['Coval did not answer the versions of this agent.']),
    ],
    versions: versions && toVersions(versions, run),
  };
}

const COPY: AgentTarget = {
  target: 'copy',
  exposure: 'draft',
  means:
    'Makes a copy of the agent at Coval, which only tests meet that are started on it. Whatever servers and hooks its settings name are still called for real.',
  affects: [],
  by_hand: [],
};

const RECORD: AgentTarget = {
  target: 'record',
  exposure: 'unknown',
  means:
    'Changes what Coval has written down of the agent, as a new version: no conversation changes by it, unless your own server reads what Coval sends along. Metrics may be judged by it.',
  affects: [],
  by_hand: ['Make the change where the agent lives: Coval only describes it.'],
};

function live({ test_set_ids }: Record<string, unknown>, mutations: number | undefined): AgentTarget {
  const sets = Array.isArray(test_set_ids) ? test_set_ids.length : 0;
  const affected = [
    { what: 'test set', count: sets },
    { what: 'mutation', count: mutations ?? 0 },
  ];
  return {
    target: 'live',
    exposure: 'live',
    means: `Saves the agent itself, as a new version, which every run meets from then on.${mutations === undefined ? ' Its mutations could not be counted.' : ''}`,
    affects: affected.filter(({ count }) => count > 0),
    by_hand: [],
  };
}

/** Names of mutations are not trusted, their ids are letters and digits. */
function onMutations(mutations: readonly WireMutation[]): string {
  const ids = mutations.map(({ id }) => id).filter((id) => /^[A-Za-z0-9]{1,40}$/.test(id));
  const named = JSON.stringify({ mutation_ids: ids.slice(0, MOST_MUTATIONS) });
  const all = ids.length > MOST_MUTATIONS ? `the first ${MOST_MUTATIONS} of them with` : 'with';
  const them = plural(mutations.length, 'mutation');
  return `It has ${them} (variants of its metadata that change nothing here): start_simulation runs ${all} provider_options ${named}, the agent itself beside them.`;
}

function toVersions(versions: readonly WireAgentVersion[], run: boolean): AgentVersion[] {
  const newestFirst = versions.toSorted((a, b) => (b.version_number ?? 0) - (a.version_number ?? 0));
  return newestFirst.map(({ ulid, version_number, change_type, label, created_by, create_time }, at) => ({
    version: version_number === undefined ? ulid : `v${version_number}`,
    at: iso(create_time),
    by: created_by,
    note: label ?? change_type,
    // Of an agent that lives elsewhere no record is what callers meet.
    state: at > 0 ? 'former' : run ? 'live' : undefined,
  }));
}

/** Flows and what they are made of as agents in parts. */
import type { Agent, AgentBrief, AgentPart, AgentTarget } from '../../model/agents.ts';
import { formatRef } from '../../model/refs.ts';
import { partsOf } from '../shared/agent-parts.ts';
import { changeOfCopy, markOfCopy } from '../shared/marked-name.ts';
import { iso, text } from '../shared/scalars.ts';
import { type FlowRead, hiddenIn, type ObjectRead, restOfObject, revisionOfRecord } from './agent-objects.ts';
import { whatOf } from './agent-parts.ts';
import { type Exposed, exposureOf, type Reach, SPEAKS } from './agent-reach.ts';
import type { NamedObject } from './named.ts';
import { toNamed } from './named.ts';
import { PLATFORM } from './settings.ts';
import type { WireFlow } from './wire.ts';

/** Undefined for a flow without an id. */
export function toAgentBrief(wire: WireFlow): AgentBrief | undefined {
  const flow = toNamed(wire);
  return flow && { ...briefOf(flow), updated_at: iso(wire.lastChanged) };
}

function briefOf({ name, reference }: NamedObject): AgentBrief {
  return {
    ref: formatRef(PLATFORM.id, 'agent', reference),
    provider: PLATFORM.id,
    name,
    ownership: 'platform',
    type: 'flow',
    copy_of_change: changeOfCopy(name),
  };
}

/** The mark of a copy of ours: in its name, or where that could not be set, in the comment of a job node. */
export function markOf({ flow, objects }: FlowRead): string | undefined {
  const comments = objects.filter(({ kind }) => kind === 'job').map(({ record }) => text(record.comment));
  return [flow.name, ...comments].map(markOfCopy).find((mark) => mark !== undefined);
}

export interface Surroundings {
  /** `_id` of the project. */
  project: string;
  reach: Reach;
  /** Locales of the project, where they are known. */
  locales?: number | undefined;
}

export function toAgent(read: FlowRead, around: Surroundings): Agent {
  const { flow, objects } = read;
  const mark = markOf(read);
  const isCopy = mark !== undefined;
  const exposed = exposureOf({ flow, project: around.project, isCopy }, around.reach);
  const { sharing } = around.reach;
  const isShared = ({ object, kind }: ObjectRead) => kind === 'persona' && sharing?.objects.has(object) !== false;
  return {
    ...briefOf(flow),
    copy_of_change: changeOfCopy(flow.name) ?? (mark && changeOfCopy(` [${mark}]`)),
    objects: objects.map((one) => ({
      id: one.object,
      what: whatOf(one.kind, one.object),
      revision: revisionOfRecord(one.record),
      rest: restOfObject(one),
    })),
    parts: objects.flatMap((one) => shownOf(one, isCopy && isShared(one) ? FIXED_IN_COPY : undefined)),
    hidden: objects.reduce((sum, one) => sum + hiddenIn(one).length, 0),
    targets: objects.length === 0 ? [] : [...(isCopy ? [] : [COPY]), liveTarget(exposed, isCopy)],
    notes: notesOf(read, around),
  };
}

function shownOf({ record, rows }: ObjectRead, fixed: string | undefined): AgentPart[] {
  const parts = partsOf(record, rows);
  return fixed === undefined ? parts : parts.map((part) => ({ ...part, fixed }));
}

const FIXED_IN_COPY =
  'This copy speaks as the AI agent of other flows. Apply the change to the original with target copy: then the copy gets an AI agent of its own.';

const COPY: AgentTarget = {
  target: 'copy',
  exposure: 'draft',
  means:
    'Clones the flow within the project and changes the clone; this flow stays as it is, and no caller is led to the clone. An edit of the AI agent goes to a copy of it that the clone speaks as. In runs, the tools of the clone really act, as those of this flow do: start them with provider_options.enable_mocking where its nodes have mock code.',
  affects: [],
  by_hand: [],
};

function liveTarget({ exposure, why, affects }: Exposed, isCopy: boolean): AgentTarget {
  const what = isCopy
    ? 'Writes to this copy of ours, as it stands in the project.'
    : 'Writes to the project itself, which is its working copy.';
  return {
    target: 'live',
    exposure,
    means: affects.some((one) => one.what.endsWith(SPEAKS)) ? `${what} ${why} ${SHARED}` : `${what} ${why}`,
    affects,
    by_hand:
      exposure === 'snapshot_pinned'
        ? ['For callers to meet it, make a snapshot of the project in Cognigy and point the endpoint at that.']
        : [],
  };
}

const SHARED =
  'An edit of the persona reaches all that speak as the same AI agent; an edit of a job reaches this flow alone.';

function notesOf({ objects, unread }: FlowRead, { locales = 1 }: Surroundings): string[] {
  const hasJob = objects.some(({ kind }) => kind === 'job');
  return [
    ...(hasJob ? [] : [NO_JOB]),
    ...unread,
    'A greeting is a node of the flow or made by the model: the agent has no member for it.',
    'Cognigy has no conditional writes: what somebody edits there at the very moment of a write from here is overwritten.',
    'Cognigy keeps no history of an agent; what a change replaces is kept by this server. Restoring a snapshot there gives everything new ids, so it is never done from here.',
    ...(locales > 1 ? [`The project has ${locales} locales: what is read and written stands in the primary one.`] : []),
  ];
}

const NO_JOB =
  'This flow has no AI Agent job node: what it says stands in its nodes, which are changed in the editor of Cognigy.';

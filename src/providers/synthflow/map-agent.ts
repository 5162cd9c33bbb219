/** Assistants and their actions as agents in parts. */
import type { Agent, AgentBrief, AgentPart } from '../../model/agents.ts';
import { formatRef } from '../../model/refs.ts';
import { hiddenMembers, partsOf, restOf, revisionOf } from '../shared/agent-parts.ts';
import { iso, text } from '../shared/scalars.ts';
import { ACTIONS, ASSISTANT, PARTS, TOLD_ELSEWHERE } from './agent-parts.ts';
import { PLATFORM } from './settings.ts';
import { phoneNumbersOf, triggerOf, type WireAction, type WireAgent, type WireAssistant } from './wire.ts';

/** What is read for an agent beside its assistant. */
export interface AgentSurroundings {
  /** Of its actions, those that could be read. */
  actions: readonly WireAction[];
  /** Actions that could not be read. */
  unread: number;
  /** Suites that are bound to it, by name; undefined where they could not be counted. */
  suites?: readonly string[] | undefined;
}

/** Undefined for an item without an id. */
export function toAgentBrief({ id, name, type }: WireAgent): AgentBrief | undefined {
  if (!id) return undefined;
  return {
    ref: formatRef(PLATFORM.id, 'agent', id),
    provider: PLATFORM.id,
    name: name ?? id,
    ownership: 'platform',
    type,
  };
}

/** Changes with the content of the assistant. */
export function revisionOfAssistant(assistant: WireAssistant): string {
  return revisionOf(assistant, ['created_at', 'updated_at']);
}

/** The members of an assistant that are not shown. */
export function hiddenIn(assistant: WireAssistant): unknown[] {
  return hiddenMembers(assistant, [...PARTS.map(({ path }) => path), ...TOLD_ELSEWHERE]);
}

export function toAgent(id: string, assistant: WireAssistant, around: AgentSurroundings): Agent {
  const { actions, suites } = around;
  const tools = toolParts(actions);
  const parts = [...partsOf(assistant, PARTS), ...tools];
  const numbers = phoneNumbersOf(assistant);
  const affects = [
    { what: 'phone number', count: numbers.length, names: numbers },
    { what: 'test suite', count: suites?.length ?? 0, names: suites },
  ].filter(({ count }) => count > 0);
  return {
    ref: formatRef(PLATFORM.id, 'agent', id),
    provider: PLATFORM.id,
    name: text(assistant.name) ?? id,
    ownership: 'platform',
    type: text(assistant.type),
    updated_at: iso(assistant.updated_at),
    objects: [
      {
        id: ASSISTANT,
        what: 'the assistant',
        revision: revisionOfAssistant(assistant),
        rest: restOf(assistant, [...PARTS.map(({ path }) => path), ['created_at'], ['updated_at']]),
      },
      ...(tools.length > 0 ? [{ id: ACTIONS, what: 'the actions', revision: revisionOf(tools) }] : []),
    ],
    parts,
    hidden: hiddenIn(assistant).length + actions.filter(({ hidden }) => hidden.length > 0).length,
    targets: [
      {
        target: 'live',
        exposure: 'unknown',
        means: suites ? MEANS : `${MEANS} ${UNCOUNTED}`,
        affects,
        by_hand: [BY_HAND],
      },
    ],
    notes: notesOf(assistant, around),
  };
}

const MEANS =
  'Sends the edited members of this agent to Synthflow. Its own pages contradict each other on whether callers meet them at once or they stand in a draft.';
const UNCOUNTED = 'The test suites of this agent could not be counted.';
const BY_HAND =
  'Open the agent in the Synthflow editor: where the change shows there as unpublished, a person has to press Publish; the API cannot.';

function notesOf(assistant: WireAssistant, { unread, suites }: AgentSurroundings): string[] {
  const prompt = partsOf(assistant, PARTS).find(({ id }) => id === 'prompt');
  return [
    'Synthflow does not tell whether this is the draft or what callers meet, nor which of the two a simulation runs.',
    'Synthflow keeps no versions that the API can read; what a change replaces is kept by this server.',
    ...(prompt?.text ? [] : [NO_PROMPT]),
    ...(unread > 0 ? [`${unread} of its actions could not be read and are not shown.`] : []),
    ...(suites ? [] : [UNCOUNTED]),
  ];
}

const NO_PROMPT =
  'It has no prompt here. The graph of an agent of the Flow Designer is not in the API: only what is shown can be read and changed.';

/** The action with what the assistant says of it: when it is carried out, and with which variables. */
export function withTrigger(action: WireAction, assistant: WireAssistant): WireAction {
  const { trigger, variables } = triggerOf(assistant, action.id);
  return { ...action, shown: { ...action.shown, trigger, variables: action.shown.variables ?? variables } };
}

/** Actions by allow-list: the address, headers and credentials of a custom one are never shown. */
function toolParts(actions: readonly WireAction[]): AgentPart[] {
  return actions.map(({ shown }, index): AgentPart => {
    return {
      // Not by its name: ids stand among our own words.
      id: `tool.${index + 1}`,
      kind: 'tool',
      text: JSON.stringify(shown),
      form: 'json',
      location: 'an action of the workspace that the assistant uses',
      object: ACTIONS,
      fixed: 'Actions are shared by agents and may hold credentials: change them in the Synthflow editor.',
    };
  });
}

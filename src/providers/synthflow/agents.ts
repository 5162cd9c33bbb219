/**
 * Reading and changing assistants. A PUT sends the edited members alone; its answer tells none of them, and whether it reached
 * a draft or callers is not known: the text that a GET shows afterwards is all that can be said.
 */
import { Problem } from '../../model/problem.ts';
import type { AgentOperations, CallContext, ProviderDeps, WriteSteps } from '../provider.ts';
import { memberAt, partsOf, registerHidden, withEdits, withMember } from '../shared/agent-parts.ts';
import { editsOf, type PartEdit, unmoved } from '../shared/agent-write.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { orNothing, unreadableAnswer } from '../shared/faults.ts';
import { createMemo } from '../shared/memo.ts';
import { collect, walk } from '../shared/pages.ts';
import { identifier } from '../shared/scalars.ts';
import { whyNotSentBack } from '../shared/wholes.ts';
import { PARTS } from './agent-parts.ts';
import { brokenRules } from './agent-rules.ts';
import { confirmed } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import {
  type AgentSurroundings,
  hiddenIn,
  revisionOfAssistant,
  toAgent,
  toAgentBrief,
  withTrigger,
} from './map-agent.ts';
import { PLATFORM } from './settings.ts';
import { actionIdsOf, type WireAssistant } from './wire.ts';

/** How long actions and the names of suites are kept: one change reads its agent several times. */
const KEEP_MS = 30_000;
/** Actions of one agent that are read. */
const MOST_ACTIONS = 30;
/** Suites of one agent that are counted. */
const MOST_SUITES = 500;

export function createAgents(
  api: Api,
  lookup: Lookup,
  { registerSecret, now }: Pick<ProviderDeps, 'registerSecret' | 'now'>,
): AgentOperations {
  const kept = { ms: KEEP_MS, now };
  const suitesOf = createMemo((agent: string, signal) => readSuites(api, agent, signal), kept);
  const actionOf = createMemo(
    (action_id: string, signal) => api.one(ENDPOINTS.getAction, { params: { action_id }, signal }),
    kept,
  );

  const read = async (id: string, call: CallContext): Promise<WireAssistant> => {
    const asked = { params: { model_id: id }, query: { include_actions: true }, signal: call.signal };
    const { assistants } = await lookup.orUnknown(api.one(ENDPOINTS.getAgent, asked), 'agent', id, call);
    const [assistant] = assistants;
    if (!assistant) throw await lookup.unknown('agent', id, call);
    const answered = identifier(assistant.model_id) ?? identifier(assistant.id) ?? id;
    if (answered !== id) throw unreadableAnswer(PLATFORM, 'with another agent than the one asked for');
    // Before anything is said of it: an error that repeats a credential is cleaned of it.
    registerHidden(hiddenIn(assistant), registerSecret, [id]);
    return assistant;
  };

  const readAround = async (id: string, assistant: WireAssistant, call: CallContext): Promise<AgentSurroundings> => {
    const ids = actionIdsOf(assistant);
    const asked = ids.slice(0, MOST_ACTIONS).map((action) => orNothing(actionOf(action, call.signal)));
    const [suites, ...answers] = await Promise.all([orNothing(suitesOf(id, call.signal)), ...asked]);
    const actions = answers.flatMap((action) => (action ? [withTrigger(action, assistant)] : []));
    for (const { hidden } of actions) registerHidden(hidden, registerSecret, [id]);
    return { actions, unread: ids.length - actions.length, suites };
  };

  return {
    async list(query, call) {
      // A parameter `search` is named by a third party only: names are looked through here.
      const wanted = query.search?.trim().toLowerCase();
      const listed = source({
        key: 'agents',
        list: api.list(ENDPOINTS.listAgents, { signal: call.signal }, wanted ? undefined : query.limit),
        accept: (wire) =>
          (wire.name ?? wire.id ?? '').toLowerCase().includes(wanted ?? '') ? toAgentBrief(wire) : undefined,
      });
      const taken = await cursorPage(PLATFORM, [listed], query);
      return { ...taken, total: wanted ? undefined : taken.total };
    },

    async open([id = ''], call) {
      const assistant = await read(id, call);
      const agent = toAgent(id, assistant, await readAround(id, assistant, call));
      return {
        agent,
        problems: ({ object, parts }) =>
          brokenBy(assistant, editsOf(PLATFORM, agent, { target: 'live', object, parts })),
        write: async (write, steps, writing) => {
          const edits = editsOf(PLATFORM, agent, write);
          await put(api, { id, assistant, edits, read: () => read(id, writing) }, steps, writing);
          return { ids: [id] };
        },
      };
    },
  };
}

interface Put {
  id: string;
  /** As it was read for the edits. */
  assistant: WireAssistant;
  edits: readonly PartEdit[];
  read(): Promise<WireAssistant>;
}

async function put(api: Api, { id, assistant, edits, read }: Put, steps: WriteSteps, { signal }: CallContext) {
  const [broken] = brokenBy(assistant, edits);
  if (broken !== undefined)
    throw new Problem('invalid_input', broken, { provider: PLATFORM.id, sent: 'no', next: NEXT });
  const body = bodyOf(editedBy(assistant, edits), edits);
  await steps.once(
    'put',
    async () => {
      await unmoved(PLATFORM, revisionOfAssistant(assistant), read, revisionOfAssistant);
      confirmed(await api.body(ENDPOINTS.updateAgent, { params: { model_id: id }, body, signal }));
      return { model_id: id };
    },
    async () => (holds(await read(), edits) ? { model_id: id } : undefined),
  );
}

const NEXT = 'Propose the change anew so that it keeps the rule.';

function editedBy(assistant: WireAssistant, edits: readonly PartEdit[]): WireAssistant {
  return withEdits(
    assistant,
    edits.map((edit) => ({ path: pathOf(edit), value: edit.value })),
  );
}

function brokenBy(assistant: WireAssistant, edits: readonly PartEdit[]): string[] {
  return [
    ...brokenRules(editedBy(assistant, edits), new Set(edits.map(({ id }) => id))),
    ...new Set(edits.flatMap((edit) => notSentBack(assistant, pathOf(edit)))),
  ];
}

/** Of an edit within an object that is sent whole: why that is not what stands at Synthflow. */
function notSentBack(assistant: WireAssistant, path: readonly string[]): string[] {
  const sent = sentOf(path);
  const why = sent.length < path.length ? whyNotSentBack(memberAt(assistant, sent)) : undefined;
  return why === undefined ? [] : [`${sent.join('.')} is sent to Synthflow as a whole, which ${why}.`];
}

/**
 * The edited members and no others; `agent` may be partial. Whether lists and deeper objects are replaced or merged is not
 * known: they are sent whole, with what was read in them.
 */
function bodyOf(edited: WireAssistant, edits: readonly PartEdit[]): Record<string, unknown> {
  return edits.reduce<Record<string, unknown>>((body, edit) => {
    const path = pathOf(edit);
    const sent = sentOf(path);
    return withMember(body, sent, memberAt(edited, sent));
  }, {});
}

const sentOf = (path: readonly string[]) => path.slice(0, path[0] === 'agent' ? 2 : 1);

/** Whether each edited part has its new text. */
function holds(assistant: WireAssistant, edits: readonly PartEdit[]): boolean {
  const parts = new Map(partsOf(assistant, PARTS).map(({ id, text }) => [id, text]));
  return edits.every(({ id, text }) => parts.get(id) === text);
}

function pathOf({ id }: PartEdit): readonly string[] {
  const path = PARTS.find((row) => row.id === id)?.path;
  if (!path) throw new Problem('internal', `There is no row for the part ${id}.`, { sent: 'no' });
  return path;
}

/** Names of the suites that are bound to an agent. A list that ignores the filter shows those of others, too. */
async function readSuites(api: Api, agent: string, signal: AbortSignal): Promise<string[]> {
  const list = api.list(ENDPOINTS.listSuites, { query: { model_ids: [agent] }, signal });
  const { rows, coverage } = await collect(walk(list, { most: MOST_SUITES }));
  if (!coverage.complete) throw unreadableAnswer(PLATFORM, 'with a list of suites that is not whole');
  return rows.filter(({ model_id }) => model_id === agent).map(({ id = '', name = id }) => name);
}

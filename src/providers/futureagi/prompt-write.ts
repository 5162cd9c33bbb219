/**
 * Writing a prompt: a new draft version, and for `live` its commit and the move of the default. The platform has no concurrency
 * control (two promotes: the last wins), so what is replaced is read again before each step.
 */
import type { Agent } from '../../model/agents.ts';
import { Problem } from '../../model/problem.ts';
import type { AgentWrite, AgentWritten, CallContext, OpenAgent, StepResult, WriteSteps } from '../provider.ts';
import { withMember } from '../shared/agent-parts.ts';
import { beforeSending, editsOf, type PartEdit, unmoved } from '../shared/agent-write.ts';
import type { Api } from '../shared/api.ts';
import { readable } from '../shared/fields.ts';
import { whyNotSentBack } from '../shared/wholes.ts';
import {
  agentArgument,
  idsOfPrompt,
  isVersionName,
  markedMessage,
  numberOfVersion,
  type PromptIds,
} from './agent-ref.ts';
import { promptVersionReader } from './agent-wire.ts';
import { ENDPOINTS } from './endpoints.ts';
import { contentOf, hiddenIn, type PromptContent, partsOfPrompt, rowsOf } from './prompt-parts.ts';
import { defaultOf, readVersions, revisionOfVersion, type Version, versionMeant } from './prompt-versions.ts';
import { PLATFORM } from './settings.ts';
import { unwrap } from './wire.ts';

export interface OpenPrompt {
  api: Api;
  ids: PromptIds;
  /** The version that was read, with everything that a draft has to take over. */
  version: Version;
  agent: Agent;
  content: PromptContent;
}

const DELETES_NONE = 'No request of Future AGI deletes a version: it stays in the list of versions.';

export function promptWriter(open: OpenPrompt): Pick<OpenAgent, 'problems' | 'write' | 'undo'> {
  const why = whyNotSentBack(open.content, hiddenIn(open.content));
  return {
    problems: () => (why === undefined ? [] : [notWhole(why)]),
    async write(write, steps, call) {
      const edits = editsOf(PLATFORM, open.agent, write);
      if (why !== undefined) throw refusedWhole(why);
      const { version, former } = namesIn(await draftStep(open, write, edits, steps, call));
      const ids = idsOfPrompt({ template: open.ids.template, version });
      if (write.target === 'draft') {
        return {
          ids,
          undo: { draft: version },
          by_hand: [`To try it, start a run test of this prompt with ${agentArgument({ ...open.ids, version })}.`],
        };
      }
      await promoteSteps(open, { write, edits, version, former }, steps, call);
      return promoted(open.ids, version, former);
    },
    async undo(undo, { mark }, steps, call) {
      if (typeof undo.draft === 'string' && isVersionName(undo.draft))
        return [`The draft ${undo.draft} is left as it is: it is not the default version. ${DELETES_NONE}`];
      const { version, former } = namesIn(undo);
      await restoreDefault(open, { version, former, mark }, steps, call);
      return [`${former} is the default version again. ${version} stays. ${DELETES_NONE}`];
    },
  };
}

function promoted(ids: PromptIds, version: string, former: string): AgentWritten {
  return {
    ids: idsOfPrompt({ template: ids.template }),
    undo: { version, former },
    by_hand: [
      `Run tests that are pinned to ${former} still run it: start them with ${agentArgument({ ...ids, version })}.`,
    ],
  };
}

/** Throws `internal` for a step whose result is none of ours. */
function namesIn({ version, former }: StepResult): { version: string; former: string } {
  const isName = (word: unknown): word is string => typeof word === 'string' && isVersionName(word);
  if (isName(version) && isName(former)) return { version, former };
  throw new Problem('internal', 'A step of this change cannot be read.', { provider: PLATFORM.id, sent: 'no' });
}

const notWhole = (why: string) => `A draft takes the whole version, and Future AGI ${why}.`;

/** A draft replaces everything: what it is given in place of something else would stand there from then on. */
function refusedWhole(why: string): Problem {
  return new Problem('refused', notWhole(why), {
    provider: PLATFORM.id,
    sent: 'no',
    next: 'Make the change in the Prompt Workbench.',
  });
}

async function draftStep(
  open: OpenPrompt,
  { target }: AgentWrite,
  edits: readonly PartEdit[],
  steps: WriteSteps,
  call: CallContext,
): Promise<StepResult> {
  const { api, ids, version: base, content } = open;
  const rows = new Map(rowsOf(content).map((row) => [row.id, row.path]));
  let next: PromptContent = content;
  for (const { id, value } of edits) next = { ...next, ...withMember(next, rows.get(id) ?? [], value) };
  const read = () => readVersions(api, ids.template, call);
  // Kept before the request leaves: a draft that was there by then is not the one that it made.
  const kept = await steps.keep('versions', async () => {
    const versions = await beforeSending(read());
    const numbers = versions.map((one) => numberOfVersion(one.template_version));
    return { newest: Math.max(0, ...numbers), former: versionMeant(versions, ids).template_version };
  });
  const { newest = 0, former = base.template_version } = kept;
  const send = async () => {
    const present = await unmoved(
      PLATFORM,
      revisionOfVersion(base),
      async () => versionMeant(await read(), ids),
      revisionOfVersion,
    );
    const body = { new_prompts: [draftBody(next)] };
    const answer = await api.body(ENDPOINTS.addPromptDraft, {
      params: { id: ids.template },
      body,
      signal: call.signal,
    });
    const made = madeIn(answer);
    // Without a name in the answer it is looked for by what it holds.
    if (made === undefined) throw new Problem('unreadable', 'Future AGI did not name the draft.', { sent: 'unknown' });
    return { version: made, former: present.template_version, target };
  };
  const find = async () => {
    const made = (await read()).find(
      (one) => one.is_draft !== false && numberOfVersion(one.template_version) > Number(newest) && holds(one, next),
    );
    return made && { version: made.template_version, former, target };
  };
  return steps.once('add draft', send, find);
}

/** The whole of a version, under the names of the request; placeholders, of which it has no name, only where there are any. */
function draftBody({ placeholders, ...content }: PromptContent) {
  return Array.isArray(placeholders) && placeholders.length > 0 ? { ...content, placeholders } : content;
}

function madeIn(answer: unknown): string | undefined {
  const content = unwrap(answer);
  const rows = readable(promptVersionReader, Array.isArray(content) ? content : [content]);
  const names = rows.flatMap((row) => row.template_version ?? []);
  return names.sort((a, b) => numberOfVersion(b) - numberOfVersion(a))[0];
}

/** Whether a version has the texts of this content in all parts that are shown. */
function holds(version: Version, wanted: PromptContent): boolean {
  const content = contentOf(version);
  const texts = (of: PromptContent) => JSON.stringify(partsOfPrompt(of).map(({ id, text }) => [id, text]));
  return content !== undefined && texts(content) === texts(wanted);
}

interface Promotion {
  write: AgentWrite;
  edits: readonly PartEdit[];
  version: string;
  former: string;
}

async function promoteSteps(
  { api, ids, agent }: OpenPrompt,
  { write, edits, version, former }: Promotion,
  steps: WriteSteps,
  call: CallContext,
): Promise<void> {
  const asked = { params: { id: ids.template }, signal: call.signal };
  const read = () => readVersions(api, ids.template, call);
  const found = async (is: (one: Version) => boolean) => {
    const one = (await read()).find(({ template_version }) => template_version === version);
    return one && is(one) ? { version } : undefined;
  };
  await steps.once(
    'commit',
    async () => {
      const versions = await beforeSending(read());
      stillDefault(versions, former, version);
      const draft = versions.find(({ template_version }) => template_version === version);
      if (!draft || !holdsEdits(draft, agent, edits)) throw notTaken(version);
      const message = markedMessage(write);
      const body = { version_name: version, message, is_draft: false, set_default: false };
      await api.body(ENDPOINTS.commitPrompt, { ...asked, body });
      return { version };
    },
    () => found(({ commit_message }) => commit_message?.includes(write.mark) === true),
  );
  await steps.once(
    'set default',
    async () => {
      stillDefault(await beforeSending(read()), former, version);
      await api.body(ENDPOINTS.setDefaultPrompt, { ...asked, body: { version_name: version } });
      return { version };
    },
    () => found(({ is_default }) => is_default === true),
  );
}

function stillDefault(versions: readonly Version[], former: string, made: string): void {
  const present = defaultOf(versions)?.template_version;
  if (present === former || present === made) return;
  throw new Problem('conflict', `Another version became the default meanwhile; ${made} was not made the default.`, {
    provider: PLATFORM.id,
    sent: 'no',
    next: 'Read the agent again with get_agent and propose the change on the version that is the default now.',
  });
}

/** Whether the edited parts have their new texts, and all others those they had. */
function holdsEdits(draft: Version, { parts }: Agent, edits: readonly PartEdit[]): boolean {
  const content = contentOf(draft);
  const now = new Map(content ? partsOfPrompt(content).map(({ id, text }) => [id, text]) : []);
  const wanted = new Map([
    ...parts.map(({ id, text }) => [id, text] as const),
    ...edits.map(({ id, text }) => [id, text] as const),
  ]);
  return [...wanted].every(([id, text]) => now.get(id) === text);
}

function notTaken(version: string): Problem {
  return new Problem(
    'conflict',
    `The draft ${version} does not hold what Future AGI was given, so it was not made the default version.`,
    {
      provider: PLATFORM.id,
      sent: 'no',
      next: 'Compare the draft in the Prompt Workbench with the change; the default version is as it was.',
    },
  );
}

async function restoreDefault(
  { api, ids }: OpenPrompt,
  { version, former }: { version: string; former: string; mark: string },
  steps: WriteSteps,
  call: CallContext,
): Promise<void> {
  const read = () => readVersions(api, ids.template, call);
  const nameNow = async () => defaultOf(await read())?.template_version;
  await steps.once(
    'restore default',
    async () => {
      const versions = await beforeSending(read());
      const made = versions.find((one) => one.template_version === version);
      const present = defaultOf(versions);
      // Another version that holds the very same is nobody's work that could be lost.
      if (!made || !present || revisionOfVersion(present) !== revisionOfVersion(made)) {
        throw new Problem('conflict', `The default version is not ${version} any more; nothing was taken back.`, {
          provider: PLATFORM.id,
          sent: 'no',
          next: 'Somebody made another version the default since: get_agent shows the versions.',
        });
      }
      const body = { version_name: former };
      await api.body(ENDPOINTS.setDefaultPrompt, { params: { id: ids.template }, body, signal: call.signal });
      return { version: former };
    },
    async () => ((await nameNow()) === former ? { version: former } : undefined),
  );
}

/**
 * Prompt templates as agents. The text that counts is that of the default version; versions are read by their list or by name,
 * because reading a template itself makes a draft where there is none.
 */
import type { Agent, AgentTarget } from '../../model/agents.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { CallContext, OpenAgent } from '../provider.ts';
import { registerHidden } from '../shared/agent-parts.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal, isUnreadable, unreadableAnswer } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { iso } from '../shared/scalars.ts';
import { agentArgument, type PromptIds, refOfPrompt } from './agent-ref.ts';
import { ENDPOINTS } from './endpoints.ts';
import { toPromptVersion } from './map-agent.ts';
import { contentOf, hiddenIn, partsOfPrompt, restOfPrompt, TEMPLATE } from './prompt-parts.ts';
import { readVersions, revisionOfVersion, type Version, versionMeant } from './prompt-versions.ts';
import { promptWriter } from './prompt-write.ts';
import { PLATFORM } from './settings.ts';

export async function openPrompt(
  api: Api,
  registerSecret: (secret: string) => void,
  ids: PromptIds,
  call: CallContext,
): Promise<OpenAgent> {
  const versions = await readVersions(api, ids.template, call);
  if (versions.length === 0 && ids.version === undefined) return openEmpty(api, ids, call);
  const version = versionMeant(versions, ids);
  const metadata = await metadataOf(api, ids.template, version, call);
  const defaults = versions.filter(({ is_default }) => is_default).length;
  const content = contentOf(version, metadata.value);
  if (!content) throw unreadableAnswer(PLATFORM, 'with a prompt version whose content cannot be read');
  const parts = partsOfPrompt(content);
  const hidden = hiddenIn(content);
  const shown = parts.map(({ text }) => text).join('\n');
  const register = (secret: string) => {
    if (!shown.includes(secret)) registerSecret(secret);
  };
  registerHidden(hidden, register, [ids.template]);
  const agent: Agent = {
    ref: refOfPrompt(ids),
    provider: PLATFORM.id,
    name: version.template_name ?? ids.template,
    ownership: 'platform',
    type: 'prompt',
    updated_at: iso(version.created_at),
    objects: [
      {
        id: TEMPLATE,
        what: 'the version of the prompt',
        revision: revisionOfVersion(version),
        rest: restOfPrompt(content),
      },
    ],
    parts,
    hidden: hidden.length,
    targets: targetsOf(ids, version, metadata.known && defaults === 1),
    notes: [...(defaults > 1 ? [SEVERAL_DEFAULTS] : []), ...notesOf(ids, version, versions, metadata.known)],
    versions: versions.map(toPromptVersion),
  };
  return { agent, ...promptWriter({ api, ids, version, agent, content }) };
}

const SEVERAL_DEFAULTS =
  'Future AGI calls several versions the default one: which of them applications get is not known, so that none is made the default from here.';

/** A template without a version: nothing to show, and nothing that a change could be made of. */
async function openEmpty(api: Api, ids: PromptIds, { signal }: CallContext): Promise<OpenAgent> {
  const { rows } = await collect(walk(api.list(ENDPOINTS.listPromptTemplates, { signal })));
  const agent: Agent = {
    ref: refOfPrompt(ids),
    provider: PLATFORM.id,
    name: rows.find(({ id }) => id === ids.template)?.name ?? ids.template,
    ownership: 'platform',
    type: 'prompt',
    objects: [],
    parts: [],
    hidden: 0,
    targets: [],
    notes: ['This prompt template has no version yet: its first text is written in the Prompt Workbench.'],
    versions: [],
  };
  const none = () => {
    throw new Problem('unsupported', 'This prompt template has no version that could be changed.', {
      provider: PLATFORM.id,
      sent: 'no',
      next: 'Write its first version in the Prompt Workbench.',
    });
  };
  return { agent, write: async () => none() };
}

/**
 * What else a draft has to take over: the list of versions does not tell it (contract: history), the template by name does.
 * Names are not unique, so that it counts only where the answer is of this template and version.
 */
async function metadataOf(
  api: Api,
  template: string,
  { template_name: name, template_version: version, metadata }: Version,
  { signal }: CallContext,
): Promise<{ value?: unknown; known: boolean }> {
  if (metadata !== undefined) return { value: metadata, known: true };
  if (name === undefined) return { known: false };
  try {
    const found = await api.one(ENDPOINTS.getPromptByName, { query: { name, version }, signal });
    const same =
      (found.original_template ?? found.id) === template && (found.version ?? found.template_version) === version;
    // An answer without the member does not say that there is none.
    return same && found.metadata !== undefined
      ? { value: found.metadata ?? undefined, known: true }
      : { known: false };
  } catch (error) {
    if (!isProblem(error) || !(isRefusal(error) || isUnreadable(error))) throw error;
    return { known: false };
  }
}

function targetsOf({ template }: PromptIds, version: Version, metadataKnown: boolean): AgentTarget[] {
  const draft: AgentTarget = {
    target: 'draft',
    exposure: 'draft',
    means:
      'Future AGI makes a new draft version of the prompt beside the others; what applications get stays as it is. No request deletes a version again.',
    affects: [],
    by_hand: ['To put the draft to use, apply the change with target live, or commit it in the Prompt Workbench.'],
  };
  if (!version.is_default || !metadataKnown) return [draft];
  const labels = version.labels?.length ?? 0;
  return [
    draft,
    {
      target: 'live',
      exposure: 'live',
      means:
        'Future AGI makes a new version, commits it and makes it the default one, which every application gets at once that reads this prompt without naming a version.',
      affects: [],
      by_hand: [
        `Run tests stay pinned to the version that they have; to run one on the new default version, start it with ${agentArgument({ template })}.`,
        ...(labels > 0
          ? [
              'Labels stay on the former version: where an application reads the prompt by label, move the label by hand.',
            ]
          : []),
      ],
    },
  ];
}

function notesOf(
  { template }: PromptIds,
  version: Version,
  versions: readonly Version[],
  metadataKnown: boolean,
): string[] {
  const name = version.template_version;
  const newest = versions[0]?.template_version ?? name;
  const state = version.is_default
    ? `${name}, the default version, which applications get that name no version`
    : version.is_draft
      ? `${name}, a draft, which applications get only when they name it`
      : `${name}, which is not the default version`;
  return [
    `Shown is ${state}.`,
    ...(newest === name ? [] : [`The newest version is ${newest}.`]),
    ...(version.is_default
      ? []
      : [
          'A change of this version can only go to another draft: making that draft the default would put all of this version to use.',
        ]),
    ...(metadataKnown
      ? []
      : [
          'Future AGI did not show the metadata of this version: a draft made from here would have none, so no draft is made the default.',
        ]),
    `A run test runs the version that it is pinned to; ${agentArgument({ template, version: name })} runs this one.`,
  ];
}

/** The versions of a prompt template, read by their list: reading the template itself makes a draft where there is none. */
import { Problem } from '../../model/problem.ts';
import type { CallContext } from '../provider.ts';
import { revisionOf } from '../shared/agent-parts.ts';
import type { Api } from '../shared/api.ts';
import { unreadableAnswer } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { numberOfVersion, type PromptIds, refOfPrompt } from './agent-ref.ts';
import type { WirePromptVersion } from './agent-wire.ts';
import { ENDPOINTS } from './endpoints.ts';
import { contentOf } from './prompt-parts.ts';
import { PLATFORM } from './settings.ts';

export type Version = WirePromptVersion & { template_version: string };

/** The versions of a template, newest number first. Reads only. */
export async function readVersions(api: Api, template: string, { signal }: CallContext): Promise<Version[]> {
  const list = api.list(ENDPOINTS.listPromptVersions, { params: { id: template }, signal });
  const { rows } = await collect(walk(list));
  if (rows.some(({ original_template: own = template }) => own.toLowerCase() !== template.toLowerCase()))
    throw unreadableAnswer(PLATFORM, 'with versions of another prompt template than the one asked for');
  return rows
    .flatMap((row) => (row.template_version === undefined ? [] : [{ ...row, template_version: row.template_version }]))
    .sort((a, b) => numberOfVersion(b.template_version) - numberOfVersion(a.template_version));
}

export const defaultOf = (versions: readonly Version[]) => versions.find(({ is_default }) => is_default);

/**
 * The version that is meant: the one that is named, else the default one, else the newest that is no draft, else the newest.
 * Throws `not_found` where there is none, with those there are.
 */
export function versionMeant(versions: readonly Version[], { template, version }: PromptIds): Version {
  const meant =
    version === undefined
      ? (defaultOf(versions) ?? versions.find(({ is_draft }) => !is_draft) ?? versions[0])
      : versions.find((one) => one.template_version === version);
  if (meant) return meant;
  const known = versions.map((one) => refOfPrompt({ template, version: one.template_version }));
  throw new Problem('not_found', 'This prompt template has no such version.', {
    provider: PLATFORM.id,
    candidates: known.slice(0, 5),
    next: 'get_agent without the version shows the versions there are.',
    sent: 'no',
  });
}

/** Changes with what a version holds. */
export function revisionOfVersion(version: Version): string {
  return revisionOf(contentOf(version) ?? null);
}

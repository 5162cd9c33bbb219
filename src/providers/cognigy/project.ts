/** Finds the project. A peculiarity of Cognigy: every request names a project, and a key may see several. */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Api } from '../shared/api.ts';
import type { Choice, Named } from '../shared/choose.ts';
import { createMemo } from '../shared/memo.ts';
import { ENDPOINTS } from './endpoints.ts';
import { choose, type NamedList, readNamed, toNamed } from './named.ts';
import { PLATFORM } from './settings.ts';

export type ProjectOf = (signal: AbortSignal) => Promise<string>;

/**
 * Id of the project: the configured one (an id, or a name of one), else the only one there is; found once. Throws
 * `ambiguous` with the projects the key sees. Pass an `api` without a project id: this finds it.
 */
export function createProject(api: Api, configured: string | undefined): ProjectOf {
  const found = createMemo((_: 'project', signal) => findProject(api, configured, signal));
  return (signal) => found('project', signal);
}

async function findProject(api: Api, configured: string | undefined, signal: AbortSignal): Promise<string> {
  // A project id goes out as it is: a key may read one project without being allowed to list them.
  if (configured !== undefined && /^[0-9a-f]{24}$/i.test(configured)) return configured;
  let listed: NamedList;
  try {
    listed = await readNamed(api, ENDPOINTS.listProjects, signal);
  } catch (error) {
    const mayNotList = isProblem(error) && ['forbidden', 'not_found'].includes(error.kind);
    if (configured === undefined || !mayNotList) throw error;
    return configured;
  }
  const choices = listed.items.flatMap((wire) => toNamed(wire) ?? []);
  const wording: Choice = { platform: PLATFORM, what: 'project', pass: 'COGNIGY_PROJECT_ID' };
  if (configured !== undefined) return choose(choices, listed.coverage, configured, wording).id;
  const [only, ...others] = choices;
  if (!only) {
    throw new Problem('forbidden', 'The key sees no Cognigy project.', {
      provider: PLATFORM.id,
      next: 'Give the user of the key access to a project, or set COGNIGY_PROJECT_ID.',
      sent: 'no',
    });
  }
  if (others.length === 0) return only.id;
  throw new Problem('ambiguous', `The key sees ${choices.length} Cognigy projects, and none is chosen.`, {
    provider: PLATFORM.id,
    candidates: choices.slice(0, 20).map(({ id, name }) => `${name} (${id})`),
    next: `Set COGNIGY_PROJECT_ID to the id of one of them: ${idsOf(choices)}.`,
    sent: 'no',
  });
}

/** Ids as trusted text: only those with the form of an id, so that none carries a sentence. */
function idsOf(choices: readonly Named[]): string {
  const ids = choices.map(({ id }) => id).filter((id) => /^[0-9a-f]{24}$/i.test(id));
  return ids.slice(0, 10).join(', ') || 'Cognigy shows them in the address of a project';
}

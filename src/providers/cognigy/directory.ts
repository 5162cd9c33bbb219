/** The project that requests name, and what it holds by name; asked for once and kept for a while. */
import type { Coverage } from '../../model/coverage.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import { type Choice, candidates, type Named, pick } from '../shared/choose.ts';
import type { MainApi, NamedKind, NamedList } from './main-api.ts';
import { PLATFORM } from './platform.ts';
import type { WireNamed } from './wire.ts';

const KEPT_MS = 60_000;

export interface Directory {
  /**
   * Id of the project: the configured one (an id, or a name of one), else the only one there is. Throws `ambiguous` with
   * the projects the key sees.
   */
  project(signal: AbortSignal): Promise<string>;
  /** Everything of a kind in the project that the key may see, as the vendor lists it. */
  all(kind: NamedKind, signal: AbortSignal): Promise<NamedList>;
  /** Gives the name of the flow with an id or reference, where the key may list flows; the id otherwise. */
  flowNames(signal: AbortSignal): Promise<(id: string) => string>;
}

/** Something of the main API by its name; it answers to both of its ids. */
export interface NamedThing extends Named {
  name: string;
  /** A UUID; what members ending in `ReferenceId` take. */
  reference: string;
}

/** `id`: 24 hex digits in the main API. Undefined without any. */
export function toThing(wire: WireNamed): NamedThing | undefined {
  const id = wire._id ?? wire.id ?? wire.referenceId;
  if (id === undefined) return undefined;
  const reference = wire.referenceId ?? id;
  return { name: wire.name ?? wire.label ?? id, id, reference, aliases: [reference] };
}

/**
 * The one that is wanted, by id or name. Throws `not_found` or `ambiguous`, and says so where not all could be listed: a
 * part of a name chooses nothing there, as another one may fit better.
 */
export function choose<T extends Named>(things: readonly T[], coverage: Coverage, wanted: string, about: Choice): T {
  const { what } = about;
  const short = `Not all ${what}s could be listed: its id may serve where its name does not.`;
  try {
    const found = pick(things, wanted, about);
    const text = wanted.trim().toLowerCase();
    const names = [found.id, ...(found.aliases ?? []), found.name?.trim() ?? ''].map((name) => name.toLowerCase());
    if (coverage.complete || names.includes(text)) return found;
  } catch (error) {
    if (coverage.complete || !isProblem(error)) throw error;
    const next = [error.details.next, short].filter(Boolean).join(' ');
    throw new Problem(error.kind, error.message, { ...error.details, next });
  }
  throw new Problem('not_found', `None of the ${what}s that could be listed has that id or name.`, {
    provider: about.platform.id,
    candidates: candidates(things, wanted, about),
    next: short,
    sent: 'no',
  });
}

export function createDirectory(api: MainApi, configured: string | undefined, now: () => number): Directory {
  let project: Promise<string> | undefined;
  const kept = new Map<NamedKind, { at: number; items: Promise<NamedList> }>();

  async function find(signal: AbortSignal): Promise<string> {
    // A project id goes out as it is: a key may read one project without being allowed to list them.
    if (configured !== undefined && /^[0-9a-f]{24}$/i.test(configured)) return configured;
    let listed: NamedList;
    try {
      listed = await api.projects(signal);
    } catch (error) {
      if (configured !== undefined && isProblem(error) && ['forbidden', 'not_found'].includes(error.kind)) {
        return configured;
      }
      throw error;
    }
    const choices = listed.items.flatMap((wire) => toThing(wire) ?? []);
    const about: Choice = { platform: PLATFORM, what: 'project', pass: 'COGNIGY_PROJECT_ID' };
    if (configured !== undefined) return choose(choices, listed.coverage, configured, about).id;
    const [only, ...others] = choices;
    if (only && others.length === 0) return only.id;
    if (!only) {
      throw new Problem('forbidden', 'The key sees no Cognigy project.', {
        provider: PLATFORM.id,
        next: 'Give the user of the key access to a project, or set COGNIGY_PROJECT_ID.',
        sent: 'no',
      });
    }
    throw new Problem('ambiguous', `The key sees ${choices.length} Cognigy projects, and none is chosen.`, {
      provider: PLATFORM.id,
      candidates: choices.slice(0, 20).map(({ id, name }) => `${name} (${id})`),
      next: `Set COGNIGY_PROJECT_ID to the id of one of them: ${idsOf(choices)}.`,
      sent: 'no',
    });
  }

  const directory: Directory = {
    async project(signal) {
      const joined = project !== undefined;
      project ??= find(signal).catch((error: unknown) => {
        project = undefined;
        throw error;
      });
      return joined ? shared(project, signal, () => directory.project(signal)) : project;
    },

    async all(kind, signal) {
      const known = kept.get(kind);
      if (known && now() - known.at < KEPT_MS) return shared(known.items, signal, () => directory.all(kind, signal));
      const items = list(kind, signal).catch((error: unknown) => {
        kept.delete(kind);
        throw error;
      });
      kept.set(kind, { at: now(), items });
      return items;
    },

    async flowNames(signal) {
      let flows: NamedThing[] = [];
      try {
        flows = (await directory.all('flows', signal)).items.flatMap((wire) => toThing(wire) ?? []);
      } catch (error) {
        // A name is a courtesy; only the caller's own ending of the call ends it.
        if (signal.aborted) throw error;
      }
      return (id) => flows.find((flow) => flow.id === id || flow.reference === id)?.name ?? id;
    },
  };

  async function list(kind: NamedKind, signal: AbortSignal): Promise<NamedList> {
    const projectId = await directory.project(signal);
    if (kind !== 'largelanguagemodels') return api.all(kind, projectId, signal);
    // Field code narrows models to those that can converse; a server that knows no such use shows them all.
    try {
      const fitting = await api.all(kind, projectId, signal, { useCase: 'gptConversation' });
      if (fitting.items.length > 0) return fitting;
    } catch (error) {
      if (!isProblem(error) || error.details.vendor?.status !== 400) throw error;
    }
    return api.all(kind, projectId, signal);
  }

  return directory;
}

/** Ids as trusted text: only those that can be nothing else. */
function idsOf(choices: readonly Named[]): string {
  const ids = choices.map(({ id }) => id).filter((id) => /^[0-9a-f]{24}$/i.test(id));
  return ids.slice(0, 10).join(', ') || 'Cognigy shows them in the address of a project';
}

/** A result that another call asked for; when that call was cancelled, this one asks for itself. */
async function shared<T>(result: Promise<T>, signal: AbortSignal, again: () => Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (isProblem(error) && error.kind === 'cancelled' && !signal.aborted) return again();
    throw error;
  }
}

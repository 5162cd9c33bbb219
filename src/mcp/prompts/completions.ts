/**
 * Completions for provider, test, session, run and agent arguments, from what the platforms list; for agents also from the
 * book, which is all that its resource takes. Silent when they do not answer.
 */
import { parseRef } from '../../model/refs.ts';
import { PROVIDERS } from '../../providers/registry.ts';
import type { ServerServices } from '../services.ts';

const DEADLINE_MS = 3_000;
const MOST = 50;

/**
 * Values for `argument` that contain what was typed. In resource templates `id` is the part behind `session/` or
 * `run/`; elsewhere whole refs are given. Never throws.
 */
export async function complete(
  argument: string,
  typed: string,
  place: { resource: boolean; provider?: string },
  services: Pick<ServerServices, 'registry' | 'reading' | 'modes'>,
  signal: AbortSignal,
): Promise<string[]> {
  const wanted = typed.trim().toLowerCase();
  const matching = (values: string[]) =>
    [...new Set(values)].filter((value) => value.toLowerCase().includes(wanted)).slice(0, MOST);
  if (argument === 'provider') return matching(PROVIDERS.map((provider) => provider.id));
  const kept = argument === 'agent' ? await agentsOf(services) : [];
  if (argument === 'agent' && place.resource) return matching(kept);
  const cut = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    const states = await services.registry.states();
    const providers = states.flatMap(({ provider }) =>
      provider && (place.provider === undefined || provider.id === place.provider) ? [provider] : [],
    );
    const refs = await Promise.all(
      providers.map(async (provider) => {
        try {
          if (argument === 'test')
            return (await provider.tests?.list({ limit: MOST }, { signal: cut }))?.items.map((test) => test.ref) ?? [];
          if (['session', 'before', 'after', 'id'].includes(argument)) {
            return (
              (await provider.sessions?.list({ limit: MOST }, { signal: cut }))?.items.map((session) => session.ref) ??
              []
            );
          }
          if (argument === 'agent')
            return (
              (await provider.agents?.list({ limit: MOST }, { signal: cut }))?.items.map((agent) => agent.ref) ?? []
            );
          if (argument === 'run') return await newestRuns(provider, services, cut);
          return [];
        } catch {
          return [];
        }
      }),
    );
    const flat = [...kept, ...refs.flat()];
    if (!place.resource) return matching(flat);
    return matching(flat.flatMap((ref) => (parseRef(ref) ? [ref.slice(ref.lastIndexOf('/') + 1)] : [])));
  } catch {
    return matching(kept);
  }
}

/** Agents, and tests, of which failure modes are kept. */
async function agentsOf({ modes }: Pick<ServerServices, 'modes'>): Promise<string[]> {
  try {
    return Object.keys((await (await modes()).read()).agents);
  } catch {
    return [];
  }
}

async function newestRuns(
  provider: Awaited<ReturnType<ServerServices['registry']['configured']>>[number],
  services: Pick<ServerServices, 'reading'>,
  signal: AbortSignal,
): Promise<string[]> {
  const [newest] = (await provider.sessions?.list({ limit: 1 }, { signal }))?.items ?? [];
  const session = newest && parseRef(newest.ref);
  if (!session) return [];
  const opened = await services.reading.open(provider, session.ids, { signal });
  const refs: string[] = [];
  await opened.runs('verdicts', { signal }, (runs) => refs.push(...runs.map((run) => run.ref)));
  return refs;
}

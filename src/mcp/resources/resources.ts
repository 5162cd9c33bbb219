/** Resource templates and the fixed guide, as plain records. Every resource has a tool twin; reading it uses the same parts. */
import { Problem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import type { Session } from '../../model/schemas.ts';
import type { Registry } from '../../providers/registry.ts';

export const GUIDE_URI = 'simulation://guide';
const FAILURE_MODES = 'simulation://failure-modes/';

export interface ResourceTemplate {
  uriTemplate: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

export const TEMPLATES: readonly ResourceTemplate[] = [
  {
    uriTemplate: 'simulation://{provider}/session/{id}',
    name: 'session',
    title: 'Session digest',
    description: 'Counts, pass rate, per-evaluation breakdown and failed runs of one session (as get_session).',
    mimeType: 'text/plain',
  },
  {
    uriTemplate: 'simulation://{provider}/session/{id}/fma',
    name: 'failure-clusters',
    title: 'Failure clusters',
    description:
      "Why the runs of a session failed: the platform's own summary where it has one, clusters by failure mode and wording otherwise (as get_failure_clusters).",
    mimeType: 'text/plain',
  },
  {
    uriTemplate: 'simulation://{provider}/run/{id}/transcript',
    name: 'transcript',
    title: 'Transcript',
    description: 'All turns of one run (as get_transcript).',
    mimeType: 'text/plain',
  },
  {
    uriTemplate: 'simulation://{provider}/run/{id}/recording',
    name: 'recording',
    title: 'Recording',
    description: 'Audio of one run where the platform keeps it, up to 8 MB.',
    mimeType: 'audio/*',
  },
  {
    uriTemplate: `${FAILURE_MODES}{agent}`,
    name: 'failure-modes',
    title: 'Failure modes',
    description:
      'Failure modes that are kept of one agent, else of one test, by its reference (counted in a session: get_failure_clusters).',
    mimeType: 'text/plain',
  },
];

export type Target =
  | { kind: 'guide' }
  /** `agent` as it stands in the URI. */
  | { kind: 'failure-modes'; agent: string }
  | { kind: 'session' | 'fma' | 'transcript' | 'recording'; ref: string };

/** What a `simulation://` URI names. Throws `invalid_input` with the known forms. */
export function parseUri(uri: string): Target {
  if (uri === GUIDE_URI) return { kind: 'guide' };
  if (uri.startsWith(FAILURE_MODES) && uri.length > FAILURE_MODES.length)
    return { kind: 'failure-modes', agent: uri.slice(FAILURE_MODES.length) };
  const match = /^simulation:\/\/([^/]+\/(session|run)\/[^/]+)(?:\/(fma|transcript|recording))?$/.exec(uri);
  const [, ref, kind, part] = match ?? [];
  if (ref !== undefined && parseRef(ref)) {
    if (kind === 'session' && part === undefined) return { kind: 'session', ref };
    if (kind === 'session' && part === 'fma') return { kind: 'fma', ref };
    if (kind === 'run' && (part === undefined || part === 'transcript')) return { kind: 'transcript', ref };
    if (kind === 'run' && part === 'recording') return { kind: 'recording', ref };
  }
  throw new Problem('invalid_input', 'No resource of this server has that URI.', {
    next: `Forms: ${[GUIDE_URI, ...TEMPLATES.map((template) => template.uriTemplate)].join(', ')}.`,
  });
}

/** Time that `resources/list` may take, whatever a platform does. */
const LIST_DEADLINE_MS = 1_800;
const LISTED_SESSIONS = 8;

/** The newest sessions of the configured providers, as far as they answered in time; never throws. */
export async function newestSessions(registry: Registry, signal: AbortSignal): Promise<Session[]> {
  const cut = new AbortController();
  const onAbort = () => cut.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => cut.abort(), LIST_DEADLINE_MS);
  const overtime = new Promise<undefined>((resolve) =>
    cut.signal.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  try {
    const states = await Promise.race([registry.states(), overtime]);
    const pages = await Promise.all(
      (states ?? []).map(async ({ provider }) => {
        if (!provider?.sessions) return [];
        const page = await Promise.race([
          provider.sessions.list({ limit: LISTED_SESSIONS }, { signal: cut.signal }).catch(() => undefined),
          overtime,
        ]);
        return page?.items ?? [];
      }),
    );
    return pages
      .flat()
      .sort((a, b) => (b.created_at ?? '').localeCompare(a.created_at ?? ''))
      .slice(0, LISTED_SESSIONS);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

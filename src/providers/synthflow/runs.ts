/** Reading single runs, their transcripts and recordings. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { CallContext, Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { firstPage } from '../shared/pages.ts';
import { iso } from '../shared/scalars.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { isWebUrl, toRun } from './map-run.ts';
import { PLATFORM } from './settings.ts';
import { toTurns } from './transcript.ts';
import type { WireSession, WireSimulation } from './wire.ts';

/** Sessions looked at for a run that does not name its own. */
const MOST_SESSIONS = 10;

export function createRuns(api: Api, lookup: Lookup, now: () => number): NonNullable<Provider['runs']> {
  const read = async ([id = '']: readonly string[], call: CallContext): Promise<WireSimulation> => {
    const asked = api.one(ENDPOINTS.getSimulation, { params: { simulation_id: id }, signal: call.signal });
    const wire = await lookup.orUnknown(asked, 'run', id, call);
    return { ...wire, simulation_id: wire.simulation_id || id };
  };

  return {
    async get(ids, call) {
      const wire = await read(ids, call);
      const run = toRun(wire, { now: now() });
      if (!run) throw new Problem('unreadable', 'Synthflow answered without a run.', { provider: PLATFORM.id });
      return run.session === '' ? { ...run, session: await sessionOf(api, wire, call) } : run;
    },

    async transcript(ids, call) {
      const wire = await read(ids, call);
      const { timeline } = wire;
      const none = timeline === undefined || timeline === '';
      // By its contract a run may have no timeline; one that was executed to its end had a conversation.
      if (none && toRun(wire, { now: now() })?.status !== 'completed') return { turns: [] };
      const turns = none ? undefined : toTurns(timeline);
      if (turns) return { turns };
      const why = none ? 'Synthflow sent no timeline of it' : 'its timeline has a form that is not known';
      throw new Problem('unreadable', `The transcript of this run could not be read: ${why}.`, {
        provider: PLATFORM.id,
        sent: 'yes',
        next: 'get_run has its evaluations and their reasons.',
      });
    },

    async recording(ids, call) {
      const { recording_url: url } = await read(ids, call);
      if (isWebUrl(url)) return { url };
      throw new Problem('not_found', 'Synthflow keeps no recording of this run.', {
        provider: PLATFORM.id,
        next: 'Simulations run as text; get_transcript has what was said.',
      });
    },
  };
}

/** The session of a run whose own answer leaves it out: looked for among those created at the same moment. */
async function sessionOf(api: Api, wire: WireSimulation, { signal }: CallContext): Promise<string> {
  const created = iso(wire.created_at);
  if (created === undefined) return '';
  let rows: readonly WireSession[] = [];
  try {
    const query = { start_date: created, end_date: created };
    rows = await firstPage(api.list(ENDPOINTS.listSessions, { query, signal }, MOST_SESSIONS));
  } catch (error) {
    // Knowing the run without its session is better than not knowing the run.
    if (isProblem(error) && error.kind === 'cancelled') throw error;
  }
  const holder = rows.find((one) => one.simulations?.some((run) => run?.simulation_id === wire.simulation_id));
  return holder?.simulation_session_id ? formatRef(PLATFORM.id, 'session', holder.simulation_session_id) : '';
}

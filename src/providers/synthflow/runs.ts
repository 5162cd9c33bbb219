/** Reading single runs, their transcripts and recordings. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { CallContext, Provider } from '../provider.ts';
import type { Named } from '../shared/choose.ts';
import { iso } from '../shared/scalars.ts';
import type { SynthflowClient } from './client.ts';
import { paged, sessionsList, someOf } from './lists.ts';
import { isWebUrl, toRun } from './map-run.ts';
import { PLATFORM } from './platform.ts';
import { toTurns } from './timeline.ts';
import { orNotFound } from './unknown.ts';
import type { WireSession, WireSimulation } from './wire.ts';

/** Runs looked at to explain an id that is not known. */
const RECENT = 100;

export function runOperations(client: SynthflowClient, now: () => number): NonNullable<Provider['runs']> {
  const read = async ([id = '']: readonly string[], call: CallContext): Promise<WireSimulation> => {
    const wire = await orNotFound(client.simulations.get(id, call.signal), 'run', id, () => known(client, id, call));
    return { ...wire, simulation_id: wire.simulation_id || id };
  };

  return {
    async get(ids, call) {
      const wire = await read(ids, call);
      const run = toRun(wire, { now: now() });
      if (!run) throw new Problem('unreadable', 'Synthflow answered without a run.', { provider: PLATFORM.id });
      return run.session === '' ? { ...run, session: await sessionOf(client, wire, call) } : run;
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

/** The first page of all runs, whatever their session. */
export function recentRuns(client: SynthflowClient, { signal }: CallContext): Promise<WireSimulation[]> {
  const fetch = (page: { page_number: number; page_size: number }) => client.simulations.list(page, signal);
  return someOf(paged({ what: 'runs', wanted: RECENT, fetch, idOf: (wire) => wire.simulation_id }));
}

/** Recent runs; throws `wrong_kind` when the id turns out to be one of a session. */
async function known(client: SynthflowClient, id: string, call: CallContext): Promise<Named[]> {
  const rows = await recentRuns(client, call);
  if (rows.some((one) => one.simulation_session_id === id)) {
    throw new Problem('wrong_kind', 'That is the id of a session, not of a run.', {
      provider: PLATFORM.id,
      next: 'list_runs shows the runs of a session.',
      candidates: [formatRef(PLATFORM.id, 'session', id)],
    });
  }
  return rows.flatMap((one) => (one.simulation_id ? [{ id: one.simulation_id }] : []));
}

/** The session of a run whose own answer leaves it out: looked for among those created at the same moment. */
async function sessionOf(client: SynthflowClient, wire: WireSimulation, { signal }: CallContext): Promise<string> {
  const created = iso(wire.created_at);
  if (created === undefined) return '';
  let rows: readonly WireSession[] = [];
  try {
    rows = await someOf(sessionsList(client, signal, { start_date: created, end_date: created }, 10));
  } catch (error) {
    // Knowing the run without its session is better than not knowing the run.
    if (isProblem(error) && error.kind === 'cancelled') throw error;
  }
  const holder = rows.find((one) => one.simulations?.some((run) => run?.simulation_id === wire.simulation_id));
  return holder?.simulation_session_id ? formatRef(PLATFORM.id, 'session', holder.simulation_session_id) : '';
}

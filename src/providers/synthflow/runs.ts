/** Reading runs, their transcripts and recordings. */
import { isProblem, Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { Run } from '../../model/schemas.ts';
import { cut, wantsTranscript } from '../shared/depth.ts';
import type { CallContext, Provider } from '../provider.ts';
import type { SynthflowClient } from './client.ts';
import { explainUnknown } from './known.ts';
import { isWebUrl, PROVIDER, toRun } from './map-run.ts';
import { everyPage } from './paging.ts';
import { toTurns } from './timeline.ts';
import { iso } from './times.ts';
import type { WireSession, WireSimulation } from './wire.ts';

export function runOperations(client: SynthflowClient, now: () => number): NonNullable<Provider['runs']> {
  const read = async (ids: readonly string[], call: CallContext): Promise<WireSimulation> => {
    const [id = ''] = ids;
    try {
      const wire = await client.simulations.get(id, call.signal);
      return { ...wire, simulation_id: wire.simulation_id || id };
    } catch (error) {
      return explainUnknown(error, 'run', id, () => recentRuns(client, id, call));
    }
  };

  return {
    /**
     * Filtered pages of the simulations list rather than the session itself: one request for up to 100 runs like the
     * session, but never all timelines of a big one at once. The session is asked where the list shows nothing, which
     * tells an unknown session from an empty one and covers a list that does not know the session (yet).
     */
    async *pages(session, depth, { signal }) {
      const [id = ''] = session;
      const context = { now: now(), session: id, transcript: wantsTranscript(depth) };
      const mapped = (wires: readonly WireSimulation[]) =>
        wires.flatMap((wire) => {
          const run = toRun(wire, context);
          return run ? [cut(run, depth)] : [];
        });
      const pages = everyPage(
        (page, arrived) => client.simulations.list({ ...page, simulation_session_id: id }, signal, arrived),
        (wire) => wire.simulation_id,
        { ahead: true },
      );
      let first = true;
      try {
        for await (const { items, complete } of pages) {
          // A list that ignores the filter would show the runs of every session.
          const own = items.filter((wire) => (wire.simulation_session_id || id) === id);
          if (own.length > 0) yield first && complete ? ordered(mapped(own)) : mapped(own);
          if (own.length > 0) first = false;
        }
      } catch (error) {
        if (!first) throw error;
        await explainUnknown(error, 'session', id, async () => []);
      }
      if (!first) return;
      try {
        const whole = await client.simulations.getSession(id, signal);
        const runs = ordered(mapped(whole.simulations ?? []));
        if (runs.length > 0) yield runs;
      } catch (error) {
        await explainUnknown(error, 'session', id, async () => []);
      }
    },

    async get(ids, call) {
      const wire = await read(ids, call);
      const run = toRun(wire, { now: now() });
      if (!run) throw new Problem('unreadable', 'Synthflow answered without a run.', { provider: PROVIDER });
      return run.session === '' ? { ...run, session: await sessionOf(client, wire, call) } : run;
    },

    async transcript(ids, call) {
      return { turns: toTurns((await read(ids, call)).timeline) };
    },

    async recording(ids, call) {
      const { recording_url: url } = await read(ids, call);
      if (isWebUrl(url)) return { url };
      throw new Problem('not_found', 'Synthflow keeps no recording of this run.', {
        provider: PROVIDER,
        next: 'Simulations run as text; get_transcript has what was said.',
      });
    },
  };
}

/** By test, then in the order they were started, which numbers the repetitions of a test. */
function ordered(runs: readonly Run[]): Run[] {
  const key = (run: Run) => [run.name ?? '', run.test ?? '', run.started_at ?? '', run.ref];
  const sorted = [...runs].sort((a, b) => {
    const other = key(b);
    for (const [index, part] of key(a).entries()) {
      const against = other[index] ?? '';
      if (part !== against) return part < against ? -1 : 1;
    }
    return 0;
  });
  const repetitions = new Map<string, number>();
  return sorted.map((run) => {
    if (run.test === undefined) return run;
    const iteration = repetitions.get(run.test) ?? 0;
    repetitions.set(run.test, iteration + 1);
    return { ...run, iteration };
  });
}

/** Ids of recent runs; throws `wrong_kind` when the id turns out to be one of a session. */
async function recentRuns(client: SynthflowClient, id: string, { signal }: CallContext): Promise<string[]> {
  const { items } = await client.simulations.list({ page_number: 1, page_size: 50 }, signal);
  if (items.some((one) => one.simulation_session_id === id)) {
    throw new Problem('wrong_kind', 'That is the id of a session, not of a run.', {
      provider: PROVIDER,
      next: 'list_runs shows the runs of a session.',
      candidates: [formatRef(PROVIDER, 'session', id)],
    });
  }
  return items.flatMap((one) => one.simulation_id ?? []);
}

/** The session of a run whose own answer leaves it out: looked for among those created at the same moment. */
async function sessionOf(client: SynthflowClient, wire: WireSimulation, { signal }: CallContext): Promise<string> {
  const created = iso(wire.created_at);
  if (created === undefined) return '';
  let items: readonly WireSession[] = [];
  try {
    const query = { page_number: 1, page_size: 10, start_date: created, end_date: created };
    ({ items } = await client.simulations.listSessions(query, signal));
  } catch (error) {
    // Knowing the run without its session is better than not knowing the run.
    if (isProblem(error) && error.kind === 'cancelled') throw error;
  }
  const holder = items.find((one) => one.simulations?.some((run) => run.simulation_id === wire.simulation_id));
  return holder?.simulation_session_id ? formatRef(PROVIDER, 'session', holder.simulation_session_id) : '';
}

/** The five operations on simulations and sessions. */
import { type Context, Hono } from 'hono';
import type { EngineRun, EngineSession } from '../../engine/types.ts';
import { readBody, startBody } from './bodies.ts';
import { notFound, refuse } from './errors.ts';
import { page } from './paging.ts';
import { renderRun, renderSession, statusOf } from './render.ts';
import { dateFilter, isUuid, ok } from './replies.ts';
import { inOrder, ownSessions, startRuns } from './runs.ts';
import type { Platform } from './store.ts';

const STATUSES = ['in-progress', 'completed', 'failed'];

export function simulationRoutes(platform: Platform): Hono {
  const { store, agents, switches } = platform;
  const app = new Hono();

  app.post('/', async (c) => {
    const body = await readBody(c, platform, startBody, 422);
    if (body instanceof Response) return body;
    const record = store.cases.get(body.simulation_case_id);
    if (!record) return notFound(c, platform, 'Simulation case');
    const { target_agent_id: agent, simulation_session_id } = body;
    if (!agents.knows(agent)) return notFound(c, platform, 'Agent');
    if (switches.other_agent === 'refused' && record.agent !== undefined && record.agent !== agent)
      return refuse(c, platform, 400, 'target_agent_id must match the agent of the case', 'body.target_agent_id');
    if (simulation_session_id && switches.joining === 'refused')
      return refuse(c, platform, 400, 'This session does not take more simulations', 'body.simulation_session_id');
    const session = simulation_session_id && switches.joining === 'joins' ? simulation_session_id : undefined;
    if (session !== undefined && !store.sessions.session(session)) return notFound(c, platform, 'Simulation session');
    const { runs } = startRuns(platform, {
      cases: [record],
      agent,
      variables: body.custom_variables ?? {},
      session,
    });
    const [run] = runs;
    if (!run) return refuse(c, platform, 400, 'Nothing was started');
    switch (switches.start_reply) {
      case 'minimal':
        return ok(c, platform, { simulation_id: run.id });
      case 'full':
        return ok(c, platform, renderRun(platform, run));
      case 'nested':
        return ok(c, platform, { simulation: renderRun(platform, run) });
      case 'empty':
        return ok(c, platform, {});
    }
  });

  app.get('/', (c) => {
    const { simulation_session_id: wanted, status, target_agent_id: agent, start_date, end_date } = c.req.query();
    if (wanted && !isUuid(wanted)) return refuse(c, platform, 422, 'must be a uuid', 'query.simulation_session_id');
    if (status && !STATUSES.includes(status)) return refuse(c, platform, 422, 'unknown status', 'query.status');
    const only = wanted && switches.session_filter === 'honoured' ? wanted : undefined;
    const sessions = only ? [store.sessions.session(only)].flatMap((one) => one ?? []) : ownSessions(platform);
    const [alone] = sessions;
    const render = (run: EngineRun) => renderRun(platform, run);
    // A big session is sliced, not sorted, for every page of it.
    if (only && alone && !status && !agent && !start_date && !end_date && switches.order !== 'shuffled')
      return page(
        c,
        platform,
        'offset',
        'runs',
        switches.order === 'oldest' ? alone.runs : backwards(alone.runs),
        render,
      );
    const dated = dateFilter(c);
    const found = sessions
      .flatMap((session) => session.runs)
      .filter((run) => dated(run.created_at))
      .filter((run) => !status || statusOf(platform, run) === status)
      .filter((run) => !agent || store.originOf(run).agent === agent);
    return page(c, platform, 'offset', 'runs', inOrder(platform, found), render);
  });

  app.get('/sessions', (c) => {
    const agent = c.req.query('target_agent_id');
    const dated = dateFilter(c);
    const filtered = c.req.query('start_date') !== undefined || c.req.query('end_date') !== undefined;
    // The filter looks at the simulations in a session, not at the session.
    const matching = (session: EngineSession) =>
      session.runs.filter((run) => dated(run.created_at) && (!agent || store.originOf(run).agent === agent));
    const found = ownSessions(platform).filter((session) =>
      !filtered && !agent ? true : matching(session).length > 0,
    );
    return page(c, platform, 'offset', 'sessions', found, (session) =>
      renderSession(platform, session, switches.session_items === 'matching' ? matching(session) : session.runs),
    );
  });

  app.get('/session/:id', (c) => {
    const id = c.req.param('id');
    if (!isUuid(id)) return badId(c, 'path.simulation_session_id');
    const session = store.sessions.session(id);
    if (!session) return notFound(c, platform, 'Simulation session');
    return ok(c, platform, renderSession(platform, session, session.runs));
  });

  app.get('/:id', (c) => {
    const id = c.req.param('id');
    if (!isUuid(id)) return badId(c, 'path.simulation_id');
    const run = store.sessions.run(id);
    if (!run) return notFound(c, platform, 'Simulation');
    if (switches.transcript_form === 'failing') return refuse(c, platform, 500, 'Internal server error');
    if (switches.transcript_form === 'forbidden') return refuse(c, platform, 403, 'Not allowed');
    return ok(c, platform, renderRun(platform, run));
  });

  const badId = (c: Context, where: string) => refuse(c, platform, 422, 'Input should be a valid UUID', where);
  return app;
}

/** The newest first, without copying the whole. */
function backwards<T>(items: readonly T[]): { length: number; slice(from: number, to: number): T[] } {
  return {
    length: items.length,
    slice: (from, to) => items.slice(Math.max(0, items.length - to), Math.max(0, items.length - from)).reverse(),
  };
}

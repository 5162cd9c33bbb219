/** The six operations on suites. */
import { Hono } from 'hono';
import { newSuiteBody, readBody, suiteChangeBody } from './bodies.ts';
import { notFound, refuse } from './errors.ts';
import { page } from './paging.ts';
import { renderSuite, renderSuiteItem } from './render.ts';
import { dateFilter, deleted, ok, searchFilter } from './replies.ts';
import { startRuns } from './runs.ts';
import type { Platform, SuiteRecord } from './store.ts';

export function suiteRoutes(platform: Platform): Hono {
  const { engine, store, agents: workspace, switches } = platform;
  const app = new Hono();

  app.post('/', async (c) => {
    const body = await readBody(c, platform, newSuiteBody, 400);
    if (body instanceof Response) return body;
    if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})+$/.test(body.language))
      return refuse(c, platform, 400, 'language must be a locale such as en-US', 'body.language');
    if (!workspace.knows(body.model_id)) return refuse(c, platform, 400, 'Agent not found', 'body.model_id');
    const at = engine.now();
    const { name, model_id: agent, language } = body;
    const record: SuiteRecord = { id: store.nextId('suite'), name, agent, language, created_at: at, updated_at: at };
    store.suites.set(record.id, record);
    return ok(c, platform, renderSuite(platform, record));
  });

  app.get('/', (c) => {
    const fits = searchFilter(c);
    const dated = dateFilter(c);
    // The wire form of the list is undocumented: repeated keys or one key with commas.
    const agents = (c.req.queries('model_ids') ?? []).flatMap((value) => value.split(','));
    const found = [...store.suites.values()].filter(
      (one) => fits(one.name) && dated(one.created_at) && (agents.length === 0 || agents.includes(one.agent)),
    );
    return page(c, platform, 'number', 'tests', found, (record) => renderSuiteItem(platform, record));
  });

  app.get('/:id', (c) => {
    const record = store.suites.get(c.req.param('id'));
    return record ? ok(c, platform, renderSuite(platform, record)) : notFound(c, platform, 'Simulation suite');
  });

  app.put('/:id', async (c) => {
    const record = store.suites.get(c.req.param('id'));
    if (!record) return notFound(c, platform, 'Simulation suite');
    const body = await readBody(c, platform, suiteChangeBody, 400);
    if (body instanceof Response) return body;
    if (body.model_id && !workspace.knows(body.model_id))
      return refuse(c, platform, 400, 'Agent not found', 'body.model_id');
    record.name = body.name ?? record.name;
    // Against "a suite is locked to its agent": the schema of the update allows it.
    record.agent = body.model_id ?? record.agent;
    record.updated_at = engine.now();
    return ok(c, platform, renderSuite(platform, record));
  });

  app.delete('/:id', (c) => {
    const id = c.req.param('id');
    const members = store.casesOf(id);
    if (!store.suites.delete(id)) return notFound(c, platform, 'Simulation suite');
    for (const member of members) {
      if (switches.suite_deletion === 'deletes_cases') store.cases.delete(member.id);
      if (switches.suite_deletion === 'detaches_cases') member.suite = undefined;
    }
    return deleted(c, platform);
  });

  app.post('/:id/execute', (c) => {
    const record = store.suites.get(c.req.param('id'));
    if (!record) return notFound(c, platform, 'Simulation suite');
    const agent = c.req.query('target_agent_id');
    if (agent !== record.agent)
      return refuse(c, platform, 400, 'target_agent_id must match the model_id of the suite', 'query.target_agent_id');
    const max_turns = Number(c.req.query('max_turns') ?? 20);
    if (!Number.isInteger(max_turns) || max_turns < 10 || max_turns > 50)
      return refuse(c, platform, 400, 'max_turns must be from 10 to 50', 'query.max_turns');
    const cases = store.casesOf(record.id);
    if (cases.length === 0 && switches.empty_suite === 400)
      return refuse(c, platform, 400, 'The suite has no cases', 'path.suite_id');
    const { session } = startRuns(platform, { cases, agent, max_turns, suite: record });
    const reply = { suite_id: record.id, suite_name: record.name, total_cases: cases.length, status: 'started' };
    return switches.envelopes === 'uniform'
      ? ok(c, platform, { simulation_session_id: session.id, ...reply })
      : c.json({ session_id: session.id, ...reply });
  });
  return app;
}

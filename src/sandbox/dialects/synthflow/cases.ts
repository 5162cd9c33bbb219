/** Six operations on cases: list them, write them, generate them. */
import { type Context, Hono } from 'hono';
import { closestCase } from '../likeness.ts';
import { caseChangeBody, generateBody, newCaseBody, readBody } from './bodies.ts';
import { notFound, refuse } from './errors.ts';
import { generate } from './generate.ts';
import { page } from './paging.ts';
import { renderCase } from './render.ts';
import { deleted, ok, searchFilter } from './replies.ts';
import type { CaseRecord, Platform } from './store.ts';

export function caseRoutes(platform: Platform): Hono {
  const { engine, store, agents, switches } = platform;
  const app = new Hono();
  const render = (record: CaseRecord) => renderCase(platform, record);
  const unknownAgent = (c: Context, where: string) => refuse(c, platform, 400, 'Agent not found', where);

  app.post('/', async (c) => {
    const body = await readBody(c, platform, newCaseBody, 422);
    if (body instanceof Response) return body;
    const suite = body.suite_id ? store.suites.get(body.suite_id) : undefined;
    if (body.suite_id && !suite) return refuse(c, platform, 400, 'Suite not found', 'body.suite_id');
    const agent = body.base_agent_id ?? suite?.agent;
    if (agent !== undefined && !agents.knows(agent)) return unknownAgent(c, 'body.base_agent_id');
    const at = engine.now();
    const record: CaseRecord = {
      id: store.nextId('case'),
      suite: suite?.id,
      name: body.name,
      prompt: body.prompt,
      type: body.type,
      criteria: body.success_criteria,
      rule: body.call_success_type,
      agent,
      created_at: at,
      updated_at: at,
      played: closestCase(engine.cases, [body.name, body.prompt, ...body.success_criteria].join(' ')),
    };
    store.cases.set(record.id, record);
    return ok(c, platform, switches.envelopes === 'uniform' ? render(record) : { simulation_case: render(record) });
  });

  app.get('/', (c) => {
    const fits = searchFilter(c);
    const type = c.req.query('simulation_case_type');
    const suite = c.req.query('suite_id');
    const found = [...store.cases.values()].filter(
      (one) => fits(one.name) && (!type || one.type === type) && (!suite || one.suite === suite),
    );
    return page(c, platform, 'offset', 'tests', found, render);
  });

  app.post('/generate', async (c) => {
    const body = await readBody(c, platform, generateBody, 422);
    if (body instanceof Response) return body;
    if (!agents.knows(body.agent_id)) return notFound(c, platform, 'Agent');
    if (body.suite_id && !store.suites.has(body.suite_id)) return notFound(c, platform, 'Suite');
    return generate(c, platform, body);
  });

  app.get('/:id', (c) => {
    const record = store.cases.get(c.req.param('id'));
    return record ? ok(c, platform, render(record)) : notFound(c, platform, 'Simulation case');
  });

  app.put('/:id', async (c) => {
    const record = store.cases.get(c.req.param('id'));
    if (!record) return notFound(c, platform, 'Simulation case');
    const body = await readBody(c, platform, caseChangeBody, 422);
    if (body instanceof Response) return body;
    if (body.suite_id && !store.suites.has(body.suite_id))
      return refuse(c, platform, 400, 'Suite not found', 'body.suite_id');
    const clears = switches.put_null === 'clears';
    record.name = body.name ?? record.name;
    record.prompt = body.prompt ?? (clears && body.prompt === null ? '' : record.prompt);
    record.criteria = body.success_criteria ?? (clears && body.success_criteria === null ? [] : record.criteria);
    record.rule = body.call_success_type ?? record.rule;
    record.suite = body.suite_id ?? (clears && body.suite_id === null ? undefined : record.suite);
    record.updated_at = engine.now();
    return ok(c, platform, render(record));
  });

  app.delete('/:id', (c) => {
    if (!store.cases.delete(c.req.param('id'))) return notFound(c, platform, 'Simulation case');
    return deleted(c, platform);
  });
  return app;
}

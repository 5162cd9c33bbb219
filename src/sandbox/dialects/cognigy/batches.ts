/** Batches and their runs below `/testing/simulations`; to be routed before the scenarios, whose ids `batches` looks like. */
import { type Context, Hono } from 'hono';
import { CODES, type Refuse } from './errors.ts';
import { filtered, inOrder, page } from './paging.ts';
import { type BatchRecord, stoppedAt } from './records.ts';
import { type Rendering, renderBatch, renderRun, runId } from './render.ts';
import { scenarioAt } from './scenarios.ts';
import type { BatchStatus } from './state.ts';

const STATUSES: readonly BatchStatus[] = ['STOPPED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'];

export function batchRoutes(rendering: Rendering, refuse: Refuse): Hono {
  const { engine, store, states, switches } = rendering;
  const app = new Hono();

  // Batches outlive their scenario.
  const ownerAt = (c: Context): string => {
    const id = c.req.param('s') ?? '';
    return store.batches(id).length > 0 ? id : scenarioAt(c, store, refuse).id;
  };
  const batchAt = (c: Context): BatchRecord => {
    const found = store.batch(ownerAt(c), c.req.param('b') ?? '');
    if (!found) throw refuse(404, 'The simulation run batch does not exist', CODES.not_found);
    return found;
  };

  app.get('/batches', async (c, next) => {
    if (switches.project_batches === 'missing') return next();
    const ordered = orderedBatches(c, store.batches());
    if (switches.project_batches === 'unpaged')
      return c.json({ data: ordered.map((one) => renderBatch(rendering, one)) });
    return page(c, switches, refuse, 'sessions', ordered, (one) => renderBatch(rendering, one));
  });

  function orderedBatches(c: Context, all: readonly BatchRecord[]): BatchRecord[] {
    const status = c.req.query('status');
    const wanted = STATUSES.find((one) => one === status);
    if (status !== undefined && !wanted)
      throw refuse(400, `status must be one of ${STATUSES.join(', ')}`, CODES.invalid, { field: 'status' });
    const span = /^(\d+)([dmy])$/.exec(c.req.query('timespan') ?? '');
    const days = { d: 1, m: 30, y: 365 }[span?.[2] ?? ''];
    const since = span && days ? engine.now() - Number(span[1]) * days * 86_400_000 : 0;
    const found = filtered(c, switches, refuse, all, (one) => one.name).filter(
      (one) => one.created_at >= since && (!wanted || states.of(one).status === wanted),
    );
    const created = (one: BatchRecord) => one.created_at;
    return inOrder(c, switches, refuse, found, { createdAt: created, name: (one) => one.name }, created);
  }

  app.get('/:s/batches', (c) =>
    page(c, switches, refuse, 'sessions', orderedBatches(c, store.batches(ownerAt(c))), (one) =>
      renderBatch(rendering, one),
    ),
  );

  app.get('/:s/batches/:b', (c) => {
    if (switches.get_batch === 'missing') throw refuse(404, 'Cannot GET this path', 404);
    return c.json(renderBatch(rendering, batchAt(c)));
  });

  app.post('/:s/batches/:b', (c) => {
    const batch = batchAt(c);
    const ended = states.of(batch).status !== 'IN_PROGRESS';
    if (ended && switches.stop_finished !== 200)
      throw refuse(switches.stop_finished, 'The simulation has ended', CODES.conflict);
    if (!ended && stoppedAt(batch) === undefined) {
      engine.amend(batch.session.id, { stopped_at: engine.now() });
      engine.cancel(batch.session.id);
    }
    return c.json({ message: 'Simulation stop signal sent successfully.', simulationRunBatchId: batch.id });
  });

  app.get('/:s/batches/:b/runs', (c) => {
    const batch = batchAt(c);
    return page(c, switches, refuse, 'runs', states.visible(batch), (run) => renderRun(rendering, batch, run));
  });

  app.get('/:s/batches/:b/runs/:r', (c) => {
    const batch = batchAt(c);
    const run = states.visible(batch).find((one) => runId(one) === c.req.param('r'));
    if (!run) throw refuse(404, 'The simulation run does not exist', CODES.not_found);
    if (switches.transcript_form === 'failing') throw refuse(500, 'The simulation run could not be read');
    if (switches.transcript_form === 'forbidden') throw refuse(403, 'Turns may not be read with this key');
    return c.json(renderRun(rendering, batch, run));
  });

  return app;
}

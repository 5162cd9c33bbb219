/** The app family's executions and calls: bare JSON. */
import { Hono } from 'hono';
import { Refusal } from './errors.ts';
import { appPage } from './paging.ts';
import type { Call } from './records.ts';
import { appCall } from './render.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';
import { transcriptOf } from './transcript.ts';

const TERMINAL = new Set(['completed', 'failed', 'cancelled']);

export function executionRoutes(store: Store, switches: Switches): Hono {
  const app = new Hono();

  app.get('/test-executions/:id/', (c) => {
    const found = store.execution(c.req.param('id'));
    if (!found) {
      throw switches.unknown_execution === 404
        ? new Refusal(404, 'Test execution not found.')
        : new Refusal(500, 'Failed to fetch test execution.');
    }
    // Whatever limit is asked for, ungrouped pages come as 10, without transcripts and recordings.
    const row = (call: Call) => appCall(found, call, switches);
    const page = appPage(switches, 'runs', found.calls, c.req.url, row, 10);
    return c.json({ ...page, column_order: [], error_messages: [], status: found.status });
  });
  app.post('/test-executions/:id/cancel/', (c) => {
    const id = c.req.param('id');
    const execution = store.execution(id);
    if (!execution) throw new Refusal(404, 'Test execution not found');
    if (TERMINAL.has(execution.status)) {
      if (switches.cancel_finished === 'refuses') throw new Refusal(400, 'The execution has already ended.');
      execution.status = 'cancelling';
      store.world.flip(id);
    } else {
      store.world.cancel(id);
    }
    return c.json({ success: true, message: 'Cancellation requested', test_execution_id: id });
  });

  app.get('/call-executions/:id/', (c) => {
    const { execution, call } = store.callOf(c.req.param('id'));
    if (switches.transcript_form === 'failing') throw new Refusal(500, 'Failed to fetch the call execution.');
    if (switches.transcript_form === 'forbidden') throw new Refusal(403, 'Permission denied.');
    return c.json(appCall(execution, call, switches, transcriptOf(call, switches)));
  });
  app.get('/call-executions/:id/transcripts/', (c) => {
    const { call } = store.callOf(c.req.param('id'));
    return c.json({
      call_execution_id: call.id,
      phone_number: call.chat ? null : '+15550100',
      status: call.status,
      // Chats are kept elsewhere: this view has nothing of them.
      transcripts: call.chat ? [] : transcriptOf(call, switches),
      total_transcripts: call.chat ? 0 : call.lines.length,
    });
  });
  app.get('/call-executions/:id/error-localizer-tasks/', (c) => {
    const { call } = store.callOf(c.req.param('id'));
    const tasks = Object.entries(call.localized ?? {}).map(([eval_config_id, error_analysis]) => ({
      task_id: `${call.id}-${eval_config_id}`,
      eval_config_id,
      status: 'completed',
      error_analysis,
    }));
    return c.json({ call_execution_id: call.id, error_localizer_tasks: tasks, total_tasks: tasks.length });
  });
  return app;
}

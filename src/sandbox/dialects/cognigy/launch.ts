/** Running a scenario now: a batch is made, and answered with in every form that nothing documented rules out. */
import { type Context, Hono } from 'hono';
import { bodyOf, runBody } from './bodies.ts';
import { CODES, type Refuse } from './errors.ts';
import { DIALECT, toKeep } from './kept-batch.ts';
import { textFor } from './project-texts.ts';
import type { BatchRecord, RunConfig, ScenarioRecord } from './records.ts';
import { type Rendering, renderBatch, renderRun, renderScenario } from './render.ts';
import { scenarioAt } from './scenarios.ts';
import { named, PROJECT } from './world.ts';

export function launchRoutes(rendering: Rendering, refuse: Refuse): Hono {
  const { engine, store, switches } = rendering;
  const app = new Hono();
  const { world, resources } = store;

  function checkConfig(config: RunConfig): void {
    const forms = switches.reference_ids;
    const known = (member: string, things: Parameters<typeof named>[0], id: unknown) => {
      if (typeof id === 'string' && named(things, id, forms)) return;
      throw refuse(400, `runConfig.${member} does not exist`, CODES.invalid, { field: `runConfig.${member}` });
    };
    known('flowReferenceId', resources.flows.all(), config.flowReferenceId);
    known('largeLanguageModelReferenceId', world.models, config.largeLanguageModelReferenceId);
    if (config.localeReferenceId !== undefined) known('localeReferenceId', world.locales, config.localeReferenceId);
    const entry = config.entrypoint;
    if (entry !== PROJECT && !resources.snapshots.get(entry))
      throw refuse(404, 'runConfig.entrypoint does not exist', CODES.not_found, { field: 'runConfig.entrypoint' });
  }

  app.post('/:s/schedule', async (c) => {
    const scenario = scenarioAt(c, store, refuse);
    const { name, runConfig, numberOfExecutions } = await bodyOf(c, runBody, refuse);
    checkConfig(runConfig);
    const flow = named(resources.flows.all(), runConfig.flowReferenceId, 'both');
    const agent = engine.agents.find((one) => one.id === flow?.agent) ?? engine.agents[0];
    if (!flow || !agent) throw refuse(500, 'The sandbox has no agents');
    const playbook = textFor(engine, resources, flow, runConfig.entrypoint);
    if (playbook === undefined) {
      const field = 'runConfig.flowReferenceId';
      throw refuse(400, 'The snapshot does not hold this flow', CODES.invalid, { field });
    }
    const session = engine.start({
      cases: [...scenario.played.slice(0, 1)],
      agent,
      playbook,
      repeat: numberOfExecutions,
      name,
      max_turns: scenario.maxTurns,
      variables: runConfig.data,
      dialect: DIALECT,
      extra: {
        batch: toKeep({ frozen: scenario, name, runConfig, lost: Math.min(switches.lost_runs, numberOfExecutions) }),
      },
    });
    const [batch] = store.batchesOf(session);
    if (!batch) throw refuse(500, 'The sandbox lost the batch');
    return started(c, batch, scenario);
  });

  function started(c: Context, batch: BatchRecord, scenario: ScenarioRecord): Response {
    switch (switches.run_now) {
      case 'batch':
        return c.json(renderBatch(rendering, batch), 201);
      case 'batch_id':
        return c.json({ message: 'Simulation scheduled.', simulationRunBatchId: batch.id }, 201);
      case 'reference':
        return c.json({ simulationReference: scenario.id, simulationRunBatchReference: batch.id }, 201);
      case 'nested':
        return c.json({ batch: { _id: batch.id } }, 201);
      case 'reference_id':
        return c.json({ referenceId: batch.referenceId }, 201);
      case 'runs':
        return c.json(
          store.runsOf(batch).map((run) => renderRun(rendering, batch, run)),
          201,
        );
      case 'scenario':
        return c.json(renderScenario(rendering, scenario), 200);
      case 'empty':
        return c.body(null, 204);
    }
  }

  return app;
}

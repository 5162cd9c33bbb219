/** Prompt simulations: run tests in which a version of a prompt plays the agent. Strict views of the app family. */
import { type Context, Hono } from 'hono';
import { bodyOf, strict, textIn } from './bodies.ts';
import { Refusal } from './errors.ts';
import { appPage, enveloped } from './paging.ts';
import type { PromptStore, PromptVersion } from './prompt-store.ts';
import type { RunTest } from './records.ts';
import { runTestRow } from './render.ts';
import { executed } from './run-tests.ts';
import type { SimulationStore } from './simulation-store.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const CREATED = [
  'name',
  'prompt_version_id',
  'scenario_ids',
  'description',
  'dataset_row_ids',
  'evaluations_config',
  'enable_tool_evaluation',
];

interface Parts {
  store: Store;
  prompts: PromptStore;
  simulations: SimulationStore;
}

export function promptSimulationRoutes({ store, prompts, simulations }: Parts, switches: Switches): Hono {
  const app = new Hono();
  const AT = '/prompt-templates/:tid/simulations';
  const templateOf = (c: Context) => {
    const template = switches.workbench === 'missing' ? undefined : prompts.template(c.req.param('tid') ?? '');
    if (!template) throw new Refusal(404, 'Prompt template not found');
    return template;
  };
  const ofTemplate = (id: string) => store.runTests().filter(({ prompt }) => prompt?.template.id === id);
  const runTestOf = (c: Context): RunTest => {
    const found = ofTemplate(templateOf(c).id).find(({ id }) => id === c.req.param('id'));
    if (!found) throw new Refusal(404, 'Run test not found');
    return found;
  };
  const row = (runTest: RunTest) => runTestRow(runTest, store.lastRun(runTest));
  const versionOf = (template: string, asked: unknown, byName: boolean): PromptVersion => {
    const wanted = textIn(asked) ?? '';
    const version = UUID.test(wanted) || byName ? prompts.version(template, wanted) : undefined;
    if (!version) throw new Refusal(400, 'prompt_version_id: Prompt version not found.');
    return version;
  };
  const scenarioIds = (asked: unknown): string[] => {
    const ids = Array.isArray(asked) ? asked.flatMap((id) => textIn(id) ?? []) : [];
    if (ids.length === 0) throw new Refusal(400, 'scenario_ids: At least one scenario is required.');
    const unknown = ids.filter((id) => !simulations.knowsScenario(id));
    if (unknown.length > 0) throw new Refusal(400, `Scenarios not found: ${unknown.join(', ')}`);
    return ids;
  };

  app.get(`${AT}/`, (c) => {
    const template = templateOf(c);
    const version = c.req.query('version_id');
    const found = ofTemplate(template.id).filter(({ prompt }) => !version || prompt?.version.id === version);
    const { results, count } = appPage(switches, 'others', found, c.req.url, row);
    const { page = '1', limit = '10' } = c.req.query();
    const { id, name } = template;
    const result = { count, page: Number(page), limit: Number(limit), results, prompt_template: { id, name } };
    return c.json(enveloped(result));
  });
  app.post(`${AT}/`, async (c) => {
    const template = templateOf(c);
    const body = await bodyOf(c.req.raw);
    strict(body, CREATED, switches);
    const name = textIn(body.name);
    if (!name || name.length > 255) throw new Refusal(400, 'name: This field is required.');
    const asked = body.prompt_version_id;
    if (switches.version_in_prompt_create === 'name' && UUID.test(textIn(asked) ?? ''))
      throw new Refusal(400, 'prompt_version_id: Prompt version not found.');
    const version = versionOf(template.id, asked, switches.version_in_prompt_create !== 'uuid');
    const made = simulations.add({
      name,
      template: template.id,
      version: version.id,
      scenario_ids: scenarioIds(body.scenario_ids),
      evaluations: Array.isArray(body.evaluations_config) ? body.evaluations_config : [],
    });
    return c.json(enveloped(row(store.runTestOf(made))), 201);
  });
  app.get(`${AT}/:id/`, (c) => c.json(enveloped(row(runTestOf(c)))));
  app.patch(`${AT}/:id/`, async (c) => {
    const { id, prompt } = runTestOf(c);
    const body = await bodyOf(c.req.raw);
    strict(body, ['name', 'description', 'prompt_version_id', 'scenario_ids'], switches);
    const asked = body.prompt_version_id;
    simulations.change(id, {
      name: textIn(body.name),
      version: asked === undefined ? undefined : versionOf(prompt?.template.id ?? '', asked, false).id,
      scenario_ids: body.scenario_ids === undefined ? undefined : scenarioIds(body.scenario_ids),
    });
    return c.json(enveloped(row(runTestOf(c))));
  });
  app.delete(`${AT}/:id/`, (c) => {
    simulations.change(runTestOf(c).id, { deleted: true });
    return c.json(enveloped({ message: 'Simulation deleted' }));
  });
  app.post(`${AT}/:id/execute/`, async (c) => c.json(await executed(runTestOf(c), c.req.raw, store, switches)));
  app.get('/prompt-simulations/scenarios/', (c) =>
    c.json(appPage(switches, 'others', simulations.scenarios(), c.req.url, ({ id, name }) => ({ id, name }))),
  );
  return app;
}

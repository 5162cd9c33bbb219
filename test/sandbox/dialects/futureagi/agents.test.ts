/** The Prompt Workbench and prompt simulations as the vendor serves them: what a client has to know to leave alone. */
import { describe, expect, it } from 'vitest';
import { EMPTY_TEMPLATE_ID, TEMPLATE_ID } from '../../../../src/sandbox/dialects/futureagi/prompt-store.ts';
import { serve } from './serving.ts';

const AT = `/model-hub/prompt-templates/${TEMPLATE_ID}`;
const SIMULATIONS = `/simulate/prompt-templates/${TEMPLATE_ID}/simulations/`;

describe('a prompt template', () => {
  it('without a version gets an empty draft when it is read, until the switch is turned', async () => {
    const served = serve();
    const versions = () => served.get(`/model-hub/prompt-templates/${EMPTY_TEMPLATE_ID}/versions/`);
    served.dialect.switches.get_creates_draft = false;
    await served.get(`/model-hub/prompt-templates/${EMPTY_TEMPLATE_ID}/`);
    expect((await versions()).at('count')).toBe(0);
    served.dialect.switches.get_creates_draft = true;
    const read = await served.get(`/model-hub/prompt-templates/${EMPTY_TEMPLATE_ID}/`);
    expect(read.body).toMatchObject({ version: 'v1', is_draft: true });
    expect((await versions()).at('count')).toBe(1);
  });

  it('shows its newest draft before the default one', async () => {
    const served = serve();
    expect((await served.get(`${AT}/`)).at('version')).toBe('v2');
    const draft = { prompt_config: [{ messages: [{ role: 'system', content: 'Be kind.' }] }] };
    const made = await served.post(`${AT}/add-new-draft/`, { new_prompts: [draft] });
    // What was not sent is gone.
    expect(made.body).toMatchObject({
      status: true,
      result: [{ template_version: 'v3', prompt_config_snapshot: { configuration: {} }, evaluation_configs: [] }],
    });
    expect((await served.get(`${AT}/`)).at('version')).toBe('v3');
    const byName = (more = '') =>
      served.get(
        `/model-hub/prompt-templates/get-template-by-name/?name=Bright%20Harbor%20Dental%20receptionist${more}`,
      );
    expect((await byName()).at('result.version')).toBe('v2');
    expect((await byName('&version=v3')).at('result.version')).toBe('v3');
  });

  it('is promoted by the name of a version, and only by one that there is', async () => {
    const served = serve();
    expect((await served.post(`${AT}/commit/`, { version_name: 'v9', message: '' })).at('message')).toBe(
      'Prompt Version Not Found',
    );
    expect((await served.post(`${AT}/commit/`, { version_name: 'latest', message: '' })).status).toBe(400);
    expect((await served.post(`${AT}/commit/`, { version_name: 'v1' })).status).toBe(400);
    expect((await served.post(`${AT}/commit/`, { version_name: 'v1', message: '' })).status).toBe(200);
  });

  it('is cloned by making another of its content', async () => {
    const served = serve();
    const { body } = await served.post('/model-hub/prompt-templates/create-draft/', {
      name: 'Clone',
      prompt_config: [{ messages: [{ role: 'system', content: 'Be kind.' }] }],
    });
    expect(body).toMatchObject({ status: true, result: { created_version: 'v1' } });
    expect((await served.get('/model-hub/prompt-templates/?search=clone')).at('count')).toBe(1);
  });
});

describe('prompt simulations', () => {
  const scenarioIn = async (served: ReturnType<typeof serve>) =>
    String((await served.get(SIMULATIONS)).at('result.results.0.scenarios.0'));
  const create = async (served: ReturnType<typeof serve>, prompt_version_id: unknown, more = {}) =>
    served.post(SIMULATIONS, { name: 'Mine', prompt_version_id, scenario_ids: [await scenarioIn(served)], ...more });
  const versionIn = async (served: ReturnType<typeof serve>) =>
    String((await served.get(`${AT}/versions/`)).at('results.1.id'));

  it('take the version by its id or its name, as the switch has it', async () => {
    const served = serve();
    const id = await versionIn(served);
    const statuses = async () => [(await create(served, id)).status, (await create(served, 'v1')).status];
    expect(await statuses()).toEqual([201, 201]);
    served.dialect.switches.version_in_prompt_create = 'uuid';
    expect(await statuses()).toEqual([201, 400]);
    served.dialect.switches.version_in_prompt_create = 'name';
    expect(await statuses()).toEqual([400, 201]);
    expect((await create(served, 'v1', { colour: 'red' })).status).toBe(400);
  });

  it('are listed by version, pinned to another one, run and deleted', async () => {
    const served = serve({ speed: 1000 });
    const id = await versionIn(served);
    expect((await served.get(`${SIMULATIONS}?version_id=${id}`)).at('result.count')).toBe(0);
    const made = String((await create(served, id)).at('result.id'));
    expect((await served.get(`${SIMULATIONS}?version_id=${id}`)).at('result.results.0.id')).toBe(made);
    const started = await served.post(`${SIMULATIONS}${made}/execute/`);
    expect(started.body).toMatchObject({ run_test_id: made, total_scenarios: 1 });
    served.now += 600_000;
    // Nothing was asked to judge them.
    const run = await served.get(`/sdk/api/v1/simulation/runs/?execution_id=${String(started.at('execution_id'))}`);
    expect(run.at('result.call_results.results.0')).toMatchObject({ status: 'completed', eval_outputs: {} });
  });
});

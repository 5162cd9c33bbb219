/** Every row of the table is served by the sandbox and read as the row says. */
import { expect, it } from 'vitest';
import { ENDPOINTS } from '../../../src/providers/cognigy/endpoints.ts';
import { idOf } from '../../../src/providers/cognigy/wire.ts';
import { finished, openWorld, placeOf, type World } from './harness.ts';

/** The first page of everything that takes no parameters. */
async function lists({ api, call: { signal } }: World) {
  const { listScenarios, listProjectBatches, listProjects, listFlows, listLocales, listModels, listSnapshots } =
    ENDPOINTS;
  const first = { offset: 0, size: 100 };
  const flows = await api.list(listFlows, { signal }).fetch(first);
  for (const row of [listScenarios, listProjects, listLocales, listModels, listSnapshots, ENDPOINTS.listAgents])
    expect((await api.list(row, { signal }).fetch(first)).rows.length, row.does).toBeGreaterThan(0);
  const sessions = await api.list(listProjectBatches, { signal }).fetch(first);
  return { flow: flows.rows[0]?._id ?? '', sessions: sessions.rows };
}

it('scenarios are created, read, changed, copied and deleted', async () => {
  const { api, author, call } = await openWorld();
  const { signal } = call;
  const at = (id: string) => ({ params: { simulationReference: id }, signal });
  const made = await author.createScenario({
    name: 'Mine',
    persona: 'In a hurry',
    personaName: 'Ann',
    mission: 'Book a cleaning',
    successCriteria: [{ type: 'toolCall', params: { tool: 'book' } }],
    maxTurns: 8,
  });
  const id = idOf(made) ?? '';
  expect(made).toMatchObject({ name: 'Mine', maxTurns: 8, successCriteria: [{ type: 'toolCall' }] });
  expect(await api.one(ENDPOINTS.getScenario, at(id))).toEqual(made);
  expect(await author.updateScenario(id, { name: 'Ours' })).toMatchObject({ name: 'Ours' });
  const copy = await author.cloneScenario(id, { name: 'Copy' });
  expect(copy).toMatchObject({ name: 'Copy', mission: 'Book a cleaning' });
  await author.deleteScenario(idOf(copy) ?? '');
  const page = await api.list(ENDPOINTS.listScenarios, { signal }).fetch({ offset: 0, size: 100 });
  const names = page.rows.map((one) => one?.name);
  expect(names).toContain('Ours');
  expect(names).not.toContain('Copy');
});

it('batches and runs are listed and read', async () => {
  const world = await openWorld();
  const { api, call } = world;
  const { signal } = call;
  const session = await finished(world, { provider_options: { snapshot: 'Release 1' } });
  const params = placeOf(session);
  const [, batch] = session;
  const query = { status: 'COMPLETED', timespan: '7d', timezone: 'UTC' };
  const { simulationReference } = params;
  const ofScenario = { params: { simulationReference }, query, signal };
  const listed = await api.list(ENDPOINTS.listBatches, ofScenario).fetch({ offset: 0, size: 5 });
  expect(listed.rows[0]?.id).toBe(batch);
  expect((await lists(world)).sessions[0]?.id).toBe(batch);
  expect((await api.one(ENDPOINTS.getBatch, { params, signal })).status).toBe('COMPLETED');
  const [run] = (await api.list(ENDPOINTS.listRuns, { params, signal }).fetch({ offset: 0, size: 1 })).rows;
  const simulationRunReference = run?.id ?? '';
  expect(await api.one(ENDPOINTS.getRun, { params: { ...params, simulationRunReference }, signal })).toEqual(run);
  await api.body(ENDPOINTS.stopBatch, { params, signal });
});

it('drafts are made of a flow and of a conversation', async () => {
  const world = await openWorld();
  const { api, call } = world;
  const { signal } = call;
  const { flow: flowId } = await lists(world);
  const offered = await api.one(ENDPOINTS.proposePersonas, { body: { flowId }, signal });
  expect(offered).toMatchObject({ missionTypes: { length: 4 }, personaTypes: { length: 4 } });
  const generated = await api.one(ENDPOINTS.generatePersonas, { body: { flowId, missionType: 'Book' }, signal });
  expect(generated).toMatchObject({ personaPackages: [{ simulationName: expect.any(String) }] });
  const body = { transcriptContent: 'Customer: I want to book a cleaning\nAgent: Gladly', numberOfSuccessCriteria: 2 };
  const drafted = await api.one(ENDPOINTS.draftFromTranscript, { body, signal });
  expect(drafted).toMatchObject({ personaPackage: { successCriteria: { length: 2 } } });
});

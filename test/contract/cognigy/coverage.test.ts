/** Every operation of the vendor is reached through the client: the table is the API. */
import { describe, expect, it } from 'vitest';
import { toScenarioBody } from '../../../src/providers/cognigy/authoring.ts';
import { idOf } from '../../../src/providers/cognigy/wire.ts';
import { BOOKING, finished, openWorld, scenarioNamed } from './harness.ts';

const S = '/testing/simulations/{simulationReference}';
const B = `${S}/batches/{simulationRunBatchReference}`;
const OPERATIONS = [
  'GET /testing/simulations',
  'POST /testing/simulations',
  `GET ${S}`,
  `PATCH ${S}`,
  `DELETE ${S}`,
  `POST ${S}/clone`,
  `POST ${S}/schedule`,
  `GET ${S}/batches`,
  `GET ${B}`,
  `POST ${B}`,
  'GET /testing/simulations/batches',
  `GET ${B}/runs`,
  `GET ${B}/runs/{simulationRunReference}`,
  `POST ${S}/schedules`,
  `GET ${S}/schedules`,
  `GET ${S}/schedules/{schedulerReference}`,
  `PATCH ${S}/schedules/{schedulerReference}`,
  `DELETE ${S}/schedules/{schedulerReference}`,
  'POST /testing/personas/options',
  'POST /testing/personas/generate',
  'POST /testing/personas/regenerate-field',
  'POST /testing/personas/from-transcript',
  'POST /testing/v1/transcript-request',
  'POST /testing/v1/transcript-upload',
  'POST /testing/v1/generate-from-transcript',
  'GET /new/v2.0/flows',
  'GET /new/v2.0/locales',
  'GET /new/v2.0/largelanguagemodels',
  'GET /new/v2.0/snapshots',
];

describe('the whole API', () => {
  it('is reached, and answers what it should', async () => {
    const world = await openWorld();
    const { client, call, provider } = world;
    const { signal } = call;
    const flowId = (await flows(world))[0] ?? '';

    // Scenarios.
    const body = {
      name: 'Mine',
      persona: 'In a hurry',
      personaName: 'Ann',
      mission: 'Book a cleaning',
      successCriteria: [{ type: 'toolCall', params: { tool: 'book' } }],
      maxTurns: 8,
    };
    const made = await client.scenarios.create(body, signal);
    const id = idOf(made) ?? '';
    expect(made).toMatchObject({ name: 'Mine', maxTurns: 8, successCriteria: [{ type: 'toolCall' }] });
    expect(await client.scenarios.get(id, signal)).toEqual(made);
    expect((await client.scenarios.update(id, { name: 'Ours' }, signal))?.name).toBe('Ours');
    const copy = await client.scenarios.clone(id, { name: 'Copy' }, signal);
    expect(copy).toMatchObject({ name: 'Copy', mission: 'Book a cleaning' });
    await client.scenarios.remove(idOf(copy) ?? '', signal);
    const names = (await client.scenarios.list({ limit: 100 }, signal)).rows.map((one) => one?.name);
    expect(names).toContain('Ours');
    expect(names).not.toContain('Copy');

    // Batches and runs, with all that names resolve to.
    const test = { kind: 'case' as const, ids: [await scenarioNamed(world, BOOKING)] };
    const session = await finished(world, { test, provider_options: { snapshot: 'Release 1' } });
    const [scenario = '', batch = ''] = session;
    expect(
      (await client.batches.list(scenario, { limit: 5, status: 'COMPLETED', timespan: '7d', timezone: 'UTC' }, signal))
        .rows[0]?.id,
    ).toBe(batch);
    expect((await client.batches.ofProject({ limit: 1 }, signal)).rows[0]?.id).toBe(batch);
    expect((await client.batches.get(scenario, batch, signal)).status).toBe('COMPLETED');
    const [run] = (await client.runs.list(scenario, batch, { limit: 1 }, signal)).rows;
    expect(await client.runs.get(scenario, batch, run?.id ?? '', signal)).toEqual(run);
    await client.batches.stop(scenario, batch, signal);

    // Schedulers.
    const plan = await provider.start.plan({ test, repeat: 1 }, call);
    const { runConfig } = configOf(plan.steps[0]?.body);
    const due = '2026-12-01T06:00:00Z';
    const stored = await client.schedulers.create(
      scenario,
      { runConfig, time: due, runName: 'weekly', numberOfRuns: 3 },
      signal,
    );
    const scheduler = idOf(stored) ?? '';
    expect(stored).toMatchObject({ runName: 'weekly', numberOfRuns: 3, enableSchedule: true, time: due });
    const upcoming = await client.scenarios.list({ limit: 100, includeUpcomingSchedule: true }, signal);
    expect(upcoming.rows.find((one) => one?.id === scenario)?.nextScheduledRun).toBe(due);
    expect((await client.schedulers.list(scenario, { limit: 5 }, signal)).rows).toEqual([stored]);
    expect(
      (await client.schedulers.update(scenario, scheduler, { enableSchedule: false }, signal)).enableSchedule,
    ).toBe(false);
    expect((await client.schedulers.get(scenario, scheduler, signal)).enableSchedule).toBe(false);
    await client.schedulers.remove(scenario, scheduler, signal);
    expect((await client.schedulers.list(scenario, { limit: 5 }, signal)).rows).toEqual([]);

    // Authoring.
    const offered = await client.personas.options({ flowId }, signal);
    expect([offered.missionTypes?.length, offered.personaTypes?.length]).toEqual([4, 4]);
    const choice = { flowId, missionType: offered.missionTypes?.[0], personaType: offered.personaTypes?.[0] };
    const [draft] = await client.personas.generate(choice, signal);
    if (!draft) throw new Error('No draft was made.');
    const drafted = await client.scenarios.create(toScenarioBody(draft), signal);
    expect(drafted.name).toBe(draft.simulationName);
    expect(drafted.successCriteria?.[0]?.params).toHaveProperty('text');
    const again = { flowId, field: 'mission' as const, personaPackage: { ...draft, mission: draft.mission ?? '' } };
    expect(typeof (await client.personas.regenerateField(again, signal))).toBe('string');
    const told = {
      transcriptContent: 'Customer: I want to book a cleaning\nAgent: Gladly',
      flowId,
      numberOfSuccessCriteria: 2,
    };
    expect((await client.personas.fromTranscript(told, signal)).successCriteria).toHaveLength(2);
    const request = await client.transcripts.request(signal);
    expect(request).toMatchObject({ maxFiles: 5, maxFileSize: 10_485_760, status: 'pending' });
    const requestId = request.requestId ?? '';
    const file = { filename: 'calls.csv', type: 'text/csv', bytes: Buffer.from('Customer,I want to book a cleaning') };
    expect(await client.transcripts.upload(requestId, file, signal)).toMatchObject({ success: true });
    const drafts = await client.transcripts.generate(
      { requestId, flowReference: flowId, numberOfSuccessCriteria: 3 },
      signal,
    );
    expect(drafts).toHaveLength(3);
    expect(drafts.every((one) => toScenarioBody(one).successCriteria?.[0]?.type === 'text')).toBe(true);

    expect(Object.keys(world.sent()).sort()).toEqual([...OPERATIONS].sort());
  });
});

async function flows({ url, call, client }: Awaited<ReturnType<typeof openWorld>>): Promise<string[]> {
  const { rows } = await client.scenarios.list({ limit: 1 }, call.signal);
  const project = rows[0]?.projectReference ?? '';
  const answer = await fetch(`${url}/new/v2.0/flows?projectId=${project}`, {
    headers: { 'x-api-key': 'sandbox-cognigy-key' },
  });
  const body: { items: { _id: string }[] } = JSON.parse(await answer.text());
  return body.items.map((one) => one._id);
}

function configOf(body: unknown) {
  if (typeof body !== 'object' || body === null || !('runConfig' in body)) throw new Error('No run configuration.');
  const { runConfig } = body;
  if (typeof runConfig !== 'object' || runConfig === null) throw new Error('No run configuration.');
  const text = (key: string) => String(Object.entries(runConfig).find(([name]) => name === key)?.[1]);
  return {
    runConfig: {
      flowReferenceId: text('flowReferenceId'),
      entrypoint: text('entrypoint'),
      largeLanguageModelReferenceId: text('largeLanguageModelReferenceId'),
    },
  };
}

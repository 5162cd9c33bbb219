/** What flows, AI agents, endpoints and snapshots of the sandbox's project do, and what runs on them follow. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSessionFiles } from '../../../../src/sandbox/session-files.ts';
import { SHIPPED_PLAYBOOK } from '../../../../src/sandbox/shipped.ts';
import { open, PROJECT, runBody } from './support.ts';

const MAIN = '/new/v2.0';
const documentsIn = (folder: string) => createSessionFiles(join(folder, 'documents'), () => undefined);

/** Another rule than the shipped text has. */
const VERIFY = '- Ask every caller for their full name and date of birth before you open a file.\n';

function project(switches: Parameters<typeof open>[0] = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cognigy-project-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const playbook = join(folder, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  const world = open({ task_steps: 0, ...switches }, { playbook, documents: documentsIn(folder) });
  const ask = (method: string, path: string, body?: unknown) =>
    world.ask(method, `${MAIN}${path}${path.includes('?') ? '&' : '?'}projectId=${PROJECT}&limit=100`, body);
  const items = async (path: string) => (await ask('GET', path)).body.items;
  /** The job node of a flow. */
  const job = async (flow: string) => {
    const found = (await items(`/flows/${flow}/chart/nodes`)).find((one) => one.type === 'aiAgentJob');
    const path = `/flows/${flow}/chart/nodes/${found?._id}`;
    const { config } = (await ask('GET', path)).body;
    return { path, config: typeof config === 'object' && config !== null ? { ...config } : {} };
  };
  /** Whether the agent, in a run of the first scenario, asks who calls; the code of a refusal where there is none. */
  const identity = async (flowReferenceId: string, entrypoint = PROJECT) => {
    const [scenario] = (await world.get('/testing/simulations?filter=book a cleaning')).body.data;
    const body = await runBody(world, 1);
    const runConfig = { ...body.runConfig, flowReferenceId, entrypoint };
    const started = await world.post(`/testing/simulations/${scenario.id}/schedule`, { ...body, runConfig });
    if (started.status !== 201) return started.body.code;
    world.clock.now += 3_600_000;
    const runs = await world.get(`/testing/simulations/${scenario.id}/batches/${started.body.id}/runs`);
    return /date of birth/i.test(JSON.stringify(runs.body.data[0].turns)) ? 'verifies' : 'trusts';
  };
  return { ...world, ask, items, job, identity, playbook: () => readFileSync(playbook, 'utf8'), folder };
}

describe('a flow', () => {
  it('is found by its id and not by its reference, and its nodes by its own', async () => {
    const { ask, items } = project();
    const [first, second] = await items('/flows');
    expect((await ask('GET', `/flows/${first?._id}`)).status).toBe(200);
    expect((await ask('GET', `/flows/${first?.referenceId}`)).status).toBe(404);
    const [node] = await items(`/flows/${first?._id}/chart/nodes`);
    expect((await ask('GET', `/flows/${second?._id}/chart/nodes/${node?._id}`)).status).toBe(404);
  });

  it('loses what a configuration that is written leaves out, the AI agent too', async () => {
    const { ask, items, job, playbook } = project();
    const [flow] = await items('/flows');
    const { path } = await job(flow?._id ?? '');
    await ask('PATCH', path, { config: { instructions: 'Be kind.' } });
    expect((await job(flow?._id ?? '')).config).toEqual({ instructions: 'Be kind.' });
    expect(playbook()).toBe('Be kind.');
  });

  it('is what a run on it follows, with the instructions of its AI agent behind', async () => {
    const { ask, items, job, identity } = project();
    const [flow] = await items('/flows');
    const [agent] = await items('/aiagents');
    expect(await identity(flow?.referenceId ?? '')).toBe('trusts');
    await ask('POST', `/flows/${flow?._id}/clone`);
    const clone = (await items('/flows')).at(-1);
    expect(await identity(clone?.referenceId ?? '')).toBe('trusts');
    const { path, config } = await job(clone?._id ?? '');
    await ask('PATCH', path, { config: { ...config, instructions: VERIFY } });
    expect(await identity(clone?.referenceId ?? '')).toBe('verifies');
    expect(await identity(flow?.referenceId ?? '')).toBe('trusts');
    // The AI agent of both: what it says comes last, and so counts.
    await ask('PATCH', `/aiagents/${agent?._id}`, { instructions: VERIFY });
    expect(await identity(flow?.referenceId ?? '')).toBe('verifies');
    await ask('DELETE', `/flows/${clone?._id}`);
    expect(await identity(clone?.referenceId ?? '')).toBe('1005');
  });

  it('made or deleted is that for all processes of the home, and after a restart', async () => {
    const first = project();
    const [flow] = await first.items('/flows');
    await first.ask('POST', `/flows/${flow?._id}/clone`);
    const later = open({}, { playbook: join(first.folder, 'playbook.md'), documents: documentsIn(first.folder) });
    const flows = async () => (await later.get(`${MAIN}/flows`)).body.items.map(({ name }) => name);
    expect(await flows()).toHaveLength(3);
    await later.ask('DELETE', `${MAIN}/flows/${flow?._id}?projectId=${PROJECT}`);
    expect(await flows()).toHaveLength(2);
  });
});

describe('snapshots', () => {
  const make = ({ ask }: ReturnType<typeof project>, name: string) =>
    ask('POST', '/snapshots', { projectId: PROJECT, name });

  it('pin what runs on them follow', async () => {
    const world = project();
    const { ask, items, job, identity } = world;
    const [flow] = await items('/flows');
    await make(world, 'Before');
    const pinned = (await items('/snapshots')).at(-1);
    const { path, config } = await job(flow?._id ?? '');
    await ask('PATCH', path, { config: { ...config, instructions: VERIFY } });
    expect(await identity(flow?.referenceId ?? '')).toBe('verifies');
    expect(await identity(flow?.referenceId ?? '', pinned?._id)).toBe('trusts');
    // A flow that came later is not in it.
    await ask('POST', `/flows/${flow?._id}/clone`);
    const clone = (await items('/flows')).at(-1);
    expect(await identity(clone?.referenceId ?? '', pinned?._id)).toBe('1005');
  });

  it('are restored under new ids, with the text that they hold', async () => {
    const world = project();
    const { ask, items, job, playbook, identity } = world;
    const [text, flows, agents] = [playbook(), await items('/flows'), await items('/aiagents')];
    await make(world, 'Before');
    const { path, config } = await job(flows[0]._id);
    await ask('PATCH', path, { config: { ...config, instructions: VERIFY } });
    const [, snapshot] = await items('/snapshots');
    await ask('POST', `/snapshots/${snapshot?._id}/restore`, { projectId: PROJECT });
    expect(playbook()).toBe(text);
    const ids = (all: { _id: string; referenceId: string }[]) => all.flatMap((one) => [one._id, one.referenceId]);
    const [restored, speaking] = [await items('/flows'), await items('/aiagents')];
    expect(restored.map(({ name }) => name)).toEqual(flows.map(({ name }) => name));
    for (const id of ids([...flows, ...agents])) expect(ids([...restored, ...speaking])).not.toContain(id);
    expect((await job(restored[0]._id)).config).toMatchObject({ aiAgent: speaking[0].referenceId, instructions: text });
    expect(await identity(flows[0].referenceId)).toBe('1005');
    expect(await identity(restored[0].referenceId)).toBe('trusts');
  });

  it('are ten, with names of their own; a clash shows on the task only', async () => {
    const world = project();
    const { ask, items } = world;
    const failed = async (name: string) => {
      const { body, status } = await make(world, name);
      return [status, body.status, Reflect.get(body, 'failReason')];
    };
    expect(await failed('Release 1')).toEqual([202, 'error', expect.stringContaining('name')]);
    expect((await make(world, 'a/b')).status).toBe(400);
    for (let at = 2; at <= 10; at += 1) expect(await failed(`Release ${at}`)).toEqual([202, 'done', null]);
    expect(await failed('Release 11')).toEqual([202, 'error', expect.stringContaining('allowed snapshots')]);
    const [attached, free] = await items('/snapshots');
    expect((await ask('DELETE', `/snapshots/${attached._id}`)).status).toBe(409);
    expect((await ask('DELETE', `/snapshots/${free?._id}`)).status).toBe(202);
    expect(await items('/snapshots')).toHaveLength(9);
    // One that nothing leads to any more can go.
    for (const { _id } of await items('/endpoints')) await ask('PATCH', `/endpoints/${_id}`, { entrypoint: PROJECT });
    expect((await ask('DELETE', `/snapshots/${attached._id}`)).status).toBe(202);
  });

  it('are made by tasks, which take their time', async () => {
    const world = project({ task_steps: 3 });
    const task = (await make(world, 'Before')).body._id;
    const state = async () => (await world.ask('GET', `/tasks/${task}`)).body;
    expect(await state()).toMatchObject({ status: 'queued', currentStep: 0, totalStep: 3 });
    world.clock.now += 500;
    expect(await state()).toMatchObject({ status: 'active', currentStep: 1 });
    expect(await world.items('/snapshots')).toHaveLength(1);
    world.clock.now += 1_000;
    expect(await state()).toMatchObject({ status: 'done', currentStep: 3 });
    expect(await world.items('/snapshots')).toHaveLength(2);
    expect((await world.ask('GET', '/tasks/none')).status).toBe(404);
  });
});

describe('an AI agent', () => {
  it('has a name of its own, and no member that the platform makes', async () => {
    const { ask, items } = project();
    const body = { projectId: PROJECT, name: 'Sunny', instructions: 'Be sunny.' };
    expect((await ask('POST', '/aiagents/validatename', { name: 'Sunny' })).status).toBe(200);
    expect(await ask('POST', '/aiagents', body)).toMatchObject({ status: 201, body: { name: 'Sunny' } });
    expect((await ask('POST', '/aiagents', body)).status).toBe(409);
    expect((await ask('POST', '/aiagents/validatename', { name: 'Sunny' })).status).toBe(409);
    expect((await ask('POST', '/aiagents', { ...body, name: 'Other', _id: 'x' })).status).toBe(400);
    const sunny = (await items('/aiagents')).at(-1);
    expect((await ask('PATCH', `/aiagents/${sunny?._id}`, { lastChanged: 1 })).status).toBe(400);
    expect((await ask('DELETE', `/aiagents/${sunny?._id}`)).status).toBe(204);
    expect((await ask('GET', `/aiagents/${sunny?._id}`)).status).toBe(404);
  });
});

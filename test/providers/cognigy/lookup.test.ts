/** The project that requests name, and what it holds by name; asked for once and kept for a while. */
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import { createApi } from '../../../src/providers/cognigy/api.ts';
import { ENDPOINTS } from '../../../src/providers/cognigy/endpoints.ts';
import { createLookup } from '../../../src/providers/cognigy/lookup.ts';
import { createProject } from '../../../src/providers/cognigy/project.ts';
import { httpOf } from './fake-http.ts';

const { signal } = new AbortController();
const { listFlows, listModels } = ENDPOINTS;
const listed = (id?: string, name?: string) => ({
  items: id === undefined ? [] : [{ _id: id, referenceId: `ref-${id}`, name }],
  total: id === undefined ? 0 : 1,
});
const refused = (kind: 'forbidden' | 'not_found' | 'vendor_error' | 'invalid_input', status: number) =>
  new Problem(kind, 'no', { vendor: { status } });

interface Host {
  projects?: () => unknown;
  flows?: () => unknown;
  /** Models that can converse. */
  fitting?: () => unknown;
  now?: () => number;
}

/** A host with one project and one flow that notes what it is asked: kind, project and use. */
function host({ projects, flows, fitting, now = Date.now }: Host = {}, configured?: string) {
  const asked: string[] = [];
  const http = httpOf(({ path, query: { projectId, useCase } = {} }) => {
    const kind = path.split('/').at(-1);
    asked.push([kind, projectId, useCase].filter(Boolean).join(' '));
    if (kind === 'projects') return projects ? projects() : listed('p1', 'Only');
    if (kind === 'flows' && flows) return flows();
    return useCase && fitting ? fitting() : listed('f1', 'Main');
  });
  const project = createProject(createApi(http), configured);
  return { asked, lookup: createLookup(createApi(http, project), project, now) };
}

describe('the project', () => {
  it('goes out as it is when it is an id', async () => {
    const id = '683ef2a378a878cc6550f78b';
    const { asked, lookup } = host({}, id);
    expect(await lookup.project(signal)).toBe(id);
    expect(asked).toEqual([]);
  });

  it('is found by name or reference', async () => {
    expect(await host({}, 'only').lookup.project(signal)).toBe('p1');
    expect(await host({}, 'ref-p1').lookup.project(signal)).toBe('p1');
    await expect(host({}, 'other').lookup.project(signal)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it.each([
    ['forbidden', 403],
    ['not_found', 404],
  ] as const)('is taken at its word where projects may not be listed (%s)', async (kind, status) => {
    const closed = { projects: () => Promise.reject(refused(kind, status)) };
    expect(await host(closed, 'mine').lookup.project(signal)).toBe('mine');
    await expect(host(closed).lookup.project(signal)).rejects.toMatchObject({ kind });
  });

  it('is asked for again after a failure, and only then', async () => {
    let fail = true;
    const { asked, lookup } = host({
      projects: () => (fail ? Promise.reject(refused('vendor_error', 500)) : listed('p1', 'Only')),
    });
    await expect(lookup.project(signal)).rejects.toMatchObject({ kind: 'vendor_error' });
    fail = false;
    expect(await Promise.all([lookup.project(signal), lookup.project(signal)])).toEqual(['p1', 'p1']);
    expect(asked).toEqual(['projects', 'projects']);
  });

  it('ends with the client: a look-up that was shared is not repeated for ever', async () => {
    const closed = new Problem('cancelled', 'This server is shutting down');
    const { asked, lookup } = host({ projects: () => Promise.reject(closed) });
    const both = await Promise.allSettled([lookup.project(signal), lookup.project(signal)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked.length).toBeLessThanOrEqual(2);
  });
});

describe('what a project holds', () => {
  it('is kept for a minute', async () => {
    let now = 0;
    const { asked, lookup } = host({ now: () => now });
    await lookup.named(listFlows, signal);
    now = 59_000;
    await lookup.named(listFlows, signal);
    expect(asked).toEqual(['projects', 'flows p1']);
    now = 61_000;
    await lookup.named(listFlows, signal);
    expect(asked).toHaveLength(3);
  });

  it('is not kept when it could not be read', async () => {
    let fail = true;
    const { lookup } = host({
      flows: () => (fail ? Promise.reject(refused('forbidden', 403)) : listed('f1', 'Main')),
      now: () => 0,
    });
    await expect(lookup.named(listFlows, signal)).rejects.toMatchObject({ kind: 'forbidden' });
    fail = false;
    expect((await lookup.named(listFlows, signal)).items).toHaveLength(1);
  });

  it('asks for models that can converse, and for all where there is no such use', async () => {
    const { asked, lookup } = host({}, 'only');
    await lookup.named(listModels, signal);
    expect(asked.at(-1)).toBe('largelanguagemodels p1 gptConversation');
    for (const fitting of [() => listed(), () => Promise.reject(refused('invalid_input', 400))]) {
      const strict = host({ fitting }, 'only');
      expect((await strict.lookup.named(listModels, signal)).items).toHaveLength(1);
      expect(strict.asked.at(-1)).toBe('largelanguagemodels p1');
    }
    const broken = host({ fitting: () => Promise.reject(refused('vendor_error', 500)) }, 'only');
    await expect(broken.lookup.named(listModels, signal)).rejects.toMatchObject({ kind: 'vendor_error' });
  });
});

describe('a flow', () => {
  it.each([
    ['f1', 'Main'],
    ['ref-f1', 'Main'],
    ['unknown', 'unknown'],
  ])('%s is %s, and has one reference', async (id, name) => {
    const flow = (await host().lookup.flows(signal))(id);
    expect(flow).toMatchObject({ name, reference: name === 'Main' ? 'ref-f1' : id });
  });

  it('is a courtesy: without the right to list flows the id stands for it', async () => {
    const closed = host({ flows: () => Promise.reject(refused('forbidden', 403)) });
    expect((await closed.lookup.flows(signal))('f1').name).toBe('f1');
    const ended = AbortSignal.abort();
    const cancelled = host({ flows: () => Promise.reject(new Problem('cancelled', 'no')) });
    await expect(cancelled.lookup.flows(ended)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

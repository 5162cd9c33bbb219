/** What every request carries, and answers that are not what was asked for. */
import { describe, expect, it } from 'vitest';
import type { VendorRequest } from '../../../src/http/types.ts';
import { Problem } from '../../../src/model/problem.ts';
import { createApi } from '../../../src/providers/cognigy/api.ts';
import { ENDPOINTS } from '../../../src/providers/cognigy/endpoints.ts';
import { problemOf } from '../../support/problem-of.ts';
import { httpOf } from './fake-http.ts';

const { signal } = new AbortController();
const PLACE = { offset: 0, size: 10 };

/** The API over answers of one's own, and what it was asked. */
function over(answer: (request: VendorRequest) => unknown, project: string | undefined = 'p') {
  const asked: VendorRequest[] = [];
  const http = httpOf((request) => {
    asked.push(request);
    return answer(request);
  });
  return { asked, api: createApi(http, project === undefined ? undefined : async () => project) };
}

describe('a list', () => {
  it.each([
    ['text', 'unreadable'],
    [{ message: 'no' }, 'unreadable'],
    [undefined, 'unreadable'],
    [{ data: {} }, 'unreadable'],
    [{ data: null }, 'unreadable'],
    [{ data: null, pagination: { total: 1 } }, 'unreadable'],
    [{ data: [], success: false }, 'vendor_error'],
    [{ data: [], status: 500, title: 'x' }, 'vendor_error'],
    [{ title: 'x', detail: 'y' }, 'vendor_error'],
  ])('is not %j', async (body, kind) => {
    const list = over(() => body).api.list(ENDPOINTS.listScenarios, { signal });
    expect((await problemOf(list.fetch(PLACE))).kind).toBe(kind);
  });

  it('is asked for by skip, or by the cursor that a page handed out', async () => {
    const { api, asked } = over(() => ({ data: [] }));
    const list = api.list(ENDPOINTS.listScenarios, { query: { filter: 'x' }, signal }, 500);
    expect(list.size).toBe(100);
    await list.fetch({ offset: 20, size: 10 });
    await list.fetch({ offset: 0, size: 10, token: 't' });
    expect(asked.map(({ query }) => query)).toEqual([
      { projectId: 'p', filter: 'x', limit: 10, skip: 20 },
      { projectId: 'p', filter: 'x', limit: 10, next: 't' },
    ]);
  });

  it('of scenarios that is not there speaks of the project or of the Simulator, one of batches of itself', async () => {
    const { api } = over(() => Promise.reject(new Problem('not_found', 'no', { vendor: { status: 404 } })));
    const scenarios = await problemOf(api.list(ENDPOINTS.listScenarios, { signal }).fetch(PLACE));
    expect(scenarios).toMatchObject({
      kind: 'not_found',
      details: { next: expect.stringContaining('COGNIGY_PROJECT_ID') },
    });
    const batches = api.list(ENDPOINTS.listBatches, { params: { simulationReference: 's' }, signal });
    expect((await problemOf(batches.fetch(PLACE))).message).toBe('no');
  });
});

describe('an order', () => {
  const ordered = (status: number) => {
    const refusal = new Problem('invalid_input', 'no', { vendor: { status } });
    const { api, asked } = over(({ query }) => (query?.sort ? Promise.reject(refusal) : { data: [] }));
    const list = api.list(ENDPOINTS.listScenarios, { query: { sort: 'name:asc' }, signal });
    return { list, asked, refusal, sorts: () => asked.map(({ query }) => query?.sort) };
  };

  it.each([400, 422])('that is refused (%i) is left out, and not asked for again', async (status) => {
    const { list, sorts } = ordered(status);
    await list.fetch(PLACE);
    await list.fetch(PLACE);
    expect(sorts()).toEqual(['name:asc', undefined, undefined]);
  });

  it('is not what another error is about', async () => {
    const { list, sorts, refusal } = ordered(500);
    await expect(list.fetch(PLACE)).rejects.toBe(refusal);
    expect(sorts()).toEqual(['name:asc']);
  });
});

describe('the project', () => {
  it('is named in every query, but by whoever looks for it', async () => {
    const { api, asked } = over(() => ({ id: 'x' }));
    await api.one(ENDPOINTS.getScenario, { params: { simulationReference: 's' }, signal });
    expect(asked[0]?.query).toEqual({ projectId: 'p' });
    const without = over(() => ({ items: [] }), '');
    await createApi(httpOf((request) => without.asked.push(request) && { items: [] }))
      .list(ENDPOINTS.listProjects, { signal })
      .fetch(PLACE);
    expect(without.asked[0]?.query).toEqual({ limit: 10, skip: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { whole } from '../../../src/model/coverage.ts';
import { isProblem, Problem } from '../../../src/model/problem.ts';
import { choose, createDirectory, toThing } from '../../../src/providers/cognigy/directory.ts';
import type { MainApi, NamedList } from '../../../src/providers/cognigy/main-api.ts';
import { namedReader, type WireNamed } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const { signal } = new AbortController();
const named = (id: string, name: string): WireNamed =>
  mustRead(namedReader, { _id: id, referenceId: `ref-${id}`, name });
const listed = (...items: WireNamed[]): NamedList => ({ items, coverage: whole(items.length) });
const refused = (kind: 'forbidden' | 'not_found' | 'vendor_error', status: number) =>
  new Problem(kind, 'no', { vendor: { status } });

/** A main API that counts what it is asked. */
function api(over: Partial<MainApi> = {}) {
  const asked: string[] = [];
  const made: MainApi = {
    projects: async () => {
      asked.push('projects');
      return listed(named('p1', 'Only'));
    },
    all: async (kind, project, _signal, query) => {
      asked.push([kind, project, ...Object.values(query ?? {})].join(' '));
      return listed(named('f1', 'Main'));
    },
    ...over,
  };
  return { asked, api: made };
}

describe('the project', () => {
  it('goes out as it is when it is an id', async () => {
    const { asked, api: main } = api();
    const id = '683ef2a378a878cc6550f78b';
    expect(await createDirectory(main, id, Date.now).project(signal)).toBe(id);
    expect(asked).toEqual([]);
  });

  it('is found by name or reference', async () => {
    const { api: main } = api();
    expect(await createDirectory(main, 'only', Date.now).project(signal)).toBe('p1');
    expect(await createDirectory(main, 'ref-p1', Date.now).project(signal)).toBe('p1');
    await expect(createDirectory(main, 'other', Date.now).project(signal)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it.each([
    ['forbidden', 403],
    ['not_found', 404],
  ] as const)('is taken at its word where projects may not be listed (%s)', async (kind, status) => {
    const { api: main } = api({ projects: () => Promise.reject(refused(kind, status)) });
    expect(await createDirectory(main, 'mine', Date.now).project(signal)).toBe('mine');
    await expect(createDirectory(main, undefined, Date.now).project(signal)).rejects.toMatchObject({ kind });
  });

  it('is asked for again after a failure, and only then', async () => {
    let fail = true;
    const { asked, api: main } = api();
    const flaky: MainApi = {
      ...main,
      projects: (given) => (fail ? Promise.reject(refused('vendor_error', 500)) : main.projects(given)),
    };
    const directory = createDirectory(flaky, undefined, Date.now);
    await expect(directory.project(signal)).rejects.toMatchObject({ kind: 'vendor_error' });
    fail = false;
    expect(await Promise.all([directory.project(signal), directory.project(signal)])).toEqual(['p1', 'p1']);
    expect(asked).toEqual(['projects']);
  });

  it('ends with the client: a look-up that was shared is not repeated for ever', async () => {
    const closed = new Problem('cancelled', 'This server is shutting down');
    let asked = 0;
    const { api: main } = api({
      projects: () => {
        asked += 1;
        return Promise.reject(closed);
      },
    });
    const directory = createDirectory(main, undefined, Date.now);
    const both = await Promise.allSettled([directory.project(signal), directory.project(signal)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toBeLessThanOrEqual(2);
  });
});

describe('what a project holds', () => {
  it('is kept for a minute', async () => {
    let now = 0;
    const { asked, api: main } = api();
    const directory = createDirectory(main, undefined, () => now);
    await directory.all('flows', signal);
    now = 59_000;
    await directory.all('flows', signal);
    expect(asked).toEqual(['projects', 'flows p1']);
    now = 61_000;
    await directory.all('flows', signal);
    expect(asked).toHaveLength(3);
  });

  it('is not kept when it could not be read', async () => {
    let fail = true;
    const { api: main } = api();
    const flaky: MainApi = {
      ...main,
      all: (...given) => (fail ? Promise.reject(refused('forbidden', 403)) : main.all(...given)),
    };
    const directory = createDirectory(flaky, undefined, () => 0);
    await expect(directory.all('flows', signal)).rejects.toMatchObject({ kind: 'forbidden' });
    fail = false;
    expect((await directory.all('flows', signal)).items).toHaveLength(1);
  });

  it('asks for models that can converse, and for all where there is no such use', async () => {
    const { asked, api: main } = api();
    await createDirectory(main, 'only', Date.now).all('largelanguagemodels', signal);
    expect(asked.at(-1)).toBe('largelanguagemodels p1 gptConversation');
    for (const narrow of [
      () => Promise.resolve(listed()),
      () => Promise.reject(new Problem('invalid_input', 'no', { vendor: { status: 400 } })),
    ]) {
      const strict: MainApi = { ...main, all: (...given) => (given[3] ? narrow() : main.all(...given)) };
      const { items } = await createDirectory(strict, 'only', Date.now).all('largelanguagemodels', signal);
      expect(items).toHaveLength(1);
    }
    const broken: MainApi = { ...main, all: () => Promise.reject(refused('vendor_error', 500)) };
    await expect(createDirectory(broken, 'only', Date.now).all('largelanguagemodels', signal)).rejects.toMatchObject({
      kind: 'vendor_error',
    });
  });
});

describe('the name of a flow', () => {
  it.each([
    ['f1', 'Main'],
    ['ref-f1', 'Main'],
    ['unknown', 'unknown'],
  ])('%s is %s', async (id, name) => {
    expect((await createDirectory(api().api, undefined, Date.now).flowNames(signal))(id)).toBe(name);
  });

  it('is a courtesy: without the right to list flows the id stands for it', async () => {
    const { api: main } = api({ all: () => Promise.reject(refused('forbidden', 403)) });
    expect((await createDirectory(main, undefined, Date.now).flowNames(signal))('f1')).toBe('f1');
    const ended = AbortSignal.abort();
    const cancelled: MainApi = { ...main, all: () => Promise.reject(new Problem('cancelled', 'no')) };
    await expect(createDirectory(cancelled, undefined, Date.now).flowNames(ended)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

describe('choosing among what could be listed', () => {
  it.each([
    [
      { _id: 'a', referenceId: 'r', name: 'n' },
      { name: 'n', id: 'a', reference: 'r', aliases: ['r'] },
    ],
    [
      { id: 'a', name: 'n' },
      { name: 'n', id: 'a', reference: 'a', aliases: ['a'] },
    ],
    [{ referenceId: 'r' }, { name: 'r', id: 'r', reference: 'r', aliases: ['r'] }],
    [{ name: 'n' }, undefined],
  ])('%j has both forms of id', (wire, thing) => {
    expect(toThing(mustRead(namedReader, wire))).toEqual(thing);
  });

  it('says so where not all could be, and only there', () => {
    const things = [named('f1', 'Main'), named('f2', 'Billing')].flatMap((wire) => toThing(wire) ?? []);
    const about = { platform: { id: 'cognigy', label: 'Cognigy' }, what: 'flow', pass: '`agent`' };
    const next = (complete: boolean, wanted = 'Sales') => {
      try {
        choose(things, { complete, read: 2 }, wanted, about);
      } catch (error) {
        if (isProblem(error)) return [error.kind, error.details.next];
      }
      throw new Error('Nothing was thrown.');
    };
    expect(next(true)).toEqual(['not_found', expect.not.stringContaining('Not all')]);
    expect(next(false)).toEqual(['not_found', expect.stringMatching(/`agent`\. Not all flows could be listed/)]);
    for (const wanted of ['ref-f2', 'f2', ' billing '])
      expect(choose(things, { complete: false, read: 2 }, wanted, about).name).toBe('Billing');
    expect(choose(things, { complete: true, read: 2 }, 'bill', about).name).toBe('Billing');
    expect(next(false, 'bill')).toEqual(['not_found', expect.stringContaining('Not all flows could be listed')]);
  });
});

/** The starts that a campaign wants, over all platforms, and how each is told in a request, and in the journal. */
import { isSameValue } from '../../src/model/hidden.ts';
import type { Entry } from '../../src/starting/journal-entry.ts';
import type { Connected } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import type { StartRequest } from './front.ts';

export interface Want {
  name: string;
  provider: Platform;
  args: Record<string, unknown>;
  keyed: boolean;
}

/** Platform by index: of four wants in a row each goes to another one. */
const PLATFORMS = ['synthflow', 'coval', 'cognigy', 'futureagi'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Tests of the sandbox that wants are made of. */
export interface Offered {
  cases: Record<Platform, string[]>;
  /** The run test of Future AGI with the most scenarios, and these. */
  run_test: string;
  scenarios: string[];
}

export async function lookAround(server: Connected): Promise<Offered> {
  const tests = async (args: Record<string, unknown>) =>
    list(at((await server.call('list_tests', { limit: 100, ...args })).data, 'tests'));
  const casesOf = async (provider: Platform) =>
    (await tests({ provider, kind: 'case' })).map((one) => text(at(one, 'ref')));
  const [synthflow, coval, cognigy, futureagi] = await Promise.all([
    casesOf('synthflow'),
    casesOf('coval'),
    casesOf('cognigy'),
    casesOf('futureagi'),
  ]);
  const size = (suite: unknown) => Number(at(suite, 'cases'));
  const [largest] = (await tests({ provider: 'futureagi', kind: 'suite' })).sort((a, b) => size(b) - size(a));
  return {
    cases: { synthflow, coval, cognigy, futureagi },
    run_test: text(at(largest, 'ref')),
    scenarios: futureagi.map((ref) => ref.slice('futureagi/case/'.length)),
  };
}

/** Every fifth has no key. */
export function wantsOf(count: number, { cases, run_test, scenarios }: Offered): Want[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `want-${index}`;
    const provider = PLATFORMS[index % PLATFORMS.length] ?? 'synthflow';
    const test = cases[provider][index % cases[provider].length];
    // A start at Future AGI carries no word of the caller's: each want is another choice of scenarios.
    const marked: Record<Platform, Want['args']> = {
      synthflow: { test, variables: { want: name } },
      coval: { test, persona: 'Relaxed regular patient', provider_options: { customer: { want: name } } },
      cognigy: { test, name },
      futureagi: { test: run_test, cases: choiceOf(scenarios, Math.floor(index / PLATFORMS.length)) },
    };
    const keyed = index % 5 !== 0;
    return { name, provider, keyed, args: { ...marked[provider], ...(keyed ? { key: name } : {}) } };
  });
}

/** One of the pairs of `ids`, then one of the threes: equal for no two numbers. Throws where there are no more. */
export function choiceOf(ids: readonly string[], number: number): string[] {
  let left = number;
  for (const [first, a] of ids.entries()) {
    const pairs = ids.length - first - 1;
    if (left < pairs) return [a, ids[first + 1 + left] ?? ''];
    left -= pairs;
  }
  for (const [first, a] of ids.entries())
    for (const [second, b] of ids.entries()) {
      if (second <= first) continue;
      const threes = ids.length - second - 1;
      if (left < threes) return [a, b, ids[second + 1 + left] ?? ''];
      left -= threes;
    }
  throw new Error('The sandbox has too few scenarios for so many wants.');
}

export interface Teller {
  /** The want that a request starts; undefined for any other request. */
  inRequest(request: StartRequest): string | undefined;
  /** The want that a claim is for. */
  inJournal(entry: Pick<Entry, 'provider' | 'body'>): string | undefined;
}

export function tellerOf(wants: readonly Want[]): Teller {
  const keyOf = (ids: readonly unknown[]) => [...ids].map(String).sort().join(' ');
  const byChoice = new Map(
    wants.flatMap(({ provider, name, args }) =>
      provider === 'futureagi' && Array.isArray(args.cases) ? [[keyOf(args.cases), name]] : [],
    ),
  );
  const chosenIn = (body: unknown) => {
    const ids = typeof body === 'object' && body !== null ? at(body, 'scenario_ids') : undefined;
    return Array.isArray(ids) ? byChoice.get(keyOf(ids)) : undefined;
  };
  return {
    inRequest: ({ method, body }) =>
      method === 'POST' ? (/want-\d+/.exec(JSON.stringify(body) ?? '')?.[0] ?? chosenIn(body)) : undefined,
    inJournal: ({ provider, body }) =>
      provider === 'futureagi'
        ? chosenIn(body)
        : wants.find((want) => want.provider === provider && holds(body, want.name))?.name,
  };
}

/** Whether a body has the value somewhere: what a caller passed stands there so that it can only be recognised. */
function holds(body: unknown, value: string): boolean {
  if (typeof body !== 'object' || body === null) return isSameValue(body, value);
  return Object.values(body).some((member) => holds(member, value));
}

/** The recipes hold: every call of each is made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { readingOffers } from '../support/next-calls.ts';
import { ROOT } from '../support/root.ts';

const recipes = readFileSync(join(ROOT, 'docs/recipes.md'), 'utf8');

const sections = recipes.split(/^## /m).slice(1);
const recipe = (title: string) => {
  const found = sections.find((section) => section.startsWith(title));
  return (/```text\n([\s\S]+?)```/.exec(text(found))?.[1] ?? '').trim().split('\n');
};

let server: Connected;
beforeAll(async () => {
  server = await connect({ args: ['serve', '--sandbox', '--speed', '300', '--confirm-above', '20'] });
});
afterAll(() => server.close());

/** Makes a recipe's calls, one after the other, with what earlier answers gave for its `<words>`. */
async function follow(title: string, known: Record<string, string>) {
  let last: Record<string, unknown> = {};
  for (const line of recipe(title)) {
    const [tool = '', ...words] = line.split(/\s+(?=\w+=)/);
    const args = Object.fromEntries(
      words.map((word) => {
        const [name = '', value = ''] = word.split('=');
        return [name, value.replace(/<([^>]+)>/, (_, placeholder: string) => text(known[placeholder]))];
      }),
    );
    const answer = await server.call(tool, args);
    expect(answer, line).toMatchObject({ isError: false });
    last = answer.data;
    if (tool === 'list_sessions') known.session ??= text(at(list(last.sessions)[0], 'ref'));
    if (tool === 'get_session') known.run ??= text(at(list(last.failed_runs)[0], 'ref'));
    if (tool === 'list_failures') known.modes ??= JSON.stringify(named(list(last.failures)));
    if (tool === 'start_simulation' && last.outcome === 'started') {
      const names = 'agent' in args && known.first === undefined ? 'first' : 'agent' in args ? 'second' : 'started';
      known[names] = text(last.session);
    }
    if (tool === 'wait_for_session') expect(last.done).toBe(true);
  }
  return last;
}

/** What somebody might name of lines: the first two as one mode. */
const named = (lines: readonly unknown[]) => [
  {
    title: 'A mode',
    definition: 'What the first two have in common.',
    failures: lines.slice(0, 2).map((line) => at(line, 'id')),
  },
];

/** A session of a platform that failed, and its test. */
async function failed(provider: string) {
  const { data } = await server.call('list_sessions', { provider, limit: 1 });
  const [session] = list(data.sessions);
  return { session: text(at(session, 'ref')), test: text(at(session, 'test')) };
}

describe('the recipes', () => {
  it('say why last night failed', async () => {
    const transcript = await follow('Why did last night fail?', {});
    expect(list(transcript.turns).length).toBeGreaterThan(0);
  });

  it.each(['Fix and prove', 'Gate a change'])('work on a suite: %s', async (title) => {
    const compared = await follow(title, await failed('synthflow'));
    // The sandbox's agent was not edited.
    expect(compared.verdict).toBe('no clear difference');
    const counts = at(at(compared, 'after'), 'counts');
    expect([at(counts, 'pending'), at(counts, 'error')]).toEqual([undefined, undefined]);
    expect(list(at(compared.modes, 'new'))).toEqual([]);
  });

  it('say what is new since last week', async () => {
    const unread = await follow('What is new since last week?', await failed('coval'));
    expect(unread.distinct).toBe(list(unread.failures).length);
  });

  it('compare two agents', async () => {
    const { test } = await failed('cognigy');
    const agents = { agent: 'Bright Harbor Dental receptionist', 'other agent': 'Bright Harbor Dental urgent line' };
    const compared = await follow('Compare two agents', { test, ...agents });
    expect(at(compared.compared_before, 'judged')).toBe(2);
  });

  it('are all of them tested here', () => {
    expect(sections.map((section) => section.split('\n')[0])).toEqual([
      'Why did last night fail?',
      'What is new since last week?',
      'Share the modes with the team',
      'Fix and prove',
      'Gate a change',
      'Compare two agents',
    ]);
  });

  it('name arguments that exist, in their notes as well', async () => {
    const { tools } = await server.client.listTools();
    for (const [, name = '', argument] of recipes.matchAll(/\b([a-z]+_[a-z_]+) (\w+)=/g)) {
      const tool = tools.find((one) => one.name === name);
      expect(Object.keys(tool?.inputSchema.properties ?? {}), `${name} ${argument}`).toContain(argument);
    }
  });

  it('offered next steps that are calls, and those that read work as they stand', async () => {
    const { made, faults } = await readingOffers(server);
    expect(faults).toEqual([]);
    expect(made).toBeGreaterThan(10);
  });
});

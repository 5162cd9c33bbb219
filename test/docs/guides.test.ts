/** The hand-written guides hold: every call of a recipe is made, every quoted message stands in the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config.ts';
import { type Connected, connect, ROOT } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const recipes = read('docs/recipes.md');
const troubles = read('docs/troubleshooting.md');

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
    if (tool === 'start_simulation' && last.outcome === 'started') {
      const names = 'agent' in args && known.first === undefined ? 'first' : 'agent' in args ? 'second' : 'started';
      known[names] = text(last.session);
    }
    if (tool === 'wait_for_session') expect(last.done).toBe(true);
  }
  return last;
}

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
    expect(at(at(compared, 'after'), 'counts')).toMatchObject({ pending: 0, error: 0 });
    expect(list(at(compared.clusters, 'new'))).toEqual([]);
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
});

describe('the troubleshooting guide', () => {
  const code = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join('src', file)))
    .join('\n');

  it('quotes what the code says', () => {
    const quotes = [...troubles.matchAll(/^\*\*.*?"([^"]+)"/gm)].map(([, quote = '']) => quote);
    expect(quotes.length).toBeGreaterThan(6);
    for (const part of quotes.flatMap((quote) => quote.split(/…|\d+(?= s\b)/)))
      expect(code.includes(part.trim()), part).toBe(true);
  });

  it.each([
    ['recipes', recipes],
    ['troubleshooting', troubles],
  ])('names only settings that exist: %s', (_, guide) => {
    const known = [...SETTINGS.map((setting) => setting.name), 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY'];
    for (const [name] of guide.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) expect(known).toContain(name);
  });

  it('is found from the README, as the recipes are', () => {
    expect(read('README.md')).toContain('(docs/recipes.md)');
    expect(read('README.md')).toContain('(docs/troubleshooting.md)');
  });
});

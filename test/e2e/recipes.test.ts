/** The recipes hold: every call of each is made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { readingOffers } from '../support/next-calls.ts';
import { NEEDED_TO_START } from '../support/platforms.ts';
import { ROOT } from '../support/root.ts';

const recipes = readFileSync(join(ROOT, 'docs/recipes.md'), 'utf8');

const sections = recipes.split(/^## /m).slice(1);
const recipe = (title: string) => {
  const found = sections.find((section) => section.startsWith(title));
  return (/```text\n([\s\S]+?)```/.exec(text(found))?.[1] ?? '').trim().split('\n');
};

let server: Connected;
/** Another one, on which copies are made and discarded: what it offered is not there for long. */
let trying: Connected;
beforeAll(async () => {
  const options = {
    args: ['serve', '--sandbox', '--speed', '300', '--confirm-above', '20'],
    // A person is there, and says yes.
    elicit: () => 'accept' as const,
  };
  [server, trying] = await Promise.all([connect(options), connect(options)]);
});
afterAll(() => Promise.all([server.close(), trying.close()]));

/** Makes a recipe's calls, one after the other, with what earlier answers gave for its `<words>`. */
async function follow(title: string, known: Record<string, string>, on = server) {
  let last: Record<string, unknown> = {};
  for (const line of recipe(title)) {
    const [tool = '', ...words] = line.split(/\s+(?=\w+=)/);
    const args = Object.fromEntries(
      words.map((word) => {
        const [name = '', value = ''] = word.split('=');
        return [name, value.replace(/<([^>]+)>/, (_, placeholder: string) => text(known[placeholder]))];
      }),
    );
    const needed = tool === 'start_simulation' ? NEEDED_TO_START[text(known.test).split('/')[0] ?? ''] : {};
    const answer = await on.call(tool, { ...needed, ...args });
    expect(answer, line).toMatchObject({ isError: false });
    last = answer.data;
    if (tool === 'list_sessions') known.session ??= text(at(list(last.sessions)[0], 'ref'));
    if (tool === 'get_session') known.run ??= text(at(list(last.failed_runs)[0], 'ref'));
    if (tool === 'list_failures') known.modes ??= JSON.stringify(named(list(last.failures)));
    if (tool === 'start_simulation' && last.outcome === 'started') {
      const ofTwo = known.first === undefined ? 'first' : 'second';
      const names = 'other agent' in known ? ofTwo : 'started';
      known[names] = text(last.session);
    }
    if (tool === 'wait_for_session') expect(last.done).toBe(true);
    if (tool === 'get_agent') known.edits ??= JSON.stringify([edited(last.agent)]);
    if (tool === 'propose_agent_change') known.change = text(last.change);
    if (tool === 'apply_agent_change') {
      outcomes.push([text(last.target), text(last.outcome)]);
      if (last.target === 'copy' || last.target === 'draft') known[text(last.target)] = text(last.agent);
    }
    if (tool === 'revert_agent_change') outcomes.push([`${text(last.target)} back`, text(last.outcome)]);
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

/** What applying and taking back came to, in their order. */
const outcomes: [target: string, outcome: string][] = [];
beforeEach(() => void outcomes.splice(0));

/** A rule more, behind the last line of the first text of an agent that can be changed. */
function edited(agent: unknown) {
  const part = list(at(agent, 'parts')).find((one) => at(one, 'form') !== 'json' && at(one, 'fixed') === undefined);
  const shown = at(part, 'omitted') === undefined ? text(at(part, 'text')).trimEnd().split('\n') : [];
  const last = shown.at(-1) ?? '- End the call as soon as the first request is done.';
  return { part: at(part, 'id'), old: last, new: `${last}\n- Thank the caller.` };
}

/** A session of a platform that failed, and its test. */
async function failed(provider: string, on = server) {
  const { data } = await on.call('list_sessions', { provider, limit: 1 });
  const [session] = list(data.sessions);
  return { session: text(at(session, 'ref')), test: text(at(session, 'test')) };
}

/** The same, with an agent of that platform: one that the platform runs itself, or one of which it has a record. */
async function ofAgent(provider: string, { ownership = 'platform', on = server } = {}) {
  const known = await failed(provider, on);
  const { agents } = (await on.call('list_agents', { provider })).data;
  const agent = text(
    at(
      list(agents).find((one) => at(one, 'ownership') === ownership),
      'ref',
    ),
  );
  return { ...known, agent, evidence: JSON.stringify([known.test]) };
}

describe('the recipes', () => {
  it('say why last night failed', async () => {
    const transcript = await follow('Why did last night fail?', {});
    expect(list(transcript.turns).length).toBeGreaterThan(0);
  });

  it('fix and prove, and take back', async () => {
    const reverted = await follow('Fix and prove', await ofAgent('synthflow'));
    expect(reverted.verified).toBe(true);
    expect(outcomes).toEqual([
      ['live', 'saved'],
      ['live back', 'saved'],
    ]);
  });

  it.each(['cognigy', 'coval'])('try a change on a copy: %s', async (provider) => {
    await follow('Try a change on a copy', await ofAgent(provider, { on: trying }), trying);
    expect(outcomes).toEqual([
      ['copy', 'saved'],
      ['live', 'saved'],
      ['live back', 'saved'],
      ['copy back', 'saved'],
    ]);
  });

  it('try a change on a draft', async () => {
    const { agent } = await ofAgent('futureagi');
    const { tests } = (await server.call('list_tests', { provider: 'futureagi', kind: 'suite' })).data;
    const refs = list(tests).map((one) => text(at(one, 'ref')));
    const read = await Promise.all(refs.map(async (test) => (await server.call('get_test', { test })).data.test));
    const test = text(refs[read.findIndex((one) => at(one, 'agent_ref') === agent)]);
    const session = text((await server.call('start_simulation', { test, key: 'last night' })).data.session);
    await server.call('wait_for_session', { session });
    await follow('Try a change on a draft', { agent, test, session, evidence: JSON.stringify([test]) });
    expect(outcomes).toEqual([
      ['draft', 'saved'],
      ['live', 'saved'],
      ['live back', 'saved'],
    ]);
  });

  it.each(['coval', 'futureagi'])('leave an agent alone that lives elsewhere: %s', async (provider) => {
    const refused = await follow(
      'An agent that lives elsewhere',
      await ofAgent(provider, { ownership: 'record_of_external' }),
    );
    expect(outcomes).toEqual([['live', 'refused']]);
    expect(text(refused.lives_at).length).toBeGreaterThan(0);
  });

  it('gate a change', async () => {
    const compared = await follow('Gate a change', await failed('synthflow'));
    // The sandbox's agent is what it was.
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
      'Try a change on a copy',
      'Try a change on a draft',
      'An agent that lives elsewhere',
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

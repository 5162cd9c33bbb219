/** Agents read from the dialect: two kinds, told apart, in parts, without credentials and without making anything. */
import { describe, expect, it } from 'vitest';
import { memberAt } from '../../../src/providers/shared/agent-parts.ts';
import {
  DEFINITION_HEADER,
  DEFINITION_KEY,
  PROMPT_EVALUATION,
  PROMPT_METADATA,
  PROMPT_TOOL,
} from '../../../src/sandbox/dialects/futureagi/canaries.ts';
import { definitionIdOf } from '../../../src/sandbox/dialects/futureagi/definition-store.ts';
import { EMPTY_TEMPLATE_ID, TEMPLATE_ID } from '../../../src/sandbox/dialects/futureagi/prompt-store.ts';
import { problemOf } from '../../support/problem-of.ts';
import { agentBench, idsOf, open, PROMPT, send, textOf, write } from './agents-world.ts';
import { type Bench, bench, has, raw } from './harness.ts';

const list = (one: Bench, query = {}) => has(one.provider.agents).list({ limit: 20, ...query }, one.call);
const definitionOf = (one: Bench) => one.engine.agents.map(definitionIdOf)[0] ?? '';

describe('a list of agents', () => {
  it('tells prompt templates and agent definitions apart', async () => {
    const one = await bench();
    const { items, coverage } = await list(one);
    expect(coverage.complete).toBe(true);
    expect(items.map(({ ref, ownership, type }) => [ref.split('/')[2]?.split('~').length, ownership, type])).toEqual([
      [2, 'platform', 'prompt'],
      [2, 'platform', 'prompt'],
      [1, 'record_of_external', 'voice'],
      [1, 'record_of_external', 'voice'],
    ]);
    const found = await list(one, { search: 'urgent' });
    expect(found.items.map(({ name }) => name)).toEqual(['Bright Harbor Dental urgent line']);
    for (const { ref, name } of items) expect((await open(one, idsOf(ref))).agent).toMatchObject({ ref, name });
  });

  it('goes on with a cursor over both kinds', async () => {
    const one = await bench();
    const first = await list(one, { limit: 3 });
    const rest = await list(one, { limit: 3, cursor: first.next });
    expect(new Set([...first.items, ...rest.items].map(({ ref }) => ref)).size).toBe(4);
    expect(rest.next).toBeUndefined();
  });

  it('has the definitions where there is no workbench, and says so', async () => {
    const one = await bench();
    one.dialect.switches.workbench = 'missing';
    const { items, notes } = await list(one);
    expect(items).toHaveLength(2);
    expect(notes?.join()).toContain('no Prompt Workbench');
    expect(await problemOf(open(one))).toMatchObject({ kind: 'not_found' });
  });
});

describe('a prompt template', () => {
  it('shows the default version in parts, character by character', async () => {
    const one = await agentBench();
    const opened = await open(one);
    const { agent } = opened;
    expect(agent.ref).toBe(`futureagi/agent/prompt~${TEMPLATE_ID}`);
    expect(agent.ownership).toBe('platform');
    expect(textOf(opened, 'prompt')).toBe(one.live());
    expect(agent.parts.map(({ id }) => id)).toEqual([
      'prompt',
      'message.2',
      'model.llm',
      'model.temperature',
      'model.max_tokens',
      'model.response_format',
      'tool.1.name',
      'tool.1.description',
      'tool.1.parameters',
    ]);
    expect(agent.targets.map(({ target, exposure }) => [target, exposure])).toEqual([
      ['draft', 'draft'],
      ['live', 'live'],
    ]);
    expect(agent.versions?.map(({ version, state }) => [version, state])).toEqual([
      ['v2', 'live'],
      ['v1', 'former'],
    ]);
    // Who reads the prompt by label meets the former text.
    expect(agent.targets[1]?.by_hand.join(' ')).toContain('move the label by hand');
    expect(agent.notes.join(' ')).toContain(`agent=futureagi/agent/prompt~${TEMPLATE_ID}~v2`);
  });

  it('shows a version that is named, which is changed by a further draft only', async () => {
    const one = await bench();
    const { agent } = await open(one, [...PROMPT, 'v1']);
    expect(agent.ref).toBe(`futureagi/agent/prompt~${TEMPLATE_ID}~v1`);
    expect(agent.targets.map(({ target }) => target)).toEqual(['draft']);
    const unknown = await problemOf(open(one, [...PROMPT, 'v9']));
    expect(unknown).toMatchObject({ kind: 'not_found' });
    expect(unknown.details.candidates).toContain(`futureagi/agent/prompt~${TEMPLATE_ID}~v2`);
  });

  it('is read without the request that makes a draft', async () => {
    const one = await bench();
    const empty = await open(one, ['prompt', EMPTY_TEMPLATE_ID]);
    expect(empty.agent).toMatchObject({ parts: [], targets: [], notes: [expect.stringContaining('no version yet')] });
    expect(await problemOf(write(one, empty, { target: 'draft', edits: {} }))).toMatchObject({ kind: 'unsupported' });
    await open(one);
    const asked = one.since();
    expect(
      asked.some((request) => new RegExp(`prompt-templates/(${TEMPLATE_ID}|${EMPTY_TEMPLATE_ID})/$`).test(request)),
    ).toBe(false);
    expect(asked.every((request) => request.startsWith('GET'))).toBe(true);
    expect((await open(one, ['prompt', EMPTY_TEMPLATE_ID])).agent.versions).toEqual([]);
  });

  it('shows no credential, counts what it hides, and has it registered', async () => {
    const one = await bench();
    const { agent } = await open(one);
    const said = JSON.stringify(agent);
    for (const canary of [PROMPT_TOOL, PROMPT_METADATA, PROMPT_EVALUATION]) {
      expect(said).not.toContain(canary);
      expect(one.secrets).toContain(canary);
    }
    expect(agent.hidden).toBeGreaterThan(2);
    // What is shown is no secret, or answers would lose it.
    for (const secret of one.secrets) expect(said).not.toContain(secret);
  });

  it('can become a draft only where its metadata is not told: none of it would be the default', async () => {
    const one = await bench();
    one.dialect.switches.missing_views = ['/get-template-by-name'];
    const { agent } = await open(one);
    expect(agent.targets.map(({ target }) => target)).toEqual(['draft']);
    expect(agent.notes.join(' ')).toContain('did not show the metadata');
  });

  it('takes no metadata of another prompt of its name for its own', async () => {
    const one = await bench();
    const made = await send(one, '/model-hub/prompt-templates/create-draft/', {
      name: 'Bright Harbor Dental receptionist',
      prompt_config: [{ messages: [{ role: 'system', content: 'Be kind.' }], configuration: {} }],
      is_draft: false,
    });
    const { agent } = await open(one, ['prompt', String(memberAt(made.body, ['result', 'id']))]);
    expect(agent.targets.map(({ target }) => target)).toEqual(['draft']);
    expect(agent.notes.join(' ')).toContain('did not show the metadata');
  });

  it('that is not known is not found, with the known ones', async () => {
    const one = await bench();
    const problem = await problemOf(open(one, ['prompt', '11111111-1111-4111-8111-111111111111']));
    expect(problem).toMatchObject({ kind: 'not_found' });
    expect(problem.details.candidates?.join()).toContain(`futureagi/agent/prompt~${TEMPLATE_ID} "`);
  });
});

describe('an agent definition', () => {
  it('is a record of what lives elsewhere', async () => {
    const one = await agentBench();
    const opened = await open(one, [definitionOf(one)]);
    const { agent } = opened;
    expect(agent.ownership).toBe('record_of_external');
    expect(agent.lives_at).toContain('Vapi');
    expect(agent.targets.map(({ target }) => target)).toEqual(['record']);
    expect(textOf(opened, 'description')).toBe(one.live());
    expect(agent.parts.find(({ id }) => id === 'connection.assistant_id')?.fixed).toBeDefined();
    expect(agent.targets[0]?.affects[0]).toMatchObject({ what: 'run test', count: 3 });
    expect(agent.versions).toMatchObject([{ version: 'v1', state: 'live' }]);
  });

  it('shows no key, no mask of one and no header', async () => {
    const one = await bench();
    for (const key_mask of ['middle', 'stars', 'plain'] as const) {
      one.dialect.switches.key_mask = key_mask;
      const said = JSON.stringify((await open(one, [definitionOf(one)])).agent);
      expect(said).not.toContain(DEFINITION_HEADER);
      expect(said).not.toContain(DEFINITION_KEY.slice(-4));
      expect(said).not.toContain('****');
    }
    expect(one.secrets).toContain(DEFINITION_HEADER);
    expect(one.secrets).toContain(DEFINITION_KEY);
  });

  it('says where the latest version is not the active one', async () => {
    const one = await agentBench();
    const id = definitionOf(one);
    const at = `/simulate/agent-definitions/${id}/versions`;
    const { body } = await raw(one, `${at}/`);
    await send(one, `${at}/create/`, { description: 'Another', commit_message: 'x' });
    expect((await open(one, [id])).agent.notes.join(' ')).not.toContain('not the active one');
    await send(one, `${at}/${memberAt(body, ['results', '0', 'id'])}/activate/`, {});
    expect((await open(one, [id])).agent.notes.join(' ')).toContain('latest version is not the active one');
  });
});

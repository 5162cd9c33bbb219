/** Changing a prompt on the dialect: a draft, a new default, the way back; lost answers, others who edit, members that are ignored. */
import { describe, expect, it } from 'vitest';
import { PROMPT_EVALUATION, PROMPT_METADATA, PROMPT_TOOL } from '../../../src/sandbox/dialects/futureagi/canaries.ts';
import { MEDDLED } from '../../../src/sandbox/dialects/futureagi/meddling.ts';
import { TEMPLATE_ID } from '../../../src/sandbox/dialects/futureagi/prompt-store.ts';
import { problemOf } from '../../support/problem-of.ts';
import { stepsInMemory } from '../../support/write-steps.ts';
import {
  type AgentBench,
  agentBench,
  MARK,
  NEW,
  OLD,
  open,
  PROMPT,
  send,
  textOf,
  versionsOf,
  write,
} from './agents-world.ts';
import { has } from './harness.ts';

const defaultName = async (one: AgentBench) =>
  (await versionsOf(one)).find(({ is_default }) => is_default)?.template_version;
const AT = `/model-hub/prompt-templates/${TEMPLATE_ID}`;
const posts = (one: AgentBench) => one.since().filter((request) => !request.startsWith('GET'));

describe('a draft', () => {
  it('is a new version with the edit and everything else; what is live stays', async () => {
    const one = await agentBench();
    const before = one.live();
    const opened = await open(one);
    const written = await write(one, opened, { target: 'draft' });
    expect(written.ids).toEqual([...PROMPT, 'v3']);
    expect(written.by_hand?.join()).toContain(`agent=futureagi/agent/prompt~${TEMPLATE_ID}~v3`);
    expect(one.live()).toBe(before);
    expect(await defaultName(one)).toBe('v2');
    const made = await open(one, written.ids);
    expect(textOf(made, 'prompt')).toBe(before.replace(OLD, NEW));
    for (const { id, text } of opened.agent.parts) if (id !== 'prompt') expect(textOf(made, id)).toBe(text);
    expect(made.agent.hidden).toBe(opened.agent.hidden);
  });

  it('takes over what is not shown: credentials of tools, of evaluations and in metadata are intact', async () => {
    const one = await agentBench();
    // By the second reading they are known for what they are, and redacted wherever they would be shown.
    await open(one);
    await write(one, await open(one), { target: 'draft', edits: { 'message.2': 'Hello?' } });
    const stored = JSON.stringify(one.engine.documents.all('futureagi prompt versions'));
    expect(stored).not.toContain('[redacted]');
    for (const canary of [PROMPT_TOOL, PROMPT_EVALUATION, PROMPT_METADATA]) expect(stored).toContain(canary);
    const [made] = await versionsOf(one);
    expect(made).toMatchObject({ template_version: 'v3', variable_names: { caller_message: ['Hello'] } });
  });

  it('stays when it is taken back, which is said; nothing is sent', async () => {
    const one = await agentBench();
    const opened = await open(one);
    const { undo } = await write(one, opened, { target: 'draft' });
    one.since();
    const said = await opened.undo?.(
      undo ?? {},
      { target: 'draft', mark: MARK, message: '' },
      stepsInMemory(),
      one.call,
    );
    expect(said?.join()).toContain('No request of Future AGI deletes a version');
    expect(posts(one)).toEqual([]);
  });

  it('of which the answer was lost is found by what it holds, and made once', async () => {
    const one = await agentBench();
    one.lose('POST /add-new-draft', true);
    const written = await write(one, await open(one), { target: 'draft' });
    expect(written.ids).toEqual([...PROMPT, 'v3']);
    expect(posts(one).filter((request) => request.includes('add-new-draft'))).toHaveLength(1);
    expect(await versionsOf(one)).toHaveLength(3);
  });

  it('that was lost on its way is not sent again', async () => {
    const one = await agentBench();
    const steps = stepsInMemory();
    one.lose('POST /add-new-draft', false);
    const opened = await open(one);
    expect(await problemOf(write(one, opened, { target: 'draft', steps }))).toMatchObject({
      details: { sent: 'unknown' },
    });
    // Somebody else's draft is not taken for it.
    await send(one, `${AT}/add-new-draft/`, {
      new_prompts: [{ prompt_config: [{ messages: [], configuration: {} }] }],
    });
    one.since();
    expect(await problemOf(write(one, opened, { target: 'draft', steps }))).toMatchObject({ kind: 'timeout' });
    expect(posts(one)).toEqual([]);
  });

  it('is not made of a version that a mask stands in', async () => {
    const one = await agentBench();
    const config = {
      messages: [{ role: 'system', content: 'Be kind.' }],
      configuration: { api: { key: 'sk-a...wxyz' } },
    };
    await send(one, `${AT}/add-new-draft/`, { new_prompts: [{ prompt_config: [config] }] });
    const opened = await open(one, [...PROMPT, 'v3']);
    one.since();
    expect(await problemOf(write(one, opened, { target: 'draft', edits: { prompt: 'Be short.' } }))).toMatchObject({
      kind: 'refused',
      details: { sent: 'no' },
    });
    expect(posts(one)).toEqual([]);
  });
});

describe('a new default version', () => {
  it('is drafted, committed with the mark and made the default, each once', async () => {
    const one = await agentBench();
    const before = one.live();
    const opened = await open(one);
    const steps = stepsInMemory();
    one.since();
    const written = await write(one, opened, { target: 'live', steps });
    expect(posts(one).map((request) => request.split('/').at(-2))).toEqual(['add-new-draft', 'commit', 'set_default']);
    expect(written.ids).toEqual([...PROMPT]);
    expect(written.by_hand?.join()).toContain('pinned to v2');
    expect(one.live()).toBe(before.replace(OLD, NEW));
    const [made] = await versionsOf(one);
    expect(made).toMatchObject({ template_version: 'v3', is_default: true, is_draft: false });
    expect(made?.commit_message).toContain(MARK);
    expect(textOf(await open(one), 'prompt')).toBe(before.replace(OLD, NEW));
    expect(textOf(await open(one, [...PROMPT, 'v2']), 'prompt')).toBe(before);
    // The same write once more sends nothing.
    one.since();
    await write(one, opened, { target: 'live', steps });
    expect(posts(one)).toEqual([]);
  });

  it('is taken back by making the former one the default again, byte for byte', async () => {
    const one = await agentBench();
    const before = one.live();
    const { undo } = await write(one, await open(one), { target: 'live' });
    const opened = await open(one);
    const word = { target: 'live', mark: MARK, message: '' } as const;
    const said = await opened.undo?.(undo ?? {}, word, stepsInMemory(), one.call);
    expect(said?.join()).toContain('v2 is the default version again');
    expect(one.live()).toBe(before);
    expect(await defaultName(one)).toBe('v2');
  });

  it('is not taken back where another version became the default since', async () => {
    const one = await agentBench();
    const { undo } = await write(one, await open(one), { target: 'live' });
    await send(one, `${AT}/set_default/`, { version_name: 'v1' });
    const opened = await open(one);
    const word = { target: 'live', mark: MARK, message: '' } as const;
    expect(await problemOf(has(opened.undo)(undo ?? {}, word, stepsInMemory(), one.call))).toMatchObject({
      kind: 'conflict',
      details: { sent: 'no' },
    });
    expect(await defaultName(one)).toBe('v1');
  });

  it('is taken back from another version that holds the very same', async () => {
    const one = await agentBench();
    const before = one.live();
    const { undo } = await write(one, await open(one), { target: 'live' });
    const [made] = await versionsOf(one);
    const { variable_names, evaluation_configs, prompt_config_snapshot } = made ?? {};
    const same = { variable_names, evaluation_configs, prompt_config: [prompt_config_snapshot] };
    await send(one, `${AT}/add-new-draft/`, { new_prompts: [same] });
    await send(one, `${AT}/set_default/`, { version_name: 'v4' });
    const opened = await open(one);
    await opened.undo?.(undo ?? {}, { target: 'live', mark: MARK, message: '' }, stepsInMemory(), one.call);
    expect(one.live()).toBe(before);
  });

  it.each(['add-new-draft', 'commit', 'set_default'])('comes about where the answer to %s was lost', async (lost) => {
    const one = await agentBench();
    one.lose(`POST /${lost}`, true);
    one.since();
    await write(one, await open(one), { target: 'live' });
    expect(posts(one)).toHaveLength(3);
    expect(await defaultName(one)).toBe('v3');
  });

  it.each(['commit', 'set_default'])(
    'goes no further where %s was lost on its way, and is resumed where it stood',
    async (lost) => {
      const one = await agentBench();
      const before = one.live();
      const steps = stepsInMemory();
      one.lose(`POST /${lost}`, false);
      await problemOf(write(one, await open(one), { target: 'live', steps }));
      expect(one.live()).toBe(before);
      one.since();
      // Another process, later: what was lost is looked for, and not sent again.
      await problemOf(write(one, await open(one), { target: 'live', steps: stepsInMemory(steps.kept()) }));
      expect(posts(one)).toEqual([]);
      if (lost === 'commit') {
        // A commit of somebody else is not ours.
        await send(one, `${AT}/commit/`, { version_name: 'v3', message: 'theirs' });
        await problemOf(write(one, await open(one), { target: 'live', steps: stepsInMemory(steps.kept()) }));
        expect(one.live()).toBe(before);
        return;
      }
      // It did arrive after all.
      await send(one, `${AT}/set_default/`, { version_name: 'v3' });
      const { undo } = await write(one, await open(one), { target: 'live', steps: stepsInMemory(steps.kept()) });
      expect(undo).toMatchObject({ version: 'v3', former: 'v2' });
    },
  );

  it('is not written over what somebody else promoted after it was read', async () => {
    const one = await agentBench();
    one.dialect.switches.agents_meddles = 'after_read';
    const opened = await open(one);
    one.since();
    expect(await problemOf(write(one, opened, { target: 'live' }))).toMatchObject({
      kind: 'conflict',
      details: { sent: 'no' },
    });
    expect(posts(one)).toEqual([]);
    expect(one.live()).toContain(MEDDLED);
  });

  it('is not promoted over what somebody else promoted while it was drafted', async () => {
    const one = await agentBench();
    const opened = await open(one);
    one.dialect.switches.agents_meddles = 'before_write';
    const steps = stepsInMemory();
    expect(await problemOf(write(one, opened, { target: 'live', steps }))).toMatchObject({ kind: 'conflict' });
    expect(await defaultName(one)).toBe('v3');
    expect(one.live()).toContain(MEDDLED);
    expect(steps.kept().map(({ name }) => name)).toEqual(['versions', 'add draft']);
  });

  it('of two drafts at once is the one that is promoted first; the other is a conflict', async () => {
    const one = await agentBench();
    const [first, second] = [await open(one), await open(one)];
    const draft = stepsInMemory();
    await write(one, second, { target: 'draft', steps: draft });
    await write(one, first, { target: 'live' });
    expect(await problemOf(write(one, second, { target: 'live', mark: `${MARK}-2` }))).toMatchObject({
      kind: 'conflict',
    });
    expect(await defaultName(one)).toBe('v4');
  });

  it('is not promoted where the draft did not take the edit, or lost something else', async () => {
    for (const agents_ignores of ['messages', 'configuration']) {
      const one = await agentBench();
      const opened = await open(one);
      one.dialect.switches.agents_ignores = agents_ignores;
      const edits = { prompt: 'Be kind.', 'model.temperature': '0.9' };
      expect(await problemOf(write(one, opened, { target: 'live', edits }))).toMatchObject({ kind: 'conflict' });
      expect(await defaultName(one)).toBe('v2');
    }
  });

  it('that the platform did not make the default is read back as it was', async () => {
    const one = await agentBench();
    one.dialect.switches.agents_ignores = 'set_default';
    const opened = await open(one);
    const { ids } = await write(one, opened, { target: 'live' });
    expect(textOf(await open(one, ids), 'prompt')).toBe(textOf(opened, 'prompt'));
  });

  it('is no target of a version that is none', async () => {
    const one = await agentBench();
    const opened = await open(one, [...PROMPT, 'v1']);
    expect(await problemOf(write(one, opened, { target: 'live', edits: { prompt: 'x' } }))).toMatchObject({
      kind: 'unsupported',
    });
  });
});

/** Agents in parts, read and changed over real HTTP: what is sent, what stays as it is, what is refused before it leaves. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenAgent } from '../../../src/providers/provider.ts';
import { CANARIES } from '../../../src/sandbox/dialects/synthflow/agent-seeds.ts';
import { problemOf } from '../../support/problem-of.ts';
import { type KeptStep, stepsInMemory } from '../../support/write-steps.ts';
import { type Rig, startRig } from './harness.ts';

let rig: Rig;
let id = '';
beforeEach(async () => {
  rig = await startRig();
  id = rig.engine.agents[0]?.id ?? '';
});
afterEach(() => rig.close());

const open = () => rig.agents.open([id], rig.call);
const partOf = ({ agent }: OpenAgent, part: string) => agent.parts.find((one) => one.id === part);
const textOf = (opened: OpenAgent, part: string) => partOf(opened, part)?.text;
const readText = async (part: string) => textOf(await open(), part);
const PUT = 'PUT /assistants/{model_id}';
const puts = () => rig.sent.get(PUT) ?? 0;
/** What the vendor has of it, hidden members and all. */
const atVendor = () => rig.workspace.get(id) ?? {};

function change(parts: Record<string, string>, object = 'assistant', target: 'live' | 'draft' = 'live') {
  return { target, object, parts: new Map(Object.entries(parts)), mark: 'agent-sim-c-test-1', message: 'A change' };
}
async function write(parts: Record<string, string>, steps = stepsInMemory(), opened?: OpenAgent) {
  const from = opened ?? (await open());
  return from.write(change(parts), steps, rig.call);
}

describe('reading', () => {
  it('shows the prompt byte for byte, the greeting, and what else a person would change by itself', async () => {
    const opened = await open();
    expect(textOf(opened, 'prompt')).toBe(rig.engine.texts.live({ id, name: '' }));
    expect(opened.agent.parts.slice(0, 2).map((part) => part.id)).toEqual(['prompt', 'greeting']);
    expect(partOf(opened, 'voice.speed')).toMatchObject({ text: '1', form: 'json', object: 'assistant' });
    expect(partOf(opened, 'turn_taking.min_words_to_interrupt')).toMatchObject({ text: '2', form: 'text' });
    expect(partOf(opened, 'turn_taking.patience_level')?.choices).toEqual(['low', 'medium', 'high']);
    const ids = opened.agent.parts.map((part) => part.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const one of ids) expect(one).toMatch(/^[a-z0-9_.-]+$/);
  });

  it('never calls it live: where a change goes is unknown, and a person may have to publish', async () => {
    const { targets, ownership, versions } = (await open()).agent;
    expect(ownership).toBe('platform');
    expect(targets.map(({ target, exposure }) => [target, exposure])).toEqual([['live', 'unknown']]);
    expect(targets[0]?.by_hand.join(' ')).toMatch(/Publish/);
    expect(versions).toBeUndefined();
  });

  it('counts who else meets it: phone numbers and the suites that are bound to it', async () => {
    const { affects = [] } = (await open()).agent.targets[0] ?? {};
    const suites = rig.engine.suites.filter(({ agent }) => agent === id).map(({ name }) => name);
    expect(affects).toEqual([
      { what: 'phone number', count: 1, names: ['+15550100140'] },
      { what: 'test suite', count: suites.length, names: suites },
    ]);
  });

  it('counts no suites of others, where the list ignores the filter', async () => {
    const items = [id, 'another', id].map((model_id, index) => ({
      id: `s-${index}`,
      name: `Suite ${index}`,
      model_id,
    }));
    const body = { status: 'ok', response: { items, total: 3, page_number: 1, page_size: 100 } };
    rig.faults.add({ kind: 'status', status: 200, path: '/simulation_suites', body });
    expect((await open()).agent.targets[0]?.affects[1]).toEqual({
      what: 'test suite',
      count: 2,
      names: ['Suite 0', 'Suite 2'],
    });
  });

  it('does not count suites of a list that is not whole', async () => {
    Object.assign(rig.switches, { lying_lists: ['tests'], dropped: [0] });
    const { agent } = await open();
    expect(agent.targets[0]?.affects.map(({ what }) => what)).toEqual(['phone number']);
    expect(agent.notes.join(' ')).toMatch(/suites of this agent could not be counted/);
  });

  it('says that suites and actions could not be read, and shows the rest', async () => {
    rig.faults.add({ kind: 'status', status: 403, path: '/simulation_suites', times: 9 });
    rig.faults.add({ kind: 'status', status: 404, path: '/actions/', times: 1 });
    const { agent } = await open();
    expect(agent.notes.join(' ')).toMatch(
      /1 of its actions could not be read.*suites of this agent could not be counted/,
    );
    expect(agent.targets[0]?.affects.map(({ what }) => what)).toEqual(['phone number']);
    expect(agent.parts.filter(({ kind }) => kind === 'tool')).toHaveLength(2);
  });

  it('shows actions by allow-list, as parts that cannot be changed', async () => {
    const opened = await open();
    const tools = opened.agent.parts.filter(({ kind }) => kind === 'tool');
    expect(tools.map((part) => part.id)).toEqual(['tool.1', 'tool.2', 'tool.3']);
    expect(JSON.parse(tools[1]?.text ?? '')).toEqual({
      name: 'Look up patient',
      type: 'CUSTOM_ACTION',
      description: 'Finds the record of a patient by name and date of birth.',
      variables: [
        { name: 'patient_name', type: 'string', description: 'Full name', required: true },
        { name: 'date_of_birth', type: 'string', description: 'As 1984-03-09', required: true },
      ],
    });
    expect(JSON.parse(tools[2]?.text ?? '')).toMatchObject({ trigger: 'The caller asks for a person.' });
    for (const part of tools) expect(part.fixed).toBeTruthy();
    const problem = await problemOf(opened.write(change({ 'tool.2': '{}' }, 'actions'), stepsInMemory(), rig.call));
    expect(problem).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
    expect(puts()).toBe(0);
  });

  it('shows no credential, counts what is hidden, and has each registered', async () => {
    const opened = await open();
    for (const canary of CANARIES) {
      expect(JSON.stringify(opened.agent)).not.toContain(canary);
      expect(rig.secrets).toContain(canary);
    }
    expect(opened.agent.hidden).toBeGreaterThan(1);
    // What is no secret is not taken out of answers.
    for (const plain of [id, '+15550100140', '+15550100199', opened.agent.name])
      expect(rig.secrets).not.toContain(plain);
  });

  it.each(['array', 'object'] as const)('takes assistants as an %s', async (agents_wrapper) => {
    Object.assign(rig.switches, { agents_wrapper });
    expect(await readText('greeting')).toMatch(/^Thank you for calling/);
    const { items } = await rig.agents.list({ limit: 1 }, rig.call);
    expect(items.map(({ ref }) => ref)).toEqual([`synthflow/agent/${id}`]);
  });

  it.each(['ok', 'success', 'number'] as const)('takes an envelope with status %s', async (envelope_status) => {
    Object.assign(rig.switches, { envelope_status });
    expect(await readText('greeting')).toMatch(/^Thank you for calling/);
    await write({ greeting: 'Hello.' });
    expect(await readText('greeting')).toBe('Hello.');
  });

  it.each([404, 400, 'empty'] as const)(
    'answers an unknown id with the closest known ones: %s',
    async (unknown_agent) => {
      Object.assign(rig.switches, { unknown_agent });
      const problem = await problemOf(rig.agents.open([`${id.slice(0, -1)}x`], rig.call));
      expect(problem.kind).toBe('not_found');
      expect(problem.details.candidates?.[0]).toContain(id);
    },
  );

  it('does not call an agent unknown that is on the list, whatever it is answered', async () => {
    rig.faults.add({ kind: 'status', status: 400, path: id });
    const problem = await problemOf(open());
    expect(problem).toMatchObject({ kind: 'invalid_input', details: { vendor: { status: 400 } } });
    expect(problem.details.candidates).toBeUndefined();
  });

  it('takes an agent that it did not ask for as unreadable', async () => {
    const body = { status: 'ok', response: { assistants: [{ model_id: 'another', agent: { prompt: 'x' } }] } };
    rig.faults.add({ kind: 'status', status: 200, path: '/assistants/', body });
    expect((await problemOf(open())).kind).toBe('unreadable');
  });

  it('says of an agent without a prompt that its graph is not in the API', async () => {
    const body = { status: 'ok', response: { assistants: [{ model_id: id, agent: { llm: 'x' } }] } };
    rig.faults.add({ kind: 'status', status: 200, path: '/assistants/', body });
    const opened = await open();
    expect(textOf(opened, 'prompt')).toBe('');
    expect(opened.agent.notes.join(' ')).toMatch(/Flow Designer/);
  });
});

describe('the list', () => {
  it.each(['off', 'on'] as const)(
    'finds by name here, because the parameter is not documented: %s',
    async (search_param) => {
      Object.assign(rig.switches, { search_param });
      const { items, coverage } = await rig.agents.list({ search: 'URGENT', limit: 5 }, rig.call);
      expect(items).toEqual([
        {
          ref: `synthflow/agent/${rig.engine.agents[1]?.id}`,
          provider: 'synthflow',
          name: 'Bright Harbor Dental urgent line',
          ownership: 'platform',
          type: 'inbound',
        },
      ]);
      expect(coverage.complete).toBe(true);
    },
  );

  it('pages', async () => {
    const first = await rig.agents.list({ limit: 1 }, rig.call);
    const second = await rig.agents.list({ limit: 1, cursor: first.next }, rig.call);
    expect([...first.items, ...second.items].map(({ ref }) => ref)).toEqual(
      rig.engine.agents.map((agent) => `synthflow/agent/${agent.id}`),
    );
    expect(first.total).toBe(2);
  });
});

describe('writing', () => {
  it('sends the edited members alone, and everything else stays', async () => {
    const before = atVendor();
    const opened = await open();
    const prompt = `${textOf(opened, 'prompt')}\nAlways confirm the date of birth.\n`;
    const written = await write({ prompt, 'voice.speed': '0.9' });
    expect(written).toEqual({ ids: [id] });
    expect(atVendor()).toEqual({
      ...before,
      agent: { ...Object(before.agent), prompt, voice_speed: 0.9 },
    });
    expect(JSON.stringify(atVendor())).toContain(CANARIES[0]);
    const after = await open();
    expect(textOf(after, 'prompt')).toBe(prompt);
    expect(after.agent.objects[0]?.revision).not.toBe(opened.agent.objects[0]?.revision);
  });

  it('sends deeper objects whole, with what was read in them', async () => {
    await write({ 'voicemail.exact_message': 'Try again at nine.', 'hearing.background_noise_type': 'cafe' });
    expect(atVendor()).toMatchObject({
      voicemail_message: { enabled: false, mode: 'exact_message', exact_message: 'Try again at nine.' },
      agent: { background_noise: { enabled: false, type: 'cafe', volume: 0.3 } },
    });
  });

  it('does not write over what somebody else wrote meanwhile', async () => {
    rig.switches.agents_meddles = 'after_read';
    const opened = await open();
    const steps = stepsInMemory();
    const problem = await problemOf(opened.write(change({ prompt: 'Mine alone.' }), steps, rig.call));
    expect(problem).toMatchObject({ kind: 'conflict', details: { sent: 'no' } });
    expect(puts()).toBe(0);
    expect(steps.kept()).toEqual([]);
  });

  it('leaves an edit of another part, made in the last moment, where it is', async () => {
    rig.switches.agents_meddles = 'before_write';
    await write({ greeting: 'Hello.' });
    const after = await open();
    expect(textOf(after, 'greeting')).toBe('Hello.');
    expect(textOf(after, 'prompt')).toMatch(/Added by somebody else meanwhile/);
  });

  it('says that nothing was sent where the last look at the agent fails', async () => {
    const opened = await open();
    rig.faults.add({ kind: 'status', status: 500, method: 'GET', path: '/assistants/', times: 5 });
    const steps = stepsInMemory();
    const problem = await problemOf(opened.write(change({ greeting: 'Hello.' }), steps, rig.call));
    expect(problem.details.sent).toBe('no');
    expect([puts(), steps.kept()]).toEqual([0, []]);
  });

  it.each([
    ['enabling voicemail without the greeting mode human', { 'voicemail.enabled': 'true' }],
    ['leaving human while voicemail is enabled', { 'greeting.mode': 'agent_static' }],
    ['a speed out of range', { 'voice.speed': '1.5' }],
  ])('refuses before anything is sent: %s', async (_, parts) => {
    if ('greeting.mode' in parts) await write({ 'voicemail.enabled': 'true', 'greeting.mode': 'human' });
    const before = puts();
    const problem = await problemOf(write(parts));
    expect(problem).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
    expect(puts()).toBe(before);
  });

  it('takes both sides of the voicemail rule in one change, where the vendor has it and where not', async () => {
    for (const voicemail_rule of ['on', 'off'] as const) {
      rig.switches.voicemail_rule = voicemail_rule;
      await write({ 'voicemail.enabled': 'true', 'greeting.mode': 'human' });
      expect(await readText('voicemail.enabled')).toBe('true');
      await write({ 'voicemail.enabled': 'false', 'greeting.mode': 'agent_dynamic' });
    }
  });

  it('leaves to the vendor what is against its rule already', async () => {
    rig.switches.voicemail_rule = 'off';
    rig.workspace.put(id, { voicemail_message: { enabled: true, mode: 'prompt' } });
    await write({ greeting: 'Hello.' });
    expect(await readText('greeting')).toBe('Hello.');
  });

  it('does not offer the list of reasons that a write ignores', async () => {
    const opened = await open();
    expect(partOf(opened, 'ending.reasons_deprecated')?.fixed).toMatch(/ending\.reasons/);
    const problem = await problemOf(write({ 'ending.reasons_deprecated': '["x"]' }));
    expect(problem).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
    await write({ 'ending.reasons': '[{"reason":"Abuse","closing_message_mode":"none","closing_message":""}]' });
    expect(await readText('ending.reasons')).toContain('Abuse');
  });

  it('has no other target than the agent itself', async () => {
    const opened = await open();
    const problem = await problemOf(
      opened.write(change({ prompt: 'x' }, 'assistant', 'draft'), stepsInMemory(), rig.call),
    );
    expect(problem).toMatchObject({ kind: 'unsupported', details: { sent: 'no' } });
  });

  it('keeps JSON of its type', async () => {
    for (const text of ['"fast"', 'fast', '[1]'])
      expect(await problemOf(write({ 'voice.speed': text }))).toMatchObject({
        kind: 'invalid_input',
        details: { sent: 'no' },
      });
  });

  it('hands on what the vendor says of a prompt that is too long', async () => {
    rig.switches.put_max_prompt = 50;
    const steps = stepsInMemory();
    const problem = await problemOf(write({ prompt: 'x'.repeat(51) }, steps));
    expect(problem).toMatchObject({
      kind: 'invalid_input',
      details: { sent: 'yes', vendor: { status: 400, message: expect.stringContaining('50 characters') } },
    });
    expect(steps.kept()).toEqual([{ name: 'put', state: 'refused' }]);
  });
});

describe('what is read back', () => {
  it('tells a member that was taken with 200 and ignored', async () => {
    rig.switches.agents_ignores = 'greeting_message';
    const before = await readText('greeting');
    await write({ greeting: 'Hello.' });
    expect(await readText('greeting')).toBe(before);
  });

  it('tells a list that was merged instead of replaced', async () => {
    rig.switches.put_arrays = 'merge';
    await write({ 'hearing.keywords': '["Harbor"]' });
    expect(await readText('hearing.keywords')).toBe('["Invisalign","Bright Harbor","Harbor"]');
    rig.switches.put_arrays = 'replace';
    await write({ 'hearing.keywords': '["Harbor"]' });
    expect(await readText('hearing.keywords')).toBe('["Harbor"]');
  });
});

describe('a lost answer', () => {
  const lost = (after_handling: boolean) =>
    rig.faults.add({ kind: 'reset', method: 'PUT', path: '/assistants/', after_handling });

  it('is found by reading the agent, and never sent again', async () => {
    lost(true);
    const steps = stepsInMemory();
    expect(await write({ prompt: 'New.' }, steps)).toEqual({ ids: [id] });
    expect(steps.kept()).toEqual([{ name: 'put', state: 'done', result: { model_id: id } }]);
    expect(puts()).toBe(1);
  });

  it('of a write that was not done stays unknown, also when it is looked for again', async () => {
    lost(false);
    const steps = stepsInMemory();
    const opened = await open();
    expect(await problemOf(write({ prompt: 'New.' }, steps, opened))).toMatchObject({
      kind: 'timeout',
      details: { sent: 'unknown' },
    });
    expect(await problemOf(write({ prompt: 'New.' }, stepsInMemory(steps.kept()), opened))).toMatchObject({
      kind: 'timeout',
    });
    expect(puts()).toBe(1);
  });

  it('of an earlier process is looked for with the texts of the write', async () => {
    const opened = await open();
    const sent: KeptStep[] = [{ name: 'put', state: 'sent' }];
    rig.workspace.put(id, { agent: { prompt: 'New.' } });
    expect(await write({ prompt: 'New.' }, stepsInMemory(sent), opened)).toEqual({ ids: [id] });
    expect(puts()).toBe(0);
  });

  it('is what an error with 200 is: whether it was done is looked up', async () => {
    const body = { status: 'error', response: {}, detail: { description: 'Half done' } };
    rig.faults.add({ kind: 'status', status: 200, method: 'PUT', path: '/assistants/', body, after_handling: true });
    expect(await write({ prompt: 'New.' })).toEqual({ ids: [id] });
    rig.faults.add({ kind: 'status', status: 200, method: 'PUT', path: '/assistants/', body });
    expect((await problemOf(write({ prompt: 'Newer.' }))).details.sent).toBe('unknown');
  });

  it('does not lose a write whose answer is empty', async () => {
    rig.faults.add({ kind: 'empty', method: 'PUT', path: '/assistants/', after_handling: true });
    expect(await write({ prompt: 'New.' })).toEqual({ ids: [id] });
  });
});

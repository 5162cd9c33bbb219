/** A change there and back, over a platform in memory: who may say yes, what is kept, what is never sent twice. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeAnswer, ChangeQuestion, Changer, ChangerOptions } from '../../src/changing/changer.ts';
import { createChanger } from '../../src/changing/create-changer.ts';
import type { ChangeTarget } from '../../src/model/agents.ts';
import { isProblem } from '../../src/model/problem.ts';
import { type FakePlatform, fakePlatform } from '../support/fake-agents.ts';

const call = { signal: new AbortController().signal };
const NOBODY = { canAsk: false };
let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-changing-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function changerOf(options: Partial<ChangerOptions> = {}): Changer {
  return createChanger({
    home,
    confirm: 'off',
    liveChanges: true,
    redact: (text) => text.replaceAll('s3cr3t-canary', '[redacted]'),
    sleep: async () => {},
    ...options,
  });
}

const EDIT = { part: 'prompt', old: 'Say hello.', new: 'Greet by name.' };

async function proposed(platform: FakePlatform, changer: Changer, edits = [EDIT]) {
  return changer.propose(platform.provider, ['a1'], { edits }, call);
}

async function applied(platform: FakePlatform, changer: Changer, change: string, target: ChangeTarget = 'live') {
  return answer(await changer.apply(async () => platform.provider, { change, target }, call, NOBODY));
}

async function reverted(platform: FakePlatform, changer: Changer, change: string, target?: ChangeTarget) {
  return answer(await changer.revert(async () => platform.provider, { change, target }, call, NOBODY));
}

function answer(result: ChangeAnswer | ChangeQuestion): ChangeAnswer {
  if ('needs' in result) throw new Error('asked');
  return result;
}

const prompt = (platform: FakePlatform, agent = 'a1') => platform.agents.get(agent)?.get('prompt');

describe('there and back', () => {
  it('saves, reads back and restores byte for byte', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const before = prompt(platform);
    const { change, diff } = await proposed(platform, changer);
    expect(diff).toEqual([
      expect.objectContaining({
        part: 'prompt',
        line: 2,
        above: 'Be kind.',
        before: 'Say hello.',
        after: 'Greet by name.',
        below: 'End.',
      }),
    ]);
    expect(await applied(platform, changer, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(prompt(platform)).toBe('Be kind.\nGreet by name.\nEnd.');
    expect(await reverted(platform, changer, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(prompt(platform)).toBe(before);
    expect(platform.sent).toEqual(['write', 'write']);
    expect(await changer.history('synthflow/agent/a1')).toMatchObject([{ change, target: 'live', state: 'reverted' }]);
  });

  it('makes a copy, and discards it', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    const saved = await applied(platform, changer, change, 'copy');
    expect(saved).toMatchObject({ outcome: 'saved', verified: true, exposure: 'draft' });
    expect(await changer.originOf(saved.agent ?? '')).toBe('synthflow/agent/a1');
    expect(prompt(platform)).toContain('Say hello.');
    expect(await reverted(platform, changer, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect([...platform.agents.keys()]).toEqual(['a1']);
  });

  it('goes to each target once, each time checked anew', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    await applied(platform, changer, change, 'copy');
    await applied(platform, changer, change, 'live');
    expect(await applied(platform, changer, change, 'live')).toMatchObject({ outcome: 'saved', already: true });
    expect(platform.sent).toEqual(['copy', 'write', 'write']);
  });
});

describe('lost answers', () => {
  it('are found, and nothing is sent twice', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.faults = ['lost'];
    expect(await applied(platform, changer, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(platform.sent).toEqual(['write']);
  });

  it('that are not found are unknown, and stay unsent', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.faults = ['never_arrived'];
    expect(await applied(platform, changer, change)).toMatchObject({ outcome: 'unknown' });
    expect(await applied(platform, changer, change)).toMatchObject({ outcome: 'unknown' });
    expect(platform.sent).toEqual(['write']);
    // It arrives after all.
    platform.agents.get('a1')?.set('prompt', 'Be kind.\nGreet by name.\nEnd.');
    expect(await applied(platform, changer, change)).toMatchObject({ outcome: 'saved', already: true });
    expect(await reverted(platform, changer, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(prompt(platform)).toBe('Be kind.\nSay hello.\nEnd.');
  });

  it('a copy that was made and not written goes on, or is discarded', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.before = (write) => {
      if (platform.sent.length === 1 && write.target === 'copy') platform.faults = ['refused'];
    };
    expect(await applied(platform, changer, change, 'copy')).toMatchObject({ outcome: 'refused' });
    platform.before = undefined;
    expect(await applied(platform, changer, change, 'copy')).toMatchObject({ outcome: 'saved', verified: true });
    expect(platform.sent).toEqual(['copy', 'write', 'write']);
    expect(await reverted(platform, changer, change)).toMatchObject({ outcome: 'saved' });
    expect([...platform.agents.keys()]).toEqual(['a1']);
  });

  it('a refusal leaves nothing behind: the same call may try again', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.faults = ['refused'];
    await expect(applied(platform, changer, change)).rejects.toSatisfy(isProblem);
    expect(await applied(platform, changer, change)).toMatchObject({ outcome: 'saved' });
  });

  it('a change that a 200 ignored is not called saved', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.faults = ['ignored'];
    expect(await applied(platform, changer, change)).toMatchObject({ outcome: 'unknown', not_taken: ['prompt'] });
  });
});

describe('somebody else', () => {
  it('edited it before it is applied: both texts, nothing sent', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.agents.get('a1')?.set('prompt', 'Be kind.\nSay hi.\nEnd.');
    expect(await applied(platform, changer, change)).toMatchObject({
      outcome: 'conflict',
      conflicts: [{ part: 'prompt', expected: 'Say hello.', present: expect.stringContaining('Say hi.') }],
    });
    expect(platform.sent).toEqual([]);
  });

  it('made the very same change, or this one went to the agent itself before: it holds the text already', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.agents.get('a1')?.set('prompt', 'Be kind.\nGreet by name.\nEnd.');
    const answer = await applied(platform, changer, change);
    expect(answer).toMatchObject({ outcome: 'conflict', agent: expect.stringMatching(/\/agent\/a1$/) });
    expect(answer).toMatchObject({ message: expect.stringContaining('holds the new text already') });
    expect(platform.sent).toEqual([]);
  });

  it('edited another part of it', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.agents.get('a1')?.set('greeting', 'Hi.');
    expect(await applied(platform, changer, change)).toMatchObject({ outcome: 'conflict', also_moved: ['greeting'] });
  });

  it('edited it after it was applied: it is not taken back; another part is kept', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    await applied(platform, changer, change);
    platform.agents.get('a1')?.set('greeting', 'Hi.');
    platform.agents.get('a1')?.set('prompt', 'Be kind.\nGreet by name, twice.\nEnd.');
    expect(await reverted(platform, changer, change)).toMatchObject({ outcome: 'conflict' });
    platform.agents.get('a1')?.set('prompt', 'Be kind.\nGreet by name.\nEnd.');
    expect(await reverted(platform, changer, change)).toMatchObject({ outcome: 'saved' });
    expect(platform.agents.get('a1')?.get('greeting')).toBe('Hi.');
  });

  it('edited it at the moment of the write: the part that moved is said', async () => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    const { change } = await proposed(platform, changer);
    platform.before = () => platform.agents.get('a1')?.set('greeting', 'Hi.');
    expect(await applied(platform, changer, change)).toMatchObject({
      outcome: 'saved',
      verified: false,
      also_moved: ['greeting'],
    });
  });
});

describe('who says yes', () => {
  const strict = { liveChanges: false };

  it.each(['off', 'ask', 'person'] as const)('to what is live: only a client that asks (%s)', async (confirm) => {
    const [platform, changer] = [fakePlatform(), changerOf({ ...strict, confirm })];
    const { change } = await proposed(platform, changer);
    await expect(applied(platform, changer, change)).rejects.toMatchObject({
      kind: 'refused',
      details: { reason: 'no_one_asks' },
    });
    const asked = await changer.apply(async () => platform.provider, { change, target: 'live' }, call, {
      canAsk: true,
    });
    if (!('needs' in asked)) throw new Error('not asked');
    expect(asked.asked.diff).toHaveLength(1);
    const yes = { canAsk: true, answer: { outcome: 'accepted' as const, state: asked.token } };
    expect(await changer.apply(async () => platform.provider, { change, target: 'live' }, call, yes)).toMatchObject({
      outcome: 'saved',
    });
    await expect(changer.revert(async () => platform.provider, { change }, call, yes)).rejects.toMatchObject({
      details: { reason: 'used' },
    });
  });

  it('to a copy: as AGENT_SIM_CONFIRM says', async () => {
    const platform = fakePlatform();
    const ask = changerOf({ ...strict, confirm: 'ask' });
    const { change } = await proposed(platform, ask);
    const preview = await applied(platform, ask, change, 'copy');
    expect(preview).toMatchObject({ outcome: 'confirmation_required' });
    const args = { change, target: 'copy' as const, confirm: preview.confirm };
    expect(await ask.apply(async () => platform.provider, args, call, NOBODY)).toMatchObject({ outcome: 'saved' });
    await expect(
      ask.apply(async () => platform.provider, { ...args, target: 'live' }, call, NOBODY),
    ).rejects.toMatchObject({
      kind: 'refused',
    });
  });

  it('a no is a no', async () => {
    const [platform, changer] = [fakePlatform(), changerOf({ ...strict, confirm: 'ask' })];
    const { change } = await proposed(platform, changer);
    const asked = await changer.apply(async () => platform.provider, { change, target: 'live' }, call, {
      canAsk: true,
    });
    if (!('needs' in asked)) throw new Error('not asked');
    const no = { canAsk: true, answer: { outcome: 'declined' as const, state: asked.token } };
    await expect(
      changer.apply(async () => platform.provider, { change, target: 'live' }, call, no),
    ).rejects.toMatchObject({
      details: { reason: 'declined' },
    });
    expect(platform.sent).toEqual([]);
  });
});

describe('an agent that lives elsewhere', () => {
  it('is refused with the diff and where it lives, unless the record is named', async () => {
    const platform = fakePlatform(undefined, {
      ownership: 'record_of_external',
      targets: [{ target: 'record', exposure: 'live', means: 'Changes the record.', affects: [], by_hand: [] }],
    });
    const changer = changerOf();
    const { change } = await proposed(platform, changer);
    expect(await applied(platform, changer, change)).toMatchObject({
      outcome: 'refused',
      lives_at: 'at the number that the platform calls',
      diff: [expect.objectContaining({ after: 'Greet by name.' })],
    });
    expect(platform.sent).toEqual([]);
    expect(await applied(platform, changer, change, 'record')).toMatchObject({ outcome: 'saved' });
  });
});

describe('edits', () => {
  it.each([
    ['stands twice', { part: 'prompt', old: 'e', new: 'x' }],
    ['does not stand there', { part: 'prompt', old: 'Say hullo.', new: 'x' }],
    ['is empty where the part is not', { part: 'prompt', old: '', new: 'x' }],
    ['unknown part', { part: 'promt', old: 'Say hello.', new: 'x' }],
    ['changes nothing', { part: 'prompt', old: 'Say hello.', new: 'Say hello.' }],
    ['cannot be seen', { part: 'prompt', old: 'Say hello.', new: 'Say\u200b hello.' }],
    ['holds a credential', { part: 'prompt', old: 'Say hello.', new: 's3cr3t-canary' }],
    ['too long', { part: 'prompt', old: 'Say hello.', new: 'x'.repeat(4_001) }],
  ])('%s', async (_, edit) => {
    const [platform, changer] = [fakePlatform(), changerOf()];
    await expect(proposed(platform, changer, [edit])).rejects.toMatchObject({ kind: 'invalid_input' });
    expect(readdirSync(home)).toEqual([]);
  });

  it('that touch a credential are refused; beside it they leave it whole', async () => {
    const text = 'Key: s3cr3t-canary is yours.\nBye.';
    const [platform, changer] = [fakePlatform({ prompt: text }), changerOf()];
    for (const old of ['Key: s3cr3t', 'canary is', 's3cr3t-canary', 'Key: [redacted] is'])
      await expect(proposed(platform, changer, [{ part: 'prompt', old, new: 'x' }])).rejects.toMatchObject({
        kind: 'invalid_input',
      });
    const { change, diff } = await proposed(platform, changer, [{ part: 'prompt', old: 'Bye.', new: 'See you.' }]);
    expect(JSON.stringify(diff)).toContain('See you.');
    await applied(platform, changer, change);
    expect(prompt(platform)).toBe('Key: s3cr3t-canary is yours.\nSee you.');
    for (const file of readdirSync(join(home, 'changes')))
      expect(readFileSync(join(home, 'changes', file), 'utf8')).not.toContain('s3cr3t');
  });

  it('are found in the form in which answers show the text', async () => {
    const [platform, changer] = [fakePlatform({ prompt: 'One.\r\nTwo\u200b.\r\nThree.' }), changerOf()];
    const { change } = await proposed(platform, changer, [{ part: 'prompt', old: 'One. ⏎ Two.', new: 'One. ⏎ Deux.' }]);
    await applied(platform, changer, change);
    expect(prompt(platform)).toBe('One.\r\nDeux.\r\nThree.');
    await reverted(platform, changer, change);
    expect(prompt(platform)).toBe('One.\r\nTwo\u200b.\r\nThree.');
  });
});

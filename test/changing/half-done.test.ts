/** Changes that were left half done: by a killed process, a lost answer of the first of several requests, a full disk. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChangeAnswer, ChangeQuestion, Changer } from '../../src/changing/changer.ts';
import { createChanger } from '../../src/changing/create-changer.ts';
import type { ChangeTarget } from '../../src/model/agents.ts';
import { Problem } from '../../src/model/problem.ts';
import { type FakePlatform, fakePlatform } from '../support/fake-agents.ts';
import { problemOf } from '../support/problem-of.ts';
import { stepsInMemory } from '../support/write-steps.ts';

const call = { signal: new AbortController().signal };
const NOBODY = { canAsk: false };
const SEED = 'Be kind.\nSay hello.\nEnd.';
const NEW = 'Be kind.\nGreet by name.\nEnd.';

function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-half-done-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** A changer of a process of its own: what one keeps in memory the next does not know. */
function changerOf(home: string): Changer {
  return createChanger({
    home,
    confirm: 'off',
    liveChanges: true,
    redact: (text) => text,
    sleep: async () => {},
  });
}

async function proposed(platform: FakePlatform, home: string): Promise<string> {
  const edits = [{ part: 'prompt', old: 'Say hello.', new: 'Greet by name.' }];
  return (await changerOf(home).propose(platform.provider, ['a1'], { edits }, call)).change;
}

function answered(answer: ChangeAnswer | ChangeQuestion): ChangeAnswer {
  if ('needs' in answer) throw new Error('asked');
  return answer;
}

const providerOf = (platform: FakePlatform) => async () => platform.provider;
const applied = async (platform: FakePlatform, home: string, change: string, target: ChangeTarget) =>
  answered(await changerOf(home).apply(providerOf(platform), { change, target }, call, NOBODY));
const reverted = async (platform: FakePlatform, home: string, change: string, target?: ChangeTarget) =>
  answered(await changerOf(home).revert(providerOf(platform), { change, target }, call, NOBODY));

/** The home as it is when the request arrives: what a process that is killed then leaves. */
function killedAt(platform: FakePlatform, home: string, request: number): string {
  const left = temporaryHome();
  platform.before = () => {
    if (platform.sent.length === request) cpSync(home, left, { recursive: true });
  };
  return left;
}

/** The locks that a killed process leaves name a holder that is dead. */
function withoutLocks(home: string): string {
  rmSync(join(home, 'locks'), { recursive: true, force: true });
  return home;
}

const fileOf = (home: string, change: string, target: ChangeTarget) =>
  JSON.parse(readFileSync(join(home, 'changes', `${change}.${target}.json`), 'utf8'));

describe('a process that was killed', () => {
  it.each([
    ['before the answer of the one request of a live change', 'live' as const, 0],
    ['before the answer of the first request, which makes the copy', 'copy' as const, 0],
    ['before the answer of the second request', 'copy' as const, 1],
  ])('%s: the same call finds what it did, sends what is left, and it is taken back', async (_, target, at) => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const left = killedAt(platform, home, at);
    // What the killed process had not sent yet has not been sent.
    if (target === 'copy' && at === 0) {
      const before = platform.before;
      platform.before = (write) => {
        before?.(write);
        if (platform.sent.length === 1) platform.faults = ['never_arrived'];
      };
    }
    await applied(platform, home, change, target);
    platform.before = undefined;
    const sent = target === 'copy' && at === 0 ? ['copy'] : [...platform.sent];
    platform.sent.length = 0;
    expect(await applied(platform, withoutLocks(left), change, target)).toMatchObject({
      outcome: 'saved',
      verified: true,
    });
    expect([...sent, ...platform.sent]).toEqual(target === 'copy' ? ['copy', 'write'] : ['write']);
    expect(await reverted(platform, left, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect([...platform.agents]).toEqual([
      [
        'a1',
        new Map([
          ['prompt', SEED],
          ['greeting', 'Hello.'],
        ]),
      ],
    ]);
  });

  it('between the claim and the first request: nothing was sent, and another text is a conflict', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const left = killedAt(platform, home, 0);
    await applied(platform, home, change, 'live');
    platform.before = undefined;
    const file = fileOf(left, change, 'live');
    file.apply.steps = [];
    writeFileSync(join(left, 'changes', `${change}.live.json`), JSON.stringify(file), { mode: 0o600 });
    platform.agents.get('a1')?.set('prompt', SEED).set('greeting', 'Hi.');
    expect(await applied(platform, withoutLocks(left), change, 'live')).toMatchObject({
      outcome: 'conflict',
      also_moved: ['greeting'],
    });
    expect(platform.sent).toEqual(['write']);
  });

  it('while others edited the part: it is unknown, theirs stays, and nothing is sent', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const left = killedAt(platform, home, 0);
    await applied(platform, home, change, 'live');
    platform.before = undefined;
    platform.agents.get('a1')?.set('prompt', 'Theirs.');
    expect(await applied(platform, withoutLocks(left), change, 'live')).toMatchObject({ outcome: 'unknown' });
    expect(fileOf(left, change, 'live').apply.state).toBe('unknown');
    expect(await reverted(platform, left, change)).toMatchObject({ outcome: 'conflict' });
    expect(platform.sent).toEqual(['write']);
    expect(platform.agents.get('a1')?.get('prompt')).toBe('Theirs.');
  });
});

describe('the lost answer of a copy', () => {
  it('that is found by a later call: the rest is sent, once', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    platform.faults = ['never_arrived'];
    const first = await applied(platform, home, change, 'copy');
    expect(first).toMatchObject({ outcome: 'unknown' });
    expect(first.message).not.toContain('old text');
    expect(await applied(platform, home, change, 'copy')).toMatchObject({ outcome: 'unknown', already: true });
    expect(await reverted(platform, home, change)).toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining(`agent-sim-${change.slice(2)}-copy`),
    });
    expect(platform.sent).toEqual(['copy']);
    // It arrives after all.
    const origin = platform.agents.get('a1');
    platform.agents.set(`copy-agent-sim-${change.slice(2)}-copy`, new Map(origin));
    expect(await applied(platform, home, change, 'copy')).toMatchObject({ outcome: 'saved', verified: true });
    expect(platform.sent).toEqual(['copy', 'write']);
  });

  it('that is found by taking it back: it is discarded', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    platform.faults = ['never_arrived'];
    await applied(platform, home, change, 'copy');
    platform.agents.set(`copy-agent-sim-${change.slice(2)}-copy`, new Map(platform.agents.get('a1')));
    expect(await reverted(platform, home, change)).toMatchObject({ outcome: 'saved' });
    expect([...platform.agents.keys()]).toEqual(['a1']);
    expect(await applied(platform, home, change, 'copy')).toMatchObject({ outcome: 'refused', already: true });
    expect(platform.sent).toEqual(['copy', 'discard']);
  });
});

describe('a platform that cannot be read after a write', () => {
  /** From the next request that changes something on, nothing is read any more. */
  const silent = (platform: FakePlatform) => {
    const { agents } = platform.provider;
    const open = agents?.open;
    platform.before = () => {
      if (agents)
        agents.open = async () => {
          throw new Problem('network', 'The platform does not answer.', { sent: 'no' });
        };
    };
    return () => {
      platform.before = undefined;
      if (agents && open) agents.open = open;
    };
  };

  it('is not said to hold the new text still when a change was taken back', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    await applied(platform, home, change, 'live');
    const answering = silent(platform);
    const answer = await reverted(platform, home, change);
    expect(answer).toMatchObject({ outcome: 'unknown', verified: false });
    expect(answer.message).toContain('could not be read back: The platform does not answer.');
    expect(answer.message).not.toContain('does not show');
    answering();
    expect(await reverted(platform, home, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(platform.agents.get('a1')?.get('prompt')).toBe(SEED);
  });

  it('is not said to lack what a lost request may have changed', async () => {
    const looks = (find: () => Promise<undefined>) => {
      const steps = stepsInMemory();
      return problemOf(
        steps.once('write', () => Promise.reject(new Problem('timeout', 'No answer.', { sent: 'unknown' })), find),
      );
    };
    expect((await looks(async () => undefined)).message).toContain('does not show');
    const unread = await looks(() => Promise.reject(new Problem('network', 'No route.', { sent: 'no' })));
    expect(unread.message).toContain('could not be read');
  });
});

describe('a copy that somebody works on', () => {
  it('is not discarded while another part of it is theirs', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const { agent = '' } = await applied(platform, home, change, 'copy');
    const copy = platform.agents.get(agent.split('/').at(-1) ?? '');
    copy?.set('greeting', 'Theirs.');
    expect(await reverted(platform, home, change)).toMatchObject({ outcome: 'conflict', also_moved: ['greeting'] });
    copy?.set('greeting', 'Hello.');
    expect(await reverted(platform, home, change)).toMatchObject({ outcome: 'saved' });
  });
});

describe('files that somebody edited', () => {
  const changed = (home: string, name: string, edit: (text: string) => string) => {
    const path = join(home, 'changes', name);
    writeFileSync(path, edit(readFileSync(path, 'utf8')), { mode: 0o600 });
  };

  it('a change whose spans do not make the text that it is kept for is not sent', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    changed(home, `${change}.json`, (text) => text.replace('Greet by name.', 'Say nothing.'));
    await expect(applied(platform, home, change, 'live')).rejects.toMatchObject({ kind: 'unreadable' });
    expect(platform.sent).toEqual([]);
  });

  it('between preview and apply: the yes is not one to it', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const asks = createChanger({
      home,
      confirm: 'ask',
      liveChanges: false,
      redact: (text) => text,
      sleep: async () => {},
    });
    const args = { change, target: 'copy' as const };
    const { confirm } = answered(await asks.apply(providerOf(platform), args, call, NOBODY));
    changed(home, `${change}.json`, (text) => text.replace('"agent_name":"Agent a1"', '"agent_name":"Agent b1"'));
    await expect(asks.apply(providerOf(platform), { ...args, confirm }, call, NOBODY)).rejects.toMatchObject({
      kind: 'refused',
      details: { reason: 'other_plan' },
    });
    expect(platform.sent).toEqual([]);
  });

  it('after it was applied: it is not applied as another, and what was replaced is restored all the same', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    await applied(platform, home, change, 'live');
    changed(home, `${change}.json`, (text) => text.replaceAll('Say hello.', 'Say howdy.'));
    await expect(applied(platform, home, change, 'live')).rejects.toMatchObject({ kind: 'unreadable' });
    expect(platform.agents.get('a1')?.get('prompt')).toBe(NEW);
    expect(await reverted(platform, home, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(platform.agents.get('a1')?.get('prompt')).toBe(SEED);
  });

  it('of another target do not keep from taking one back', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    await applied(platform, home, change, 'copy');
    await applied(platform, home, change, 'live');
    changed(home, `${change}.copy.json`, () => '{');
    expect(await reverted(platform, home, change, 'live')).toMatchObject({ outcome: 'saved', verified: true });
    await expect(reverted(platform, home, change, 'copy')).rejects.toMatchObject({ kind: 'unreadable' });
    expect(readdirSync(join(home, 'changes')).length).toBe(3);
  });
});

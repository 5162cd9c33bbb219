/** What leaves the folder of changes, and what never does. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChanger } from '../../src/changing/create-changer.ts';
import type { ChangeTarget } from '../../src/model/agents.ts';
import { type FakePlatform, fakePlatform } from '../support/fake-agents.ts';

const DAY_MS = 86_400_000;
const call = { signal: new AbortController().signal };

function setUp() {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-retention-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const platform = fakePlatform();
  const clock = { days: 0, up: 0 };
  const changerNow = () =>
    createChanger({
      home,
      confirm: 'off',
      liveChanges: true,
      redact: (text) => text,
      now: () => Date.parse('2026-11-28T12:00:00Z') + clock.days * DAY_MS,
      uptime: () => 1_000 + clock.up * 86_400,
      sleep: async () => {},
    });
  const files = () => readdirSync(join(home, 'changes')).sort();
  const proposed = async (edit = { part: 'greeting', old: 'Hello.', new: 'Hi.' }) => {
    const edits = [edit];
    return (await changerNow().propose(platform.provider, ['a1'], { edits }, call)).change;
  };
  const later = (days: number, up = days) => Object.assign(clock, { days: clock.days + days, up: clock.up + up });
  return { home, platform, changerNow, files, proposed, later };
}

type Setting = ReturnType<typeof setUp>;

const applied = ({ platform, changerNow }: Setting, change: string, target: ChangeTarget = 'live') =>
  changerNow().apply(async () => platform.provider, { change, target }, call, { canAsk: false });
const reverted = ({ platform, changerNow }: Setting, change: string) =>
  changerNow().revert(async () => platform.provider, { change }, call, { canAsk: false });

/** The files that are there after another change was proposed, which is when old ones are removed. */
async function left(setting: Setting, change: string): Promise<string[]> {
  await setting.proposed({ part: 'prompt', old: 'End.', new: 'The end.' });
  return setting.files().filter((name) => name.startsWith(change));
}

describe('a proposal', () => {
  it('that was never applied goes after 30 days, and not before', async () => {
    const setting = setUp();
    const change = await setting.proposed();
    setting.later(29.9);
    expect(await left(setting, change)).toEqual([`${change}.json`]);
    setting.later(0.2);
    expect(await left(setting, change)).toEqual([]);
    await expect(applied(setting, change)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('stays where only the wall clock was set', async () => {
    const setting = setUp();
    const change = await setting.proposed();
    setting.later(400, 0);
    expect(await left(setting, change)).toEqual([`${change}.json`]);
  });
});

describe('what was applied', () => {
  const gives = async (setting: Setting, act: (change: string, platform: FakePlatform) => Promise<unknown>) => {
    const change = await setting.proposed();
    await act(change, setting.platform);
    setting.later(364);
    const before = await left(setting, change);
    setting.later(2);
    return { before: before.length, after: (await left(setting, change)).length };
  };

  it('goes a year after it was saved', async () => {
    const setting = setUp();
    expect(await gives(setting, (change) => applied(setting, change))).toEqual({ before: 2, after: 0 });
  });

  it('goes a year after it was taken back', async () => {
    const setting = setUp();
    const act = async (change: string) => {
      await applied(setting, change, 'copy');
      setting.later(300);
      await reverted(setting, change);
    };
    expect(await gives(setting, act)).toEqual({ before: 2, after: 0 });
  });

  it('stays while its outcome is unknown', async () => {
    const setting = setUp();
    const act = (change: string, platform: FakePlatform) => {
      platform.faults = ['never_arrived'];
      return applied(setting, change);
    };
    expect(await gives(setting, act)).toEqual({ before: 2, after: 2 });
  });

  it('stays while taking it back is unknown', async () => {
    const setting = setUp();
    const act = async (change: string, platform: FakePlatform) => {
      await applied(setting, change);
      platform.faults = ['never_arrived'];
      await reverted(setting, change);
    };
    expect(await gives(setting, act)).toEqual({ before: 2, after: 2 });
  });

  it('stays where it was left half done, or is open', async () => {
    const setting = setUp();
    const act = (change: string, platform: FakePlatform) => {
      platform.before = () => {
        if (platform.sent.length === 1) platform.faults = ['refused'];
      };
      return applied(setting, change, 'copy');
    };
    expect(await gives(setting, act)).toEqual({ before: 2, after: 2 });
  });

  it('stays with all its targets while one of them is needed', async () => {
    const setting = setUp();
    const act = async (change: string) => {
      await applied(setting, change, 'copy');
      setting.later(300);
      await applied(setting, change, 'live');
    };
    const change = await setting.proposed();
    await act(change);
    setting.later(100);
    expect(await left(setting, change)).toHaveLength(3);
  });

  it('stays where a file of it cannot be read', async () => {
    const setting = setUp();
    const act = async (change: string) => {
      await applied(setting, change);
      const path = join(setting.home, 'changes', `${change}.live.json`);
      writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100), { mode: 0o600 });
    };
    expect(await gives(setting, act)).toEqual({ before: 2, after: 2 });
  });
});

/** What is on the disk before a request leaves, what a full disk costs, and files of the folder that nobody of ours wrote. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChangeFiles } from '../../src/changing/change-files.ts';
import type { ChangeAnswer, ChangeQuestion, ChangerOptions } from '../../src/changing/changer.ts';
import { createChanger } from '../../src/changing/create-changer.ts';
import type { ChangeTarget } from '../../src/model/agents.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { type FakePlatform, fakePlatform } from '../support/fake-agents.ts';
import { watchSyncs } from '../support/watched-syncs.ts';

const call = { signal: new AbortController().signal };
const NOBODY = { canAsk: false };
const SEED = 'Be kind.\nSay hello.\nEnd.';
const DAY_MS = 86_400_000;

function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-changes-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

function changerOf(home: string, options: Partial<ChangerOptions> = {}) {
  return createChanger({
    home,
    confirm: 'off',
    liveChanges: true,
    redact: (text) => text,
    sleep: async () => {},
    ...options,
  });
}

const EDIT = { part: 'prompt', old: 'Say hello.', new: 'Greet by name.' };
const proposed = async (platform: FakePlatform, home: string) =>
  (await changerOf(home).propose(platform.provider, ['a1'], { edits: [EDIT] }, call)).change;

function answered(answer: ChangeAnswer | ChangeQuestion): ChangeAnswer {
  if ('needs' in answer) throw new Error('asked');
  return answer;
}

async function applied(
  provider: Provider,
  home: string,
  change: string,
  target: ChangeTarget = 'live',
  changer = changerOf(home),
) {
  return answered(await changer.apply(async () => provider, { change, target }, call, NOBODY));
}
async function reverted(provider: Provider, home: string, change: string, changer = changerOf(home)) {
  return answered(await changer.revert(async () => provider, { change }, call, NOBODY));
}

const prompt = (platform: FakePlatform) => platform.agents.get('a1')?.get('prompt');

describe.skipIf(process.platform !== 'linux')('before a request leaves', () => {
  it('what it replaces and the request itself are on the disk, and the answer before anything is told', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const changer = changerOf(home);
    const noted = await watchSyncs(join(home, 'changes'));
    const changes = () => noted.filter((one) => !one.includes('locks'));
    platform.before = () => noted.push('request');
    await applied(platform.provider, home, change, 'live', changer);
    const once = ['fsync temporary', 'fsync '];
    expect(changes()).toEqual([...once, ...once, 'request', ...once, ...once]);
    const kept = JSON.parse(readFileSync(join(home, 'changes', `${change}.live.json`), 'utf8'));
    expect(kept.kept).toMatchObject([
      { part: 'prompt', splices: [{ at: 9, old: 'Say hello.', new: 'Greet by name.' }] },
    ]);
    noted.length = 0;
    await reverted(platform.provider, home, change, changer);
    expect(changes()).toEqual([...once, ...once, 'request', ...once, ...once]);
  });

  it('a proposal is on the disk before it is told', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    mkdirSync(join(home, 'changes'), { mode: 0o700 });
    const noted = await watchSyncs(join(home, 'changes'));
    await proposed(platform, home);
    expect(noted).toEqual(['fsync temporary', 'fsync ']);
  });
});

describe('a disk that fills up', () => {
  /** From here on nothing can be written to the folder: a file stands in its place. */
  function brokenFolder(home: string): () => void {
    const files = readdirSync(join(home, 'changes')).map(
      (name) => [name, readFileSync(join(home, 'changes', name), 'utf8')] as const,
    );
    rmSync(join(home, 'changes'), { recursive: true });
    writeFileSync(join(home, 'changes'), '');
    return () => {
      rmSync(join(home, 'changes'));
      mkdirSync(join(home, 'changes'), { mode: 0o700 });
      for (const [name, text] of files) writeFileSync(join(home, 'changes', name), text, { mode: 0o600 });
    };
  }

  it('before anything is sent: nothing is sent, and the same call may try again', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    let [opens, mend] = [0, () => {}];
    const agents = platform.provider.agents;
    if (!agents) throw new Error('It has agents.');
    const provider: Provider = {
      ...platform.provider,
      agents: {
        ...agents,
        async open(...args) {
          opens += 1;
          // The last look before the claim.
          if (opens === 2) mend = brokenFolder(home);
          return agents.open(...args);
        },
      },
    };
    await expect(applied(provider, home, change)).rejects.toMatchObject({ kind: 'local_io', details: { sent: 'no' } });
    expect(platform.sent).toEqual([]);
    mend();
    expect(await applied(platform.provider, home, change)).toMatchObject({ outcome: 'saved' });
  });

  it('between two requests: the second does not leave, and the same call goes on later', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    let mend = () => {};
    platform.before = () => {
      if (platform.sent.length === 0) mend = brokenFolder(home);
    };
    const changer = changerOf(home);
    expect(await applied(platform.provider, home, change, 'copy', changer)).toMatchObject({ outcome: 'refused' });
    expect(platform.sent).toEqual(['copy']);
    platform.before = undefined;
    mend();
    // Another process knows the first request from before it left, and finds what it made.
    expect(await applied(platform.provider, home, change, 'copy')).toMatchObject({ outcome: 'saved', verified: true });
    expect(platform.sent).toEqual(['copy', 'write']);
  });

  it('after the request: the answer is told, and another process finds what it did', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    let mend = () => {};
    platform.before = () => {
      mend = brokenFolder(home);
    };
    const problems: string[] = [];
    const changer = changerOf(home, { report: (problem) => problems.push(problem) });
    expect(await applied(platform.provider, home, change, 'live', changer)).toMatchObject({
      outcome: 'saved',
      verified: true,
    });
    expect(problems.join()).toMatch(/What became of a change could not be written/);
    platform.before = undefined;
    mend();
    expect(await applied(platform.provider, home, change)).toMatchObject({ outcome: 'saved', already: true });
    expect(platform.sent).toEqual(['write']);
    expect(await reverted(platform.provider, home, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(prompt(platform)).toBe(SEED);
  });
});

describe('a file of the folder that', () => {
  const pathOf = (home: string, name: string) => join(home, 'changes', name);

  it.each([
    ['is empty', ''],
    ['was cut off', '{"version":1,"id":"c-'],
    ['is of another version', '{"version":2}'],
    ['is larger than any of ours', ' '.repeat(1_000_001)],
  ])('%s is taken for a change of unknown outcome: nothing is sent', async (_, text) => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    writeFileSync(pathOf(home, `${change}.live.json`), text, { mode: 0o600 });
    await expect(applied(platform.provider, home, change)).rejects.toMatchObject({ kind: 'unreadable' });
    await expect(reverted(platform.provider, home, change)).rejects.toMatchObject({ kind: 'unreadable' });
    writeFileSync(pathOf(home, `${change}.json`), text, { mode: 0o600 });
    await expect(applied(platform.provider, home, change, 'copy')).rejects.toMatchObject({ kind: 'unreadable' });
    expect(platform.sent).toEqual([]);
  });

  it.skipIf(process.platform === 'win32').each([
    ['is a link', (path: string, other: string) => symlinkSync(other, path)],
    [
      'others may write to',
      (path: string, other: string) => {
        writeFileSync(path, readFileSync(other));
        chmodSync(path, 0o666);
      },
    ],
  ])('%s is not opened', async (_, put) => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const other = join(home, 'elsewhere.json');
    writeFileSync(other, readFileSync(pathOf(home, `${change}.json`)), { mode: 0o600 });
    rmSync(pathOf(home, `${change}.json`));
    put(pathOf(home, `${change}.json`), other);
    await expect(applied(platform.provider, home, change)).rejects.toMatchObject({ kind: 'unreadable' });
    expect(platform.sent).toEqual([]);
  });

  it('is a copy of another change under a name of its own is none', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    writeFileSync(pathOf(home, 'c-000000000000.json'), readFileSync(pathOf(home, `${change}.json`)), { mode: 0o600 });
    await expect(applied(platform.provider, home, 'c-000000000000')).rejects.toMatchObject({ kind: 'unreadable' });
    for (const id of [`../changes/${change}`, '', 'c-', `${change}.live`])
      await expect(applied(platform.provider, home, id)).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('a change', () => {
  it('is not known in another home', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    await expect(applied(platform.provider, temporaryHome(), change)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('of two homes of one agent: the second to be applied is a conflict', async () => {
    const platform = fakePlatform();
    const homes = [temporaryHome(), temporaryHome()];
    const changes = await Promise.all(homes.map((home) => proposed(platform, home)));
    const [one, two] = homes.map((home, index) => () => applied(platform.provider, home, changes[index] ?? ''));
    expect(await one?.()).toMatchObject({ outcome: 'saved' });
    expect(await two?.()).toMatchObject({ outcome: 'conflict' });
    expect(platform.sent).toEqual(['write']);
  });

  it('goes to no other host than the one that it was proposed at, there and back', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const other = { ...platform.provider, host: 'api.eu.example' };
    const refused = { kind: 'refused', details: { reason: 'other_place', sent: 'no' } };
    await expect(applied(other, home, change)).rejects.toMatchObject(refused);
    await applied(platform.provider, home, change);
    await expect(reverted(other, home, change)).rejects.toMatchObject(refused);
    expect(platform.sent).toEqual(['write']);
  });

  it('asks for the provider that it is of, whatever others are set up', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const asked: string[] = [];
    const providerOf = async (id: string) => {
      asked.push(id);
      return platform.provider;
    };
    await changerOf(home).apply(providerOf, { change, target: 'live' }, call, NOBODY);
    expect(asked).toEqual(['synthflow']);
  });

  it('is applied once and taken back, whatever the clock says', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    const back = changerOf(home, { now: () => Date.now() - 400 * DAY_MS });
    expect(await applied(platform.provider, home, change, 'live', back)).toMatchObject({ outcome: 'saved' });
    expect(await applied(platform.provider, home, change)).toMatchObject({ outcome: 'saved', already: true });
    expect(await reverted(platform.provider, home, change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(platform.sent).toEqual(['write', 'write']);
  });

  it('that a person confirmed is refused once the clock was set back before the question', async () => {
    const [platform, home] = [fakePlatform(), temporaryHome()];
    const change = await proposed(platform, home);
    let now = Date.now();
    const asks = changerOf(home, { confirm: 'ask', now: () => now });
    const args = { change, target: 'copy' as const };
    const { confirm } = answered(await asks.apply(async () => platform.provider, args, call, NOBODY));
    now -= DAY_MS;
    await expect(asks.apply(async () => platform.provider, { ...args, confirm }, call, NOBODY)).rejects.toMatchObject({
      details: { reason: 'expired' },
    });
    expect(platform.sent).toEqual([]);
  });
});

it('a mark of ours in the kept spans is never written', async () => {
  const [platform, home] = [fakePlatform(), temporaryHome()];
  const change = await proposed(platform, home);
  await applied(platform.provider, home, change);
  // A word of the old text became a secret after it was kept: what is rewritten now has our mark in its place.
  const files = createChangeFiles({
    home,
    clock: { now: Date.now, uptime: () => 1 },
    redact: (text) => text.replaceAll('Say hello.', '[redacted]'),
  });
  const application = files.application(change, 'live');
  if (!application) throw new Error('gone');
  await files.settle(application);
  await expect(reverted(platform.provider, home, change)).rejects.toMatchObject({ kind: 'unreadable' });
  expect(platform.sent).toEqual(['write']);
});

import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAudit } from '../../src/home/audit.ts';
import { createConfirmations } from '../../src/home/confirmations.ts';
import { ensureFolder } from '../../src/home/files.ts';
import { openToAppend, readOwnFile, readOwnFileNow } from '../../src/home/own-file.ts';
import { createIdempotencyKeys } from '../../src/starting/idempotency-keys.ts';
import { createJournal } from '../../src/starting/journal.ts';
import { frozenClock, temporaryHome } from '../starting/support.ts';

const NOT_OURS = { code: 'ENOTOURS' };

/** What somebody may have put where a file of ours is read. */
const PLANTED: [string, (path: string, home: string) => Promise<void>][] = [
  ['a pipe', async (path) => void execFileSync('mkfifo', [path])],
  ['a link to a device', (path) => symlink('/dev/zero', path)],
  [
    'a link to a file',
    async (path, home) => {
      await writeFile(join(home, 'target'), '{}', { mode: 0o600 });
      await symlink(join(home, 'target'), path);
    },
  ],
  ['a link to nothing', (path, home) => symlink(join(home, 'nothing'), path)],
  ['a folder', async (path) => void (await mkdir(path))],
  [
    'a file that others may write',
    async (path) => {
      await writeFile(path, '{}');
      await chmod(path, 0o666);
    },
  ],
  ['a file of 2 MB', (path) => writeFile(path, ' '.repeat(2_000_000), { mode: 0o600 })],
];

describe('a file of the home', () => {
  it('is read where it is regular and ours, and is undefined where it is not there', async () => {
    const path = join(await temporaryHome(), 'file');
    expect(await readOwnFile(path)).toBeUndefined();
    await writeFile(path, 'text', { mode: 0o600 });
    expect([await readOwnFile(path), readOwnFileNow(path)]).toEqual(['text', 'text']);
  });

  it.each(PLANTED)('is not read where it is %s', async (_, plant) => {
    const home = await temporaryHome();
    const path = join(home, 'file');
    await plant(path, home);
    await expect(readOwnFile(path)).rejects.toMatchObject(NOT_OURS);
    expect(() => readOwnFileNow(path)).toThrowError(expect.objectContaining(NOT_OURS));
  });

  it.each(PLANTED.filter(([what]) => what !== 'a file of 2 MB' && what !== 'a folder'))(
    'is not appended to where it is %s',
    async (_, plant) => {
      const home = await temporaryHome();
      const path = join(home, 'file');
      await plant(path, home);
      await expect(openToAppend(path)).rejects.toMatchObject(NOT_OURS);
      expect(await readFile(join(home, 'target'), 'utf8').catch(() => '{}')).toBe('{}');
      expect(await readdir(home)).not.toContain('nothing');
    },
  );
});

describe('a folder of the home', () => {
  it.each([0o777, 0o770, 0o722])('is refused with mode %o', async (mode) => {
    const home = await temporaryHome();
    await chmod(home, mode);
    await expect(ensureFolder(home)).rejects.toMatchObject(NOT_OURS);
    await chmod(home, 0o700);
    expect(await ensureFolder(home, 'starts')).toBe(join(home, 'starts'));
    await chmod(join(home, 'starts'), mode);
    await expect(ensureFolder(home, 'starts')).rejects.toMatchObject(NOT_OURS);
  });

  it('is refused where it is a link, though the home itself may be one', async () => {
    const [home, other] = [await temporaryHome(), await temporaryHome()];
    await symlink(other, join(home, 'starts'));
    await expect(ensureFolder(home, 'starts')).rejects.toMatchObject(NOT_OURS);
    const linked = `${other}-link`;
    await symlink(other, linked);
    expect(await ensureFolder(linked, 'keys')).toBe(join(linked, 'keys'));
    await rm(linked);
  });

  it('makes a home that others can write start nothing, and says what to do', async () => {
    const home = await temporaryHome();
    await chmod(home, 0o777);
    const confirmations = createConfirmations({ home, now: Date.now });
    await expect(confirmations.issue({ arguments: 'a', place: 'h', plan: 'p' }, 'preview')).rejects.toMatchObject({
      kind: 'local_io',
      message: 'Storing a confirmation failed: it can be written by other users. Nothing was sent.',
      details: { sent: 'no', next: expect.stringContaining('chmod') },
    });
  });
});

describe('what is planted in a home', () => {
  const clock = frozenClock();
  const fingerprint = 'a'.repeat(32);

  it.each(PLANTED)('is a start of unknown outcome where a claim stands: %s', async (_, plant) => {
    const home = await temporaryHome();
    await ensureFolder(home, 'starts');
    await plant(join(home, 'starts', `${fingerprint}.u1.0.1.json`), home);
    const reports: string[] = [];
    const journal = createJournal({ home, clock, report: (text) => reports.push(text) });
    expect(await journal.read()).toMatchObject([{ state: 'unknown', damaged: true }]);
    expect(reports).toHaveLength(1);
  });

  it.each(PLANTED)('lets no key start anything: %s', async (_, plant) => {
    const home = await temporaryHome();
    await ensureFolder(home, 'keys');
    await plant(join(home, 'keys', 'digest.json'), home);
    const keys = createIdempotencyKeys({ home, now: clock.now, sleep: clock.sleep });
    await expect(keys.look('digest')).rejects.toMatchObject({ details: { reason: 'key_unreadable' } });
  });

  it.each(PLANTED)('is no confirmation: %s', async (_, plant) => {
    const home = await temporaryHome();
    const confirmations = createConfirmations({ home, now: clock.now });
    const { token } = await confirmations.issue({ arguments: 'a', place: 'h', plan: 'p' }, 'preview');
    const [file = ''] = await readdir(join(home, 'confirmations'));
    await rm(join(home, 'confirmations', file));
    await plant(join(home, 'confirmations', file), home);
    const redeemed = await confirmations
      .redeem(token, { arguments: 'a', place: 'h', plan: 'p' }, 'preview')
      .catch((error: { kind: string }) => error.kind);
    expect(['never_asked', 'local_io']).toContain(redeemed);
  });

  it('is not followed by the audit, and said', async () => {
    const home = await temporaryHome();
    await writeFile(join(home, 'elsewhere'), 'mine\n', { mode: 0o600 });
    await symlink(join(home, 'elsewhere'), join(home, 'audit.jsonl'));
    const reports: string[] = [];
    const audit = createAudit({ home, now: Date.now, report: (text) => reports.push(text) });
    await audit.record({
      what: 'start',
      provider: 'acme',
      sandbox: false,
      outcome: 'started',
      subject: 'acme/suite/s',
    });
    expect(await readFile(join(home, 'elsewhere'), 'utf8')).toBe('mine\n');
    expect(reports).toEqual(['The audit file could not be written (it is no regular file).']);
  });

  it('may be a second name of our own file, as a claim has for a moment while it is made', async () => {
    const home = await temporaryHome();
    await writeFile(join(home, 'file'), 'text', { mode: 0o600 });
    await link(join(home, 'file'), join(home, 'second'));
    expect(await readOwnFile(join(home, 'second'))).toBe('text');
  });
});

import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Book } from '../../src/modes/book.ts';
import { openBook } from '../../src/modes/book-file.ts';
import { temporaryHome } from '../starting/support.ts';
import { problemOf } from '../support/problem-of.ts';
import { watchSyncs } from '../support/watched-syncs.ts';
import { bookOf, entryOf, storedMode } from './books.ts';

const withMode = (id: string) => (book: Book) => {
  const { modes = {}, sessions = {} } = book.agents['coval/agent/a1'] ?? {};
  const entry = entryOf({ modes: { ...modes, [id]: storedMode({ title: id }) }, sessions });
  return { book: bookOf({ ...book.agents, 'coval/agent/a1': entry }), result: id };
};
const saved = (book: Book) => Object.keys(book.agents['coval/agent/a1']?.modes ?? {});

async function teamFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'book-team-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('a book of the home', () => {
  it('is empty where there is none, and making one makes the home', async () => {
    const home = join(await temporaryHome(), 'deep', 'home');
    const book = openBook({ home });
    expect(await book.read()).toEqual({ version: 1, agents: {} });
    expect(await book.update(withMode('M-a'))).toEqual({ result: 'M-a', dropped: 0 });
    expect(book.path).toBe(join(home, 'failure-modes.json'));
    expect(saved(await book.read())).toEqual(['M-a']);
    expect((await stat(book.path)).mode & 0o777).toBe(0o600);
    expect((await readdir(home)).sort()).toEqual(['failure-modes.json', 'locks']);
  });

  it('keeps every one of many changes at once', async () => {
    const home = await temporaryHome();
    const ids = Array.from({ length: 20 }, (_, nth) => `M-${nth}`);
    await Promise.all(ids.map((id) => openBook({ home }).update(withMode(id))));
    expect(saved(await openBook({ home }).read()).sort()).toEqual([...ids].sort());
  });

  it('is as before where a change throws, and the next one goes on', async () => {
    const home = await temporaryHome();
    const book = openBook({ home });
    await book.update(withMode('M-a'));
    const before = await readFile(book.path, 'utf8');
    await expect(
      book.update(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await readFile(book.path, 'utf8')).toBe(before);
    await book.update(withMode('M-b'));
    expect(saved(await book.read())).toEqual(['M-a', 'M-b']);
  });

  it('is not written where nothing changed', async () => {
    const book = openBook({ home: await temporaryHome() });
    await book.update(withMode('M-a'));
    const { ino } = await stat(book.path);
    await book.update((same) => ({ book: same, result: 0 }));
    expect((await stat(book.path)).ino).toBe(ino);
  });

  it('says how many sessions it had no room for', async () => {
    const book = openBook({ home: await temporaryHome() });
    const sessions = Object.fromEntries(
      Array.from({ length: 102 }, (_, nth) => [`coval/session/${nth}`, { assistant: { single: 'F-1' } }]),
    );
    expect(await book.update(() => ({ book: bookOf({ 'coval/agent/a1': entryOf({ sessions }) }), result: 0 }))).toEqual(
      {
        result: 0,
        dropped: 2,
      },
    );
  });

  it.skipIf(process.platform !== 'linux')('is on the disk, and its folder, before a save is answered', async () => {
    const home = await temporaryHome();
    const book = openBook({ home });
    const noted = await watchSyncs(home);
    await book.update(withMode('M-a'));
    noted.push('answered');
    expect(noted.filter((one) => !one.includes('locks'))).toEqual(['fsync temporary', 'fsync ', 'answered']);
  });

  it.each([
    ['others may write to it', (path: string) => chmod(path, 0o666)],
    ['it is a link', async (path: string) => rm(path).then(() => symlink('/dev/null', path))],
  ])('is not read where %s', async (_, spoil) => {
    const book = openBook({ home: await temporaryHome() });
    await book.update(withMode('M-a'));
    await spoil(book.path);
    await expect(book.read()).rejects.toMatchObject({ kind: 'local_io' });
    await expect(book.update(withMode('M-b'))).rejects.toMatchObject({ kind: 'local_io' });
  });
});

describe('a book with a mistake', () => {
  it('is refused with its line, and kept byte for byte', async () => {
    const path = join(await teamFolder(), 'modes.json');
    const text = '{\n  "version": 1,\n  "agents": {},\n}\n';
    await writeFile(path, text);
    const book = openBook({ home: await temporaryHome(), path });
    for (const problem of [await problemOf(book.read()), await problemOf(book.update(withMode('M-a')))])
      expect(problem).toMatchObject({
        kind: 'local_io',
        message: expect.stringMatching(/mistake in line 3: .*comma is too much\. Nothing was changed\.$/),
        details: { next: expect.stringContaining(path) },
      });
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(join(path, '..'))).toEqual(['modes.json']);
  });

  it.each([
    ['Latin-1', 'latin1'],
    ['UTF-16', 'utf16le'],
  ] as const)('is one whose letters are not UTF-8, but %s: none is lost', async (_, encoding) => {
    const path = join(await teamFolder(), 'modes.json');
    const text = JSON.stringify(bookOf({ 'coval/agent/a1': entryOf({ name: 'Empfang Köln' }) }), null, 2);
    const bytes = Buffer.from(`${encoding === 'utf16le' ? '\ufeff' : ''}${text}`, encoding);
    await writeFile(path, bytes);
    const problem = await problemOf(openBook({ home: await temporaryHome(), path }).update(withMode('M-a')));
    const line = encoding === 'latin1' ? text.split('\n').findIndex((one) => one.includes('Köln')) + 1 : 1;
    expect(problem).toMatchObject({ message: expect.stringContaining(`mistake in line ${line}: `) });
    expect(await readFile(path)).toEqual(bytes);
  });

  it('is read again as soon as it is mended', async () => {
    const path = join(await teamFolder(), 'modes.json');
    const book = openBook({ home: await temporaryHome(), path });
    await writeFile(path, '{}');
    await problemOf(book.read());
    await writeFile(path, JSON.stringify(bookOf()));
    expect(await book.read()).toEqual(bookOf());
  });
});

describe("a team's own book", () => {
  it('is made as the umask says', async () => {
    const path = join(await teamFolder(), 'modes.json');
    await openBook({ home: await temporaryHome(), path }).update(withMode('M-a'));
    expect((await stat(path)).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it.each([0o664, 0o640, 0o666])('keeps its mode %o, and may be written by others', async (mode) => {
    const path = join(await teamFolder(), 'modes.json');
    await writeFile(path, JSON.stringify(bookOf()));
    await chmod(path, mode);
    const book = openBook({ home: await temporaryHome(), path });
    await book.update(withMode('M-b'));
    expect((await stat(path)).mode & 0o777).toBe(mode);
    expect(saved(await book.read())).toEqual(['M-1a2b3c', 'M-b']);
  });

  it('may belong to another user', async () => {
    const path = join(await teamFolder(), 'modes.json');
    await writeFile(path, JSON.stringify(bookOf()));
    const owner = process.geteuid;
    process.geteuid = () => 12_345;
    onTestFinished(() => {
      process.geteuid = owner;
    });
    expect(await openBook({ home: '/nowhere', path }).read()).toEqual(bookOf());
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['a link', (path) => symlink('/etc/hosts', path)],
    ['a folder', (path) => mkdir(path)],
    ['larger than 2 MB', (path) => writeFile(path, ' '.repeat(2_000_001))],
  ])('is refused where it is %s', async (_, make) => {
    const path = join(await teamFolder(), 'modes.json');
    await make(path);
    const book = openBook({ home: await temporaryHome(), path });
    for (const problem of [await problemOf(book.read()), await problemOf(book.update(withMode('M-a')))])
      expect(problem).toMatchObject({ kind: 'local_io', message: expect.stringContaining('Nothing was changed') });
  });

  it('is refused in a folder that does not exist, and nothing is made', async () => {
    const [folder, home] = [await teamFolder(), await temporaryHome()];
    const book = openBook({ home, path: join(folder, 'gone', 'modes.json') });
    for (const problem of [await problemOf(book.read()), await problemOf(book.update(withMode('M-a')))])
      expect(problem).toMatchObject({ kind: 'local_io', message: expect.stringContaining('does not exist') });
    expect([await readdir(folder), await readdir(home)]).toEqual([[], []]);
  });

  it('is one book by whichever way its folder is reached', async () => {
    const [folder, home] = [await teamFolder(), await temporaryHome()];
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'linked'));
    const ids = Array.from({ length: 12 }, (_, nth) => `M-${nth}`);
    await Promise.all(
      ids.map((id, nth) =>
        openBook({ home, path: join(folder, nth % 2 ? 'real' : 'linked', 'modes.json') }).update(withMode(id)),
      ),
    );
    expect(saved(await openBook({ home, path: join(folder, 'real', 'modes.json') }).read())).toHaveLength(12);
  });

  it('loses nothing that somebody wrote while it was changed', async () => {
    const path = join(await teamFolder(), 'modes.json');
    const [one, other] = [await temporaryHome(), await temporaryHome()];
    let calls = 0;
    const { writeFileSync, renameSync } = await import('node:fs');
    await openBook({ home: one, path }).update((book) => {
      calls += 1;
      if (calls === 1) {
        writeFileSync(`${path}.new`, JSON.stringify(bookOf()));
        renameSync(`${path}.new`, path);
      }
      return withMode('M-b')(book);
    });
    expect(calls).toBe(2);
    expect(saved(await openBook({ home: other, path }).read())).toEqual(['M-1a2b3c', 'M-b']);
  });

  it('keeps every one of many changes from servers whose homes differ', async () => {
    const path = join(await teamFolder(), 'modes.json');
    const ids = Array.from({ length: 24 }, (_, nth) => `M-${nth}`);
    const homes = await Promise.all(ids.map(() => temporaryHome()));
    await Promise.all(ids.map((id, nth) => openBook({ home: homes[nth] ?? '', path }).update(withMode(id))));
    expect(saved(await openBook({ home: homes[0] ?? '', path }).read())).toHaveLength(24);
    expect(await readdir(join(path, '..'))).toEqual(['modes.json']);
  });

  it('says that it is edited where that never ends, and stays', async () => {
    const path = join(await teamFolder(), 'modes.json');
    const { writeFileSync } = await import('node:fs');
    let calls = 0;
    const update = openBook({ home: await temporaryHome(), path }).update((book) => {
      calls += 1;
      writeFileSync(path, `${JSON.stringify(bookOf())}${' '.repeat(calls)}`);
      return withMode('M-b')(book);
    });
    expect(await problemOf(update)).toMatchObject({
      kind: 'local_io',
      message: expect.stringMatching(/edited again and again/),
    });
    expect(saved(JSON.parse(await readFile(path, 'utf8')))).toEqual(['M-1a2b3c']);
  });

  it.skipIf(process.getuid?.() === 0)('is refused in a folder that cannot be written, by its name', async () => {
    const folder = await teamFolder();
    await chmod(folder, 0o500);
    const path = join(folder, 'modes.json');
    const problem = await problemOf(openBook({ home: await temporaryHome(), path }).update(withMode('M-a')));
    expect(problem).toMatchObject({
      kind: 'local_io',
      message: expect.stringMatching(/^Writing the failure modes failed \(EACCES\)/),
      details: { next: expect.stringContaining(path) },
    });
  });

  it('has what killed processes left beside it removed when it is old, and nothing of others', async () => {
    const folder = await teamFolder();
    const names = ['.agent-sim-failure-modes.tmp-1-a', '.agent-sim-failure-modes.tmp-2-b', '.tmp-mine'];
    for (const name of names) await writeFile(join(folder, name), '');
    const then = new Date(Date.now() - 3_600_000);
    for (const name of [names[0], names[2]]) await utimes(join(folder, name ?? ''), then, then);
    await openBook({ home: await temporaryHome(), path: join(folder, 'modes.json') }).update(withMode('M-a'));
    expect((await readdir(folder)).sort()).toEqual([names[1], names[2], 'modes.json']);
  });
});

describe('reading a book again', () => {
  it('gives the same object as long as the file holds the same', async () => {
    const path = join(await teamFolder(), 'modes.json');
    const book = openBook({ home: await temporaryHome(), path });
    await writeFile(path, JSON.stringify(bookOf()));
    const first = await book.read();
    expect(await book.read()).toBe(first);
    const then = new Date(Date.now() - 60_000);
    await utimes(path, then, then);
    expect(await book.read()).toBe(first);
    expect(await book.read()).toBe(first);
    expect(Object.isFrozen(first.agents)).toBe(true);
  });

  it('sees what was written in place, of the same size, in the same moment', async () => {
    const path = join(await teamFolder(), 'modes.json');
    const book = openBook({ home: await temporaryHome(), path });
    await writeFile(path, JSON.stringify(bookOf()));
    const { atime, mtime } = await stat(path);
    await book.read();
    await writeFile(path, JSON.stringify(bookOf({ 'coval/agent/a2': entryOf() })));
    await utimes(path, atime, mtime);
    expect(Object.keys((await book.read()).agents)).toEqual(['coval/agent/a2']);
  });

  it('sees that the file went', async () => {
    const path = join(await teamFolder(), 'modes.json');
    const book = openBook({ home: await temporaryHome(), path });
    await writeFile(path, JSON.stringify(bookOf()));
    await book.read();
    await rm(path);
    expect(await book.read()).toEqual({ version: 1, agents: {} });
  });
});

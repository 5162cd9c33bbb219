import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExclusive, ensureFolder, localIo, moveOnce, replaceFile } from '../../src/home/files.ts';
import { temporaryHome } from '../starting/support.ts';

function noLinks(code: string) {
  return async () => {
    throw Object.assign(new Error('no links here'), { code });
  };
}

describe('createExclusive', () => {
  it('creates once, complete, for its owner only', async () => {
    const home = await temporaryHome();
    const path = join(home, 'a.json');
    expect(await createExclusive(path, 'first')).toBe(true);
    expect(await createExclusive(path, 'second')).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('first');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(home)).toEqual(['a.json']);
  });

  it('lets exactly one of many racers win', async () => {
    const path = join(await temporaryHome(), 'a.json');
    const won = await Promise.all(Array.from({ length: 20 }, (_, n) => createExclusive(path, String(n))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe(String(won.indexOf(true)));
  });

  it.each(['EPERM', 'ENOTSUP', 'ENOSYS'])('does without hard links (%s)', async (code) => {
    const home = await temporaryHome();
    const path = join(home, 'a.json');
    const won = await Promise.all(Array.from({ length: 10 }, () => createExclusive(path, 'text', noLinks(code))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe('text');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(home)).toEqual(['a.json']);
  });

  it('recognises its own link when a network mount repeats the request', async () => {
    const { link } = await import('node:fs/promises');
    const path = join(await temporaryHome(), 'a.json');
    const repeated = async (existing: string, created: string) => {
      await link(existing, created);
      await link(existing, created);
    };
    expect(await createExclusive(path, 'text', repeated)).toBe(true);
  });

  it('passes other errors on and leaves nothing behind', async () => {
    const home = await temporaryHome();
    await expect(createExclusive(join(home, 'a'), 'text', noLinks('EIO'))).rejects.toMatchObject({ code: 'EIO' });
    expect(await readdir(home)).toEqual([]);
    await writeFile(join(home, 'file'), '');
    await expect(createExclusive(join(home, 'file', 'a'), 'text')).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('replaceFile, moveOnce, ensureFolder', () => {
  it('replaces at once', async () => {
    const home = await temporaryHome();
    const path = join(home, 'a.json');
    await replaceFile(path, 'first');
    await replaceFile(path, 'second');
    expect(await readFile(path, 'utf8')).toBe('second');
    expect(await readdir(home)).toEqual(['a.json']);
    await mkdir(join(home, 'folder', 'inside'), { recursive: true });
    await expect(replaceFile(join(home, 'folder'), 'text')).rejects.toThrow();
    expect(await readdir(home)).toEqual(['a.json', 'folder']);
  });

  it('moves once', async () => {
    const home = await temporaryHome();
    await writeFile(join(home, 'a'), 'x');
    const moved = await Promise.all(Array.from({ length: 10 }, () => moveOnce(join(home, 'a'), join(home, 'b'))));
    expect(moved.filter(Boolean)).toHaveLength(1);
  });

  it('makes folders that only their owner can enter', async () => {
    const home = await temporaryHome();
    await ensureFolder(join(home, 'x', 'y'));
    expect((await stat(join(home, 'x', 'y'))).mode & 0o777).toBe(0o700);
    await chmod(home, 0o755);
    await ensureFolder(home);
    expect((await stat(home)).mode & 0o777).toBe(0o755);
  });

  it('says what to do about a home that cannot be used', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const problem = localIo(full, '/state', 'Writing');
    expect(problem).toMatchObject({ kind: 'local_io', details: { sent: 'no' } });
    expect(problem.message).toContain('ENOSPC');
    expect(problem.details.next).toContain('/state');
    expect(localIo(problem, '/other', 'Reading')).toBe(problem);
  });
});

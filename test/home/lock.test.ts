import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LockFiles, type LockSeams, REAL_LOCK, withLock } from '../../src/home/lock.ts';
import { ownProcess, type ProcessIdentity } from '../../src/home/process-identity.ts';
import { randomFrom } from '../starting/crew.ts';
import { frozenClock, temporaryHome } from '../starting/support.ts';
import { problemOf } from '../support/problem-of.ts';

/** Processes in a world of their own: every step at a file is taken in an order that a seed decides, between others' steps. */
function world(seed: number) {
  const random = randomFrom(seed);
  const clock = frozenClock(1_000_000_000_000);
  const disk = new Map<string, { text: string; modifiedMs: number }>();
  const dead = new Set<number>();
  const waiting: { pid: number; go(): void }[] = [];
  let steps = 0;

  const step = <T>(pid: number, act: () => T): Promise<T> =>
    new Promise((resolve) => waiting.push({ pid, go: () => resolve(act()) }));
  const filesOf = (pid: number): LockFiles => ({
    folder: (home) => step(pid, () => home),
    create: (path, text) =>
      step(pid, () => {
        if (disk.has(path)) return false;
        disk.set(path, { text, modifiedMs: clock.now() });
        return true;
      }),
    read: (path) => step(pid, () => disk.get(path)),
    remove: (path) => step(pid, () => void disk.delete(path)),
    sweep: () => step(pid, () => undefined),
  });
  return {
    random,
    clock,
    disk,
    dead,
    step,
    /** A process of this world. */
    seamsOf: (pid: number, own: Partial<ProcessIdentity> = {}): LockSeams => ({
      files: filesOf(pid),
      clock,
      sleep: (ms) => step(pid, () => clock.advance(ms / 100)),
      own: { pid, started: String(pid), host: 'here', ...own },
      liveness: ({ pid: other }) => (dead.has(other) ? 'dead' : 'alive'),
    }),
    /** Lets all go on, one step at a time, until nobody who lives has anything to do. */
    async run(each: () => void = () => undefined) {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        const living = waiting.filter(({ pid }) => !dead.has(pid));
        const next = living[Math.floor(random() * living.length)];
        if (!next) return;
        waiting.splice(waiting.indexOf(next), 1);
        next.go();
        steps += 1;
        if (steps > 20_000) throw new Error('They never end.');
        each();
      }
    },
  };
}

describe('a lock, with processes killed between any two of their steps', () => {
  it('is held by one at a time, and never left for good', async () => {
    for (let seed = 0; seed < 600; seed += 1) await lives(seed);
  });

  async function lives(seed: number): Promise<void> {
    const { random, dead, disk, step, seamsOf, run } = world(seed);
    let inside = new Set<number>();
    let most = 0;
    let kept = 0;
    const done: number[] = [];
    const work = async (pid: number) => {
      await withLock(
        '/home',
        'modes',
        async () => {
          inside.add(pid);
          most = Math.max(most, [...inside].filter((one) => !dead.has(one)).length);
          const read = await step(pid, () => kept);
          await step(pid, () => {
            kept = read + 1;
          });
          inside.delete(pid);
        },
        seamsOf(pid),
      );
      done.push(pid);
    };
    const PROCESSES = 8;
    const all = Array.from({ length: PROCESSES }, (_, index) => work(index + 1));
    void Promise.allSettled(all);
    await run(() => {
      // Up to half of them die somewhere.
      if (random() < 0.06 && dead.size < PROCESSES / 2) dead.add(1 + Math.floor(random() * PROCESSES));
      inside = new Set([...inside].filter((pid) => !dead.has(pid)));
    });
    expect(most, `seed ${seed}`).toBe(1);
    expect(done.filter((pid) => !dead.has(pid))).toHaveLength(PROCESSES - dead.size);
    expect(kept).toBeGreaterThanOrEqual(done.length);
    expect([...disk.keys()].filter((path) => path.endsWith('.lock') && !isOfDead(disk.get(path)?.text, dead))).toEqual(
      [],
    );
  }

  function isOfDead(text: string | undefined, dead: ReadonlySet<number>): boolean {
    return text !== undefined && dead.has(JSON.parse(text).holder.pid);
  }
});

describe('the lock of one process', () => {
  const leave = async (home: string, holder: Partial<ProcessIdentity>, ageMs = 0) => {
    const folder = join(home, 'locks');
    await mkdir(folder, { mode: 0o700 });
    const path = join(folder, 'modes.lock');
    const token = 'a'.repeat(32);
    await writeFile(path, JSON.stringify({ token, holder: { ...ownProcess(), ...holder } }), { mode: 0o600 });
    const then = new Date(Date.now() - ageMs);
    await utimes(path, then, then);
    return path;
  };
  /** Time that passes only where somebody sleeps; everything else is real. */
  const seamsOf = (own: Partial<LockSeams> = {}): LockSeams => {
    const clock = frozenClock();
    return { ...REAL_LOCK, clock, sleep: clock.sleep, ...own };
  };

  it('is gone when it is done, also where that failed', async () => {
    const home = await temporaryHome();
    expect(await withLock(home, 'modes', async () => 1)).toBe(1);
    await expect(withLock(home, 'modes', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(join(home, 'locks'))).toEqual([]);
  });

  it('of a dead process is taken over at once, with what killed processes left of taking it over', async () => {
    const home = await temporaryHome();
    const path = await leave(home, { started: '1' });
    const right = `${path}.${'a'.repeat(32)}.1`;
    await writeFile(right, JSON.stringify({ token: 'b'.repeat(32), holder: { ...ownProcess(), started: '2' } }), {
      mode: 0o600,
    });
    const seams = seamsOf({ sleep: () => Promise.resolve() });
    expect(await withLock(home, 'modes', async () => 1, seams)).toBe(1);
    expect(await readdir(join(home, 'locks'))).toEqual([]);
  });

  it('of a process that lives is waited for, and then said to be held', async () => {
    const home = await temporaryHome();
    await leave(home, { pid: process.ppid, started: undefined }, 1_000);
    const problem = await problemOf(withLock(home, 'modes', async () => 1, seamsOf({ liveness: () => 'alive' })));
    expect(problem).toMatchObject({ kind: 'local_io', message: expect.stringContaining('for ten seconds') });
    expect(await readdir(join(home, 'locks'))).toEqual(['modes.lock']);
  });

  it('of a process that is known to live is never taken, however long it is held', async () => {
    const home = await temporaryHome();
    await leave(home, {}, 86_400_000);
    await expect(withLock(home, 'modes', async () => 1, seamsOf())).rejects.toMatchObject({ kind: 'local_io' });
  });

  it.each([
    ['on another machine', { host: 'elsewhere' }],
    ['in another container', { namespace: 'pid:[1]' }],
  ])('of a process %s is taken after a minute, and not before', async (_, holder) => {
    const [young, old] = [await temporaryHome(), await temporaryHome()];
    await leave(young, holder, 30_000);
    await leave(old, holder, 61_000);
    await expect(withLock(young, 'modes', async () => 1, seamsOf())).rejects.toMatchObject({ kind: 'local_io' });
    expect(await withLock(old, 'modes', async () => 1, seamsOf())).toBe(1);
  });

  it.each([
    ['empty', ''],
    ['half', '{"token":"aaa'],
  ])('that is %s counts as held for a minute', async (_, text) => {
    const home = await temporaryHome();
    const path = await leave(home, {});
    await writeFile(path, text);
    await expect(withLock(home, 'modes', async () => 1, seamsOf())).rejects.toMatchObject({ kind: 'local_io' });
    const then = new Date(Date.now() - 61_000);
    await utimes(path, then, then);
    expect(await withLock(home, 'modes', async () => 1, seamsOf())).toBe(1);
  });

  it('tells its holder when it was taken away', async () => {
    const home = await temporaryHome();
    const path = join(home, 'locks', 'modes.lock');
    const stolen = withLock(home, 'modes', async (held) => {
      await held.check();
      await writeFile(path, JSON.stringify({ token: 'c'.repeat(32), holder: ownProcess() }));
      await held.check();
    });
    await expect(stolen).rejects.toMatchObject({ kind: 'local_io', message: expect.stringContaining('stood still') });
  });

  it('is not what a link leads to', async () => {
    const home = await temporaryHome();
    await mkdir(join(home, 'locks'), { mode: 0o700 });
    await symlink('/dev/null', join(home, 'locks', 'modes.lock'));
    await expect(withLock(home, 'modes', async () => 1, seamsOf())).rejects.toMatchObject({
      kind: 'local_io',
      message: expect.stringContaining('no regular file'),
    });
  });
});

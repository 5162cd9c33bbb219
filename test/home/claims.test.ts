import { link as hardLink, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClaimsOptions, createClaims } from '../../src/home/claims.ts';
import type { Link } from '../../src/home/files.ts';
import { isRecord, parsedJson } from '../../src/model/json.ts';
import { frozenClock, temporaryHome } from '../starting/support.ts';
import { growth } from '../support/growth.ts';
import { problemOf } from '../support/problem-of.ts';
import { watchSyncs } from '../support/watched-syncs.ts';

/** A record of two kinds, as a folder may hold them: of an id, and of what is done with it at a target. */
interface Name {
  id: string;
  target?: string | undefined;
}
interface Step extends Name {
  state: string;
  note?: string | undefined;
}

const fileOf = ({ id, target }: Name) => [id, target, 'json'].filter((part) => part !== undefined).join('.');

function nameOf(file: string): Name | undefined {
  const [, id, target] = /^([a-z]+\d*)(?:\.(copy|live))?\.json$/.exec(file) ?? [];
  return id === undefined ? undefined : { id, target };
}

function parse(text: string): Step | undefined {
  const value = parsedJson(text);
  if (!isRecord(value)) return undefined;
  const { id, target, state, note } = value;
  if (typeof id !== 'string' || typeof state !== 'string') return undefined;
  return {
    id,
    state,
    ...(typeof target === 'string' && { target }),
    ...(typeof note === 'string' && { note }),
  };
}

function claimsIn(home: string, more: Partial<ClaimsOptions<Name, Step>> = {}) {
  const clock = frozenClock();
  const reports: string[] = [];
  const claims = createClaims<Name, Step>({
    home,
    folder: 'steps',
    words: {
      folder: 'the book of steps',
      damaged: 'a step that was begun',
      unsettled: 'A step could not be ended',
      unremoved: 'An old step stays',
    },
    now: clock.now,
    fileOf,
    nameOf,
    parse,
    damaged: (name) => ({ ...name, state: 'damaged' }),
    report: (text) => reports.push(text),
    ...more,
  });
  return { clock, reports, claims };
}

const open: Step = { id: 'a', state: 'open' };
const done: Step = { id: 'a', state: 'done' };

describe('claim', () => {
  it('makes one file, whole and for its owner only, once', async () => {
    const home = await temporaryHome();
    const { claims } = claimsIn(home);
    expect(await claims.claim(open)).toBe(true);
    expect(await claims.claim(done)).toBe(false);
    expect(await claims.claim({ ...open, target: 'copy' })).toBe(true);
    expect((await readdir(join(home, 'steps'))).sort()).toEqual(['a.copy.json', 'a.json']);
    expect((await stat(join(home, 'steps'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(home, 'steps', 'a.json'))).mode & 0o777).toBe(0o600);
    expect(claims.one({ id: 'a' })).toEqual(open);
  });

  it('is given to one of many', async () => {
    const home = await temporaryHome();
    const crew = Array.from({ length: 20 }, () => claimsIn(home).claims);
    const given = await Promise.all(crew.map((claims) => claims.claim(open)));
    expect(given.filter(Boolean)).toHaveLength(1);
  });

  it('throws before anything is sent where the home is no folder, and so does a record', async () => {
    const home = join(await temporaryHome(), 'file');
    await writeFile(home, '');
    const { claims, reports } = claimsIn(home);
    for (const [doing, call] of [
      ['Writing the book of steps failed', () => claims.claim(open)],
      ['Writing the book of steps failed', () => claims.record(done)],
      ['Reading the book of steps failed', () => claims.read()],
    ] as const) {
      const problem = await problemOf(call());
      expect(problem).toMatchObject({ kind: 'local_io', details: { sent: 'no' } });
      expect(problem.message).toContain(doing);
    }
    expect(reports).toEqual([]);
  });

  it('keeps secrets out, and gives up what may hold one rather than the record', async () => {
    const home = await temporaryHome();
    const step = { ...open, note: 'hunter2' };
    const plain = (entry: Step): Step => ({ ...entry, note: undefined });
    const careful = claimsIn(home, { redacted: { text: (text) => text.replaceAll('hunter2', '[redacted]'), plain } });
    await careful.claims.claim(step);
    expect(careful.claims.one(step)).toEqual({ ...open, note: '[redacted]' });
    for (const [target, broken] of [
      ['copy', '"'],
      ['live', '"live"'],
    ] as const) {
      const breaking = claimsIn(home, { redacted: { text: (text) => text.replaceAll(broken, '"x'), plain } });
      await breaking.claims.claim({ ...step, target });
      expect(await readFile(join(home, 'steps', `a.${target}.json`), 'utf8')).not.toContain('hunter2');
      expect(breaking.claims.one({ id: 'a', target })).toEqual({ ...open, target });
    }
  });
});

describe.skipIf(process.platform !== 'linux')('what is written', () => {
  it('is on the disk, with its folder, when the call returns', async () => {
    const home = await temporaryHome();
    await mkdir(join(home, 'steps'), { mode: 0o700 });
    const noted = await watchSyncs(home);
    const link: Link = async (from, to) => {
      noted.push('link');
      await hardLink(from, to);
    };
    const { claims } = claimsIn(home, { link });
    await claims.claim(open);
    expect(noted.splice(0)).toEqual(['fsync steps/temporary', 'link', 'fsync steps']);
    for (const write of [claims.record, claims.settle]) {
      await write(done);
      expect(noted.splice(0)).toEqual(['fsync steps/temporary', 'fsync steps']);
    }
  });
});

describe('record and settle', () => {
  it('write over the file, for other processes too', async () => {
    const home = await temporaryHome();
    const [one, other] = [claimsIn(home).claims, claimsIn(home).claims];
    await one.claim(open);
    expect(await other.read()).toEqual([open]);
    await one.record({ ...open, state: 'sent' });
    expect(await other.read()).toEqual([{ ...open, state: 'sent' }]);
    await one.settle(done);
    expect(other.one(open)).toEqual(done);
    await one.remove([done]);
    expect(await other.read()).toEqual([]);
    expect(other.one(open)).toBeUndefined();
  });

  it('a full disk costs a settled record nothing: it is kept, and written later', async () => {
    const home = await temporaryHome();
    const { claims, reports } = claimsIn(home);
    await claims.claim(open);
    await rm(join(home, 'steps'), { recursive: true });
    await writeFile(join(home, 'steps'), 'in the way');
    await claims.settle(done);
    expect(reports).toEqual(['A step could not be ended (it is no folder); it is tried again.']);
    expect(claims.one(open)).toEqual(done);
    await rm(join(home, 'steps'));
    expect(await claims.read()).toEqual([done]);
    expect(await claimsIn(home).claims.read()).toEqual([done]);
  });

  it('what was recorded since is not undone by what was kept', async () => {
    const home = await temporaryHome();
    const { claims } = claimsIn(home);
    await writeFile(join(home, 'steps'), 'in the way');
    await claims.settle(open);
    await rm(join(home, 'steps'));
    await claims.record(done);
    expect(await claims.read()).toEqual([done]);
  });
});

describe('read', () => {
  it('reports foreign and damaged files once and goes on', async () => {
    const home = await temporaryHome();
    const { claims, reports } = claimsIn(home);
    await claims.claim(open);
    const put = (file: string, text: string) => writeFile(join(home, 'steps', file), text);
    await put('README.txt', 'hello');
    await put('b.json', '{"id"');
    await put('c.live.json', '');
    await put('d.json', JSON.stringify(open));
    await mkdir(join(home, 'steps', 'e.json'));
    const damaged = (name: Name) => ({ ...name, state: 'damaged' });
    const all = [open, damaged({ id: 'b' }), damaged({ id: 'c', target: 'live' }), damaged({ id: 'd' })];
    const entries = await claims.read();
    expect(entries).toHaveLength(5);
    expect(entries).toEqual(expect.arrayContaining([...all, damaged({ id: 'e' })]));
    const said = [
      'The book of steps holds a foreign file, "README.txt".',
      ...['b.json', 'c.live.json', 'd.json'].map(
        (file) => `${file} in the book of steps cannot be read; it is taken for a step that was begun.`,
      ),
      'e.json in the book of steps is not opened (it is no regular file); it is taken for a step that was begun.',
    ];
    expect([...reports].sort()).toEqual(said.sort());
    await claims.read();
    expect(reports).toHaveLength(5);
    // Nothing of the record that was asked with is taken for what stands in the file.
    const asked: Step = { ...done, id: 'b', note: 'of ours' };
    expect(claims.one(asked)).toEqual(damaged({ id: 'b' }));
    expect(await claims.claim({ ...open, id: 'b' })).toBe(false);
  });

  it('shares its folder with other records', async () => {
    const home = await temporaryHome();
    const { claims } = claimsIn(home);
    await claims.claim(open);
    const notes = claimsIn(home, {
      nameOf: (file) => (file.startsWith('note') ? nameOf(file) : undefined),
      isOther: (file) => file === 'a.json',
    });
    await notes.claims.claim({ ...open, id: 'note1' });
    await writeFile(join(home, 'steps', 'b.json'), '{}');
    expect(await notes.claims.read()).toEqual([{ ...open, id: 'note1' }]);
    expect(notes.reports).toEqual(['The book of steps holds a foreign file, "b.json".']);
  });

  it('does not read a file that is larger than any record', async () => {
    const home = await temporaryHome();
    const { claims } = claimsIn(home);
    await claims.claim(open);
    const put = (size: number) => writeFile(join(home, 'steps', 'a.json'), JSON.stringify(open).padEnd(size, ' '));
    await put(1_000_000);
    expect(await claims.read()).toEqual([open]);
    await put(1_000_001);
    expect(await claims.read()).toMatchObject([{ state: 'damaged' }]);
  });

  it('parses again what another process wrote, and nothing else', async () => {
    const home = await temporaryHome();
    const other = claimsIn(home).claims;
    const parsed: string[] = [];
    const { claims } = claimsIn(home, {
      parse: (text) => {
        parsed.push(text);
        return parse(text);
      },
    });
    for (const id of ['a', 'b']) await other.claim({ ...open, id });
    await claims.read();
    await other.record(done);
    await claims.read();
    expect(parsed.splice(0).sort()).toEqual(
      [done, open, { ...open, id: 'b' }].map((step) => JSON.stringify(step)).sort(),
    );
    await claims.read();
    expect(parsed).toEqual([]);
  });

  it('is empty where nothing was ever claimed, and picks by name', async () => {
    const { claims } = claimsIn(await temporaryHome());
    expect(await claims.read()).toEqual([]);
    for (const target of [undefined, 'copy', 'live']) await claims.claim({ ...open, target });
    expect(await claims.read(({ target }) => target === 'live')).toEqual([{ ...open, target: 'live' }]);
  });

  it('reads two thousand records in time in proportion', async () => {
    const home = await temporaryHome();
    const { claims } = claimsIn(home);
    await claims.claim({ ...open, id: 'a1' });
    for (let n = 2; n <= 2_000; n += 1)
      await writeFile(join(home, 'steps', `a${n}.json`), JSON.stringify({ ...open, id: `a${n}` }));
    const read = async (size: number) => {
      const some = await claims.read(({ id }) => Number(id.slice(1)) <= size);
      expect(some).toHaveLength(size);
    };
    expect(await growth(read, 250)).toBeLessThan(1.5);
  });
});

describe('remove and sweep', () => {
  it('says which record it could not remove', async () => {
    const home = await temporaryHome();
    const { claims, reports } = claimsIn(home);
    await mkdir(join(home, 'steps', 'a.json', 'x'), { recursive: true });
    await claims.remove([open]);
    expect(reports).toEqual(['An old step stays (ERR_FS_EISDIR).']);
  });

  it('sweeps a home that holds nothing yet', async () => {
    await expect(claimsIn(await temporaryHome()).claims.sweep()).resolves.toBeUndefined();
  });

  it('clears what killed processes left half written, once it is old', async () => {
    const home = await temporaryHome();
    const { claims, clock, reports } = claimsIn(home);
    await claims.claim(open);
    for (const name of ['.tmp-1-old', '.tmp-2-new']) await writeFile(join(home, 'steps', name), '{');
    const old = new Date(clock.now() - 7_200_000);
    for (const name of ['.tmp-1-old', 'a.json']) await utimes(join(home, 'steps', name), old, old);
    await claims.sweep();
    expect((await readdir(join(home, 'steps'))).sort()).toEqual(['.tmp-2-new', 'a.json']);
    await claims.read();
    expect(reports).toEqual([]);
  });
});

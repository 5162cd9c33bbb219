import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClaimDraft, createJournal } from '../../src/starting/journal.ts';
import { fileName, parseEntry, parseFileName } from '../../src/starting/journal-entry.ts';
import { growth } from '../support/growth.ts';
import { problemOf } from '../support/problem-of.ts';
import { frozenClock, temporaryHome } from './support.ts';

const fingerprint = 'a'.repeat(32);
const draft: ClaimDraft = {
  fingerprint,
  start: 'u1',
  index: 0,
  attempt: 1,
  steps: 1,
  provider: 'acme',
  host: 'api.acme.test',
  sandbox: false,
  test: 'acme/suite/s1',
  label: 'suite "Bookings"',
  body: { suite: 's1' },
  step_digest: 'd',
  runs: 2,
};

async function journalIn(home: string, more: Partial<Parameters<typeof createJournal>[0]> = {}) {
  const clock = frozenClock();
  const reports: string[] = [];
  const report = (text: string) => reports.push(text);
  return { clock, reports, journal: createJournal({ home, clock, report, ...more }) };
}

async function claimed(journal: ReturnType<typeof createJournal>, more: Partial<ClaimDraft> = {}) {
  const entry = await journal.claim({ ...draft, ...more });
  if (entry === 'claimed elsewhere') throw new Error(entry);
  return entry;
}

describe('names of claims', () => {
  it('read back as they were written', () => {
    for (const start of ['u1', 'u42', `k${'b'.repeat(32)}`])
      expect(parseFileName(fileName({ fingerprint, start, index: 3, attempt: 2 }))).toEqual({
        fingerprint,
        start,
        index: 3,
        attempt: 2,
      });
  });

  it.each([
    'x.json',
    'a.u1.0.1.json',
    `${fingerprint}.x1.0.1.json`,
    `${fingerprint}.u1.0.1.json.bak`,
    '../u1.0.1.json',
  ])('leaves %s alone', (name) => expect(parseFileName(name)).toBeUndefined());

  it('does not take a copied file for a claim of its name', async () => {
    const { journal } = await journalIn(await temporaryHome());
    const entry = await claimed(journal);
    expect(parseEntry(entry, JSON.stringify(entry))).toMatchObject({ id: entry.id });
    expect(parseEntry({ ...entry, attempt: 2 }, JSON.stringify(entry))).toBeUndefined();
  });
});

describe('claim', () => {
  it('is on the disk, whole and private, before anything is sent', async () => {
    const home = await temporaryHome();
    const { journal, clock } = await journalIn(home);
    const entry = await claimed(journal);
    expect(await readdir(join(home, 'starts'))).toEqual([`${fingerprint}.u1.0.1.json`]);
    expect((await stat(join(home, 'starts'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(home, 'starts', fileName(entry)))).mode & 0o777).toBe(0o600);
    const [read] = await journal.read();
    expect(read).toEqual(entry);
    expect(read).toMatchObject({
      state: 'open',
      claimed_at: new Date(clock.now()).toISOString(),
      process: { pid: process.pid },
    });
  });

  it('is given once', async () => {
    const { journal } = await journalIn(await temporaryHome());
    const results = await Promise.all(Array.from({ length: 20 }, () => journal.claim(draft)));
    expect(results.filter((result) => result !== 'claimed elsewhere')).toHaveLength(1);
  });

  it('fails before anything is sent when the home is no folder', async () => {
    const home = await temporaryHome();
    await writeFile(join(home, 'file'), '');
    const { journal } = await journalIn(join(home, 'file'));
    expect(await problemOf(journal.claim(draft))).toMatchObject({ kind: 'local_io', details: { sent: 'no' } });
    expect((await problemOf(journal.claim(draft))).message).toContain('Writing the journal of starts');
    expect(await problemOf(journal.read())).toMatchObject({ kind: 'local_io' });
    expect((await problemOf(journal.read())).message).toContain('Reading the journal of starts');
  });

  it('keeps secrets out, and gives up the body rather than the entry', async () => {
    const home = await temporaryHome();
    const body = { variables: { password: 'hunter2' } };
    const plain = await journalIn(home, { redact: (text) => text.replaceAll('hunter2', '[redacted]') });
    await claimed(plain.journal, { body });
    expect((await plain.journal.read())[0]?.body).toEqual({ variables: { password: '[redacted]' } });
    const breaking = await journalIn(home, { redact: (text) => text.replaceAll('"', '') });
    await claimed(breaking.journal, { body, start: 'u2' });
    const text = await readFile(join(home, 'starts', `${fingerprint}.u2.0.1.json`), 'utf8');
    expect(text).not.toContain('hunter2');
    const [kept] = await breaking.journal.read((name) => name.start === 'u2');
    expect(kept).toMatchObject({ state: 'open', test: draft.test, label: '' });
    expect(kept).not.toHaveProperty('body');
  });
});

describe('settle', () => {
  it('writes what became of it', async () => {
    const { journal, clock } = await journalIn(await temporaryHome());
    const entry = await claimed(journal);
    clock.advance(1_000);
    const settled = await journal.settle(entry, { state: 'started', receipt: { session: ['x'] } });
    expect(settled).toMatchObject({ state: 'started', settled_at: new Date(clock.now()).toISOString() });
    expect(await journal.read()).toEqual([settled]);
  });

  it('never forgets a session again', async () => {
    const { journal } = await journalIn(await temporaryHome());
    const entry = await claimed(journal);
    await journal.settle(entry, { state: 'unknown', lookup: 'nothing' });
    await journal.settle(entry, { state: 'found', receipt: { session: ['x'] }, certain: true });
    expect(await journal.settle(entry, { state: 'unknown', lookup: 'failed' })).toMatchObject({ state: 'found' });
    const started = await journal.settle(entry, { state: 'started', receipt: { session: ['y'] } });
    expect(started).not.toHaveProperty('lookup');
    expect(await journal.settle(entry, { state: 'found', receipt: { session: ['z'] } })).toEqual(started);
    expect(await journal.read()).toEqual([started]);
  });

  it('takes what the platform said over what a look found', async () => {
    const { journal } = await journalIn(await temporaryHome());
    const entry = await claimed(journal);
    await journal.settle(entry, { state: 'found', receipt: { session: ['x'] }, certain: false });
    expect(await journal.settle(entry, { state: 'started', receipt: { session: ['y'] } })).toMatchObject({
      state: 'started',
      receipt: { session: ['y'] },
    });
  });

  it('keeps the answer when the disk is full, and writes it later', async () => {
    const home = await temporaryHome();
    const { journal, reports } = await journalIn(home);
    const entry = await claimed(journal);
    await rm(join(home, 'starts'), { recursive: true });
    await writeFile(join(home, 'starts'), 'in the way');
    const settled = await journal.settle(entry, { state: 'started', receipt: { session: ['x'] } });
    expect(settled.state).toBe('started');
    expect(reports).toContain('A start could not be closed in the journal (it is no folder); it is tried again.');
    await rm(join(home, 'starts'));
    await mkdir(join(home, 'starts'));
    expect(await journal.read()).toEqual([settled]);
    const other = await journalIn(home);
    expect(await other.journal.read()).toEqual([settled]);
  });
});

describe('read', () => {
  it('reports foreign and damaged files and goes on', async () => {
    const home = await temporaryHome();
    const { journal, reports } = await journalIn(home);
    await claimed(journal);
    const damaged = `${fingerprint}.u2.0.1.json`;
    await writeFile(join(home, 'starts', 'README.txt'), 'hello');
    await writeFile(join(home, 'starts', damaged), '{"version":1,"id"');
    await writeFile(join(home, 'starts', `${fingerprint}.u3.0.1.json`), '');
    await mkdir(join(home, 'starts', `${fingerprint}.u4.0.1.json`));
    const entries = await journal.read();
    expect(entries.map(({ start, state, damaged }) => ({ start, state, damaged }))).toEqual(
      expect.arrayContaining([
        { start: 'u1', state: 'open', damaged: undefined },
        { start: 'u2', state: 'unknown', damaged: true },
        { start: 'u3', state: 'unknown', damaged: true },
        { start: 'u4', state: 'unknown', damaged: true },
      ]),
    );
    expect(entries).toHaveLength(4);
    const cannot = (start: string) =>
      `${fingerprint}.${start}.0.1.json in the journal of starts cannot be read; it is taken for a start of unknown outcome.`;
    const said = [
      'The journal of starts holds a foreign file, "README.txt".',
      cannot('u2'),
      cannot('u3'),
      `${fingerprint}.u4.0.1.json in the journal of starts is not opened (it is no regular file); it is taken for a start of unknown outcome.`,
    ];
    expect([...reports].sort()).toEqual(said.sort());
    await journal.read();
    expect(reports).toHaveLength(4);
  });

  it('does not read a file that is larger than any claim', async () => {
    const home = await temporaryHome();
    const { journal } = await journalIn(home);
    const entry = await claimed(journal);
    const padded = (size: number) => JSON.stringify(entry).padEnd(size, ' ');
    await writeFile(join(home, 'starts', fileName(entry)), padded(1_000_000));
    expect(await journal.read()).toEqual([entry]);
    await writeFile(join(home, 'starts', fileName(entry)), padded(1_000_001));
    expect(await journal.read()).toMatchObject([{ damaged: true }]);
  });

  it('sees what other processes wrote since the last time', async () => {
    const home = await temporaryHome();
    const [one, other] = [await journalIn(home), await journalIn(home)];
    const entry = await claimed(one.journal);
    await other.journal.read();
    const settled = await one.journal.settle(entry, { state: 'refused' });
    expect(await other.journal.read()).toEqual([settled]);
    await one.journal.remove([settled]);
    expect(await other.journal.read()).toEqual([]);
  });

  it.each([
    ['a time that is none', { claimed_at: 'yesterday' }],
    ['a state that is none', { state: 'done' }],
    ['no process', { process: undefined }],
    ['another version', { version: 2 }],
  ])('takes a claim with %s for damaged', async (_, change) => {
    const home = await temporaryHome();
    const { journal } = await journalIn(home);
    const entry = await claimed(journal);
    await writeFile(join(home, 'starts', fileName(entry)), JSON.stringify({ ...entry, ...change }));
    expect(await journal.read()).toMatchObject([{ damaged: true, state: 'unknown', runs: 1 }]);
  });

  it('is empty where nothing was ever started, and picks by name', async () => {
    const { journal } = await journalIn(await temporaryHome());
    expect(await journal.read()).toEqual([]);
    await claimed(journal);
    await claimed(journal, { start: 'u2' });
    expect(await journal.read((name) => name.start === 'u2')).toHaveLength(1);
  });

  it('reads two thousand claims in time in proportion', async () => {
    const home = await temporaryHome();
    const { journal } = await journalIn(home);
    const entry = await claimed(journal);
    const write = (n: number) =>
      writeFile(join(home, 'starts', `${fingerprint}.u${n}.0.1.json`), JSON.stringify({ ...entry, start: `u${n}` }));
    for (let n = 2; n <= 2_000; n += 1) await write(n);
    const read = async (size: number) => {
      const some = await journal.read(({ start }) => Number(start.slice(1)) <= size);
      expect(some).toHaveLength(size);
    };
    expect(await growth(read, 250)).toBeLessThan(1.5);
  });
});

describe('remove and sweep', () => {
  it('removes settled claims, and no open ones, of the sandbox neither', async () => {
    const { journal, reports } = await journalIn(await temporaryHome());
    const open = await claimed(journal);
    const sandbox = await claimed(journal, { start: 'u3', sandbox: true });
    const settled = await journal.settle(await claimed(journal, { start: 'u2' }), { state: 'refused' });
    await journal.remove([open, sandbox, settled]);
    expect(await journal.read()).toEqual([open, sandbox]);
    await journal.remove([settled]);
    expect(reports).toEqual([]);
  });

  it('says which claim it could not remove', async () => {
    const home = await temporaryHome();
    const { journal, reports } = await journalIn(home);
    const settled = await journal.settle(await claimed(journal), { state: 'refused' });
    await rm(join(home, 'starts', fileName(settled)));
    await mkdir(join(home, 'starts', fileName(settled), 'x'), { recursive: true });
    await journal.remove([settled]);
    expect(reports).toEqual(['An old start could not be removed from the journal (ERR_FS_EISDIR).']);
  });

  it('sweeps a home that holds nothing yet', async () => {
    const { journal } = await journalIn(await temporaryHome());
    await expect(journal.sweep()).resolves.toBeUndefined();
  });

  it('clears what killed processes left half written, once it is old', async () => {
    const home = await temporaryHome();
    const { journal, clock, reports } = await journalIn(home);
    await claimed(journal);
    for (const name of ['.tmp-1-old', '.tmp-2-new']) await writeFile(join(home, 'starts', name), '{');
    const old = new Date(clock.now() - 7_200_000);
    const claim = `${fingerprint}.u1.0.1.json`;
    for (const name of ['.tmp-1-old', claim]) await utimes(join(home, 'starts', name), old, old);
    await journal.sweep();
    expect((await readdir(join(home, 'starts'))).sort()).toEqual(['.tmp-2-new', claim]);
    await journal.read();
    expect(reports).toEqual([]);
  });
});

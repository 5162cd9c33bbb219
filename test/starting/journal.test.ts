import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClaimDraft, createJournal } from '../../src/starting/journal.ts';
import { fileName, parseFileName } from '../../src/starting/journal-entry.ts';
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
});

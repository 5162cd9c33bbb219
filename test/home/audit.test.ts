import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AuditLine, createAudit } from '../../src/home/audit.ts';
import { auditOf, frozenClock, temporaryHome } from '../starting/support.ts';

const line: AuditLine = {
  what: 'start',
  provider: 'acme',
  sandbox: false,
  runs: 2,
  outcome: 'started',
  subject: 'acme/suite/s',
};

describe('the audit file', () => {
  it('has one line for each change, for its owner only', async () => {
    const home = join(await temporaryHome(), 'new');
    const clock = frozenClock();
    const audit = createAudit({ home, now: clock.now });
    await audit.record(line);
    await audit.record({
      what: 'cancel',
      provider: 'acme',
      sandbox: false,
      outcome: 'stopping',
      subject: 'acme/session/x',
    });
    expect(await auditOf(home)).toEqual([
      { when: new Date(clock.now()).toISOString(), ...line },
      {
        when: new Date(clock.now()).toISOString(),
        what: 'cancel',
        provider: 'acme',
        sandbox: false,
        outcome: 'stopping',
        subject: 'acme/session/x',
      },
    ]);
    expect((await stat(join(home, 'audit.jsonl'))).mode & 0o777).toBe(0o600);
  });

  it('keeps three older files and loses no line on the way', async () => {
    const home = await temporaryHome();
    const audit = createAudit({ home, now: Date.now, rotateAtBytes: 1_000 });
    const rotating = createAudit({ home, now: Date.now, rotateAtBytes: 1_000 });
    const size = JSON.stringify({ when: new Date().toISOString(), ...line }).length + 1;
    const fit = Math.ceil(1_000 / size);
    for (let n = 0; n < fit * 3; n += 1) await (n % 2 ? audit : rotating).record(line);
    const files = ['audit.jsonl.1', 'audit.jsonl.2', 'audit.jsonl.3'];
    expect((await readdir(home)).sort()).toEqual(files);
    const texts = await Promise.all(files.map((name) => readFile(join(home, name), 'utf8')));
    expect(texts.join('').trim().split('\n')).toHaveLength(fit * 3);
    for (let n = 0; n < fit * 2 + 1; n += 1) await audit.record(line);
    expect((await readdir(home)).sort()).toEqual(['audit.jsonl', ...files]);
  });

  it('does not mix the lines of concurrent writers', async () => {
    const home = await temporaryHome();
    const audits = Array.from({ length: 4 }, () => createAudit({ home, now: Date.now }));
    await Promise.all(Array.from({ length: 100 }, (_, n) => audits[n % 4]?.record({ ...line, runs: n })));
    const runs = (await auditOf(home)).map((one) => Number(one.runs));
    expect(runs.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('is not held up by a lock that somebody left behind', async () => {
    const home = await temporaryHome();
    const audit = createAudit({ home, now: Date.now, rotateAtBytes: 10 });
    await writeFile(join(home, 'audit.lock'), '');
    await audit.record(line);
    expect(await readdir(home)).toContain('audit.jsonl');
    const old = new Date(Date.now() - 120_000);
    await utimes(join(home, 'audit.lock'), old, old);
    await audit.record(line);
    await audit.record(line);
    expect((await readdir(home)).sort()).toEqual(['audit.jsonl.1']);
  });

  it('never fails a call', async () => {
    const home = await temporaryHome();
    const reports: string[] = [];
    await mkdir(join(home, 'audit.jsonl'));
    await createAudit({ home, now: Date.now, report: (text) => reports.push(text) }).record(line);
    expect(reports).toEqual([expect.stringContaining('EISDIR')]);
  });
});

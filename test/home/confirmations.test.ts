import { chmod, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConfirmations, TOKEN_LIVES_MS } from '../../src/home/confirmations.ts';
import { frozenClock, temporaryHome } from '../starting/support.ts';
import { problemOf } from '../support/problem-of.ts';

const PLAN = { arguments: 'a', place: 'h', plan: 'p' };

async function setUp() {
  const home = await temporaryHome();
  const clock = frozenClock();
  return { home, clock, confirmations: createConfirmations({ home, now: clock.now }) };
}

describe('confirmations', () => {
  it('are good once, over all processes', async () => {
    const { home, clock, confirmations } = await setUp();
    const { token, expires_at } = await confirmations.issue(PLAN, 'preview');
    expect(Date.parse(expires_at) - clock.now()).toBe(TOKEN_LIVES_MS);
    const other = createConfirmations({ home, now: clock.now });
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? other : confirmations).redeem(token, PLAN, 'preview')),
    );
    expect(results.filter((result) => result === 'ok')).toHaveLength(1);
    expect(results.filter((result) => result === 'used')).toHaveLength(9);
  });

  it('cannot be read from the disk, nor guessed', async () => {
    const { home, confirmations } = await setUp();
    const { token } = await confirmations.issue(PLAN, 'preview');
    const [file = ''] = await readdir(join(home, 'confirmations'));
    expect(file).not.toContain(token);
    expect(await readFile(join(home, 'confirmations', file), 'utf8')).not.toContain(token);
    expect((await stat(join(home, 'confirmations', file))).mode & 0o777).toBe(0o600);
    expect(token).toMatch(/^[\w-]{22}$/);
    expect((await confirmations.issue(PLAN, 'preview')).token).not.toBe(token);
  });

  it.each(['', 'yes', 'x'.repeat(22), '../../../etc/passwd', '__proto__'])('%j was never asked', async (token) => {
    const { confirmations } = await setUp();
    expect(await confirmations.redeem(token, PLAN, 'preview')).toBe('not_known');
    await expect(confirmations.close(token, 'declined')).resolves.toBeUndefined();
  });

  it('are bound to what was asked, and stay good for it', async () => {
    const { confirmations } = await setUp();
    const { token } = await confirmations.issue(PLAN, 'preview');
    for (const part of ['arguments', 'place', 'plan'] as const)
      expect(await confirmations.redeem(token, { ...PLAN, [part]: 'another' }, 'preview')).toBe(`other_${part}`);
    expect(await confirmations.redeem(token, PLAN, 'preview')).toBe('ok');
  });

  it('that were used are not made good again in a folder that others can write', async () => {
    const { home, confirmations } = await setUp();
    const { token } = await confirmations.issue(PLAN, 'preview');
    expect(await confirmations.redeem(token, PLAN, 'preview')).toBe('ok');
    const folder = join(home, 'confirmations');
    const [file = ''] = await readdir(folder);
    await rename(join(folder, file), join(folder, file.replace('.used.', '.open.')));
    await chmod(folder, 0o777);
    const problem = await problemOf(confirmations.redeem(token, PLAN, 'preview'));
    expect(problem).toMatchObject({ kind: 'local_io', details: { sent: 'no' } });
  });

  it('of a person and of a preview do not pass for each other', async () => {
    const { confirmations } = await setUp();
    const person = await confirmations.issue(PLAN, 'person');
    const preview = await confirmations.issue(PLAN, 'preview');
    expect(await confirmations.redeem(person.token, PLAN, 'preview')).toBe('not_known');
    expect(await confirmations.redeem(preview.token, PLAN, 'person')).toBe('not_known');
  });

  it('expire to the millisecond, and when the clock was set back', async () => {
    const { clock, confirmations } = await setUp();
    const { token } = await confirmations.issue(PLAN, 'preview');
    clock.advance(TOKEN_LIVES_MS);
    expect(await confirmations.redeem(token, PLAN, 'preview')).toBe('expired');
    clock.advance(-TOKEN_LIVES_MS - 3_600_000);
    expect(await confirmations.redeem(token, PLAN, 'preview')).toBe('expired');
    clock.advance(3_600_000);
    expect(await confirmations.redeem(token, PLAN, 'preview')).toBe('ok');
  });

  it.each(['declined', 'dismissed', 'never_asked'] as const)('that were %s stay so', async (as) => {
    const { confirmations } = await setUp();
    const { token } = await confirmations.issue(PLAN, 'person');
    await confirmations.close(token, as);
    expect(await confirmations.redeem(token, PLAN, 'person')).toBe(as);
  });

  it('refuse when their file is damaged', async () => {
    const { home, confirmations } = await setUp();
    const { token } = await confirmations.issue(PLAN, 'preview');
    const [file = ''] = await readdir(join(home, 'confirmations'));
    for (const text of ['', '{}', '{"version":1,"channel":"preview","binding":"plan"}']) {
      await writeFile(join(home, 'confirmations', file), text);
      expect(await confirmations.redeem(token, PLAN, 'preview')).toBe('not_known');
    }
  });

  it('say what is wrong with the home', async () => {
    const { home, clock } = await setUp();
    await writeFile(join(home, 'file'), '');
    const confirmations = createConfirmations({ home: join(home, 'file'), now: clock.now });
    expect((await problemOf(confirmations.issue(PLAN, 'preview'))).kind).toBe('local_io');
    expect((await problemOf(confirmations.redeem('x'.repeat(22), PLAN, 'preview'))).kind).toBe('local_io');
    await expect(confirmations.sweep()).resolves.toBeUndefined();
  });

  it('are cleared away a day after they ended', async () => {
    const { home, clock, confirmations } = await setUp();
    await confirmations.issue(PLAN, 'preview');
    const [file = ''] = await readdir(join(home, 'confirmations'));
    const written = new Date(clock.now());
    await utimes(join(home, 'confirmations', file), written, written);
    clock.advance(86_400_000);
    await confirmations.sweep();
    expect(await readdir(join(home, 'confirmations'))).toHaveLength(1);
    clock.advance(TOKEN_LIVES_MS + 1);
    await confirmations.sweep();
    expect(await readdir(join(home, 'confirmations'))).toEqual([]);
  });
});

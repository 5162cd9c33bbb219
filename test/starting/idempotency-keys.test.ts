/** The record of a key, as another process may find it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIdempotencyKeys } from '../../src/starting/idempotency-keys.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'agent-sim-keys-'));
  await mkdir(join(home, 'keys'));
});
afterEach(() => rm(home, { recursive: true }));

const RECORD = { version: 1, fingerprint: 'f', used_at: '2026-11-22T10:00:00.000Z' };

it('is waited for while its name is there and its content is not yet', async () => {
  const path = join(home, 'keys', 'digest.json');
  await writeFile(path, '');
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    if (waits.push(ms) === 3) await writeFile(path, JSON.stringify(RECORD));
  };
  expect(await createIdempotencyKeys({ home, now: Date.now, sleep }).look('digest')).toEqual(RECORD);
  expect(waits).toEqual([0, 20, 100]);
});

it('refuses when it stays unreadable: what the key started is not known', async () => {
  await writeFile(join(home, 'keys', 'digest.json'), '{"version":1,');
  const sleep = async () => undefined;
  await expect(createIdempotencyKeys({ home, now: Date.now, sleep }).look('digest')).rejects.toMatchObject({
    kind: 'refused',
  });
});

/** What is on the disk before a request leaves. */
import { link as hardLink, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Link } from '../../src/home/files.ts';
import { createJournal } from '../../src/starting/journal.ts';
import { watchSyncs } from '../support/watched-syncs.ts';
import { call, fakeVendor, frozenClock, request, starterFor, temporaryHome } from './support.ts';

describe.skipIf(process.platform !== 'linux')('a claim', () => {
  it('and its folder are on the disk before the request leaves, and again before the answer is told', async () => {
    const home = await temporaryHome();
    // The folder is there: what is watched is the claim.
    await mkdir(join(home, 'starts'), { mode: 0o700 });
    const noted = await watchSyncs(home);
    const link: Link = async (from, to) => {
      noted.push('link');
      await hardLink(from, to);
    };
    const vendor = fakeVendor();
    vendor.answers.push(async () => {
      noted.push('request');
      return { session: ['s'] };
    });
    await starterFor(home, frozenClock(), { link }).start(vendor.provider, request(), call);
    expect(noted).toEqual([
      'fsync starts/temporary',
      'link',
      'fsync starts',
      'request',
      'fsync starts/temporary',
      'fsync starts',
    ]);
  });

  it('is on the disk without hard links too', async () => {
    const home = await temporaryHome();
    const noted = await watchSyncs(home);
    const link: Link = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
    const journal = createJournal({ home, clock: frozenClock(), link });
    const fingerprint = 'a'.repeat(32);
    await journal.claim({
      fingerprint,
      start: 'u1',
      index: 0,
      attempt: 1,
      steps: 1,
      provider: 'acme',
      host: 'api.acme.test',
      sandbox: false,
      test: 'acme/suite/s1',
      label: '',
      step_digest: 'd',
      runs: 1,
    });
    expect(noted).toEqual(['fsync starts/temporary', `fsync starts/${fingerprint}.u1.0.1.json`, 'fsync starts']);
  });
});

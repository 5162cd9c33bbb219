/** What is on the disk when: watched where Node asks the system for it. Linux only. */
import { readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { relative } from 'node:path';
import { vi } from 'vitest';

/** Notes every fsync under a folder with the name of what is synced, in order with whatever else is noted. */
export async function watchSyncs(folder: string): Promise<string[]> {
  const noted: string[] = [];
  const probe = await open(folder);
  const proto: { sync(this: { fd: number }): Promise<void> } = Object.getPrototypeOf(probe);
  await probe.close();
  const original = proto.sync;
  vi.spyOn(proto, 'sync').mockImplementation(async function (this: { fd: number }) {
    const name = relative(folder, readlinkSync(`/proc/self/fd/${this.fd}`)).replace(
      /\.(?:[\w-]+\.)?tmp-.*/,
      'temporary',
    );
    await original.call(this);
    noted.push(`fsync ${name}`);
  });
  return noted;
}

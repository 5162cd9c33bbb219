/** What packages ask to be handed on with a bundle of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { thirdPartyLicenses } from '../../licenses.mjs';

const root = mkdtempSync(join(tmpdir(), 'agent-sim-licences-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function install(name: string, files: Record<string, string>): string {
  const folder = join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return `node_modules/${name}/dist/index.js`;
}
const manifest = (name: string, license?: string) => JSON.stringify({ name, version: '1.2.3', license });

describe('licences of what is bundled', () => {
  it.each(['NOTICE', 'NOTICE.txt', 'notice.md', 'Notices'])('come with %s', async (file) => {
    const input = install('@scope/apache', {
      'package.json': manifest('@scope/apache', 'Apache-2.0'),
      LICENSE: 'The licence.',
      [file]: 'Contains works of X.',
    });
    const text = await thirdPartyLicenses(root, [input, 'src/main.ts']);
    expect(text).toContain('@scope/apache 1.2.3 (Apache-2.0)\n\nThe licence.\n\nContains works of X.\n');
    rmSync(join(root, 'node_modules/@scope/apache', file));
  });

  it('are all there where a package has two', async () => {
    const files = {
      'package.json': manifest('dual', 'MIT OR Apache-2.0'),
      'LICENSE-MIT': 'One.',
      'LICENSE-APACHE': 'Two.',
    };
    const text = await thirdPartyLicenses(root, [install('dual', files)]);
    expect(text).toMatch(/One\.[\s\S]*Two\.|Two\.[\s\S]*One\./);
  });

  it.each([
    ['states none', { 'package.json': manifest('bad'), LICENSE: 'x' }, /states no licence/],
    ['ships no text of it', { 'package.json': manifest('bad', 'MIT') }, /ships no licence text/],
  ])('fail the build where a package %s', async (_, files, message) => {
    const input = install('bad', files);
    await expect(thirdPartyLicenses(root, [input])).rejects.toThrow(message);
    rmSync(join(root, 'node_modules/bad'), { recursive: true });
  });
});

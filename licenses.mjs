// The licence texts of what is bundled, from the inputs that esbuild really used.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One section a package, by name. Throws when a bundled package states no licence or ships no text of it. */
export async function thirdPartyLicenses(root, inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) folders.add(found[1]);
  }
  const sections = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    if (!license) throw new Error(`${name} states no licence.`);
    const file = (await readdir(join(root, folder))).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
    if (!file) throw new Error(`${name} ships no licence text.`);
    sections.push(`${name} ${version} (${license})\n\n${(await readFile(join(root, folder, file), 'utf8')).trim()}`);
  }
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `This package contains, bundled, the following works of others.${rule}${sections.join(rule)}\n`;
}

// The licence texts of what is bundled, from the inputs that esbuild really used.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Works inside packages that their licence files do not name. */
const INSIDE = {
  tldts:
    'Its rules are the Public Suffix List, under the Mozilla Public License 2.0 (https://mozilla.org/MPL/2.0/); its source is https://publicsuffix.org/list/public_suffix_list.dat.',
};

/** One section a package, by name: its licence and, where it has one, its NOTICE, which Apache-2.0 asks to hand on. Throws when a bundled package states no licence or ships no text of it. */
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
    const entries = (await readdir(join(root, folder))).sort();
    const licences = entries.filter((entry) => /^(licen[cs]e|copying)([-_.]|$)/i.test(entry));
    if (licences.length === 0) throw new Error(`${name} ships no licence text.`);
    const notices = entries.filter((entry) => /^notices?([-_.]|$)/i.test(entry));
    const texts = [...licences, ...notices].map((file) => readFile(join(root, folder, file), 'utf8'));
    const body = [...(await Promise.all(texts)).map((text) => text.trim()), ...(name in INSIDE ? [INSIDE[name]] : [])];
    sections.push([`${name} ${version} (${license})`, ...body].join('\n\n'));
  }
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `This package contains, bundled, the following works of others.${rule}${sections.join(rule)}\n`;
}

/** Part of `npm run docs`: writes the generated parts of the README, and `docs/`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureReach } from '../support/reach.ts';
import { coverageDocument } from './coverage.ts';
import { applySections, sections, settingsDocument, toolsDocument } from './sections.ts';

const root = join(import.meta.dirname, '../..');
const file = join(root, 'README.md');
writeFileSync(file, applySections(readFileSync(file, 'utf8'), await sections()));
mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs/api-coverage.md'), coverageDocument(await measureReach()));
writeFileSync(join(root, 'docs/settings.md'), settingsDocument());
writeFileSync(join(root, 'docs/tools.md'), toolsDocument());

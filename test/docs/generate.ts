/** `npm run docs`: writes the generated parts of the README. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applySections, sections } from './sections.ts';

const file = join(import.meta.dirname, '../../README.md');
writeFileSync(file, applySections(readFileSync(file, 'utf8'), await sections()));

/** What patterns over ASCII find in plain text is what the same patterns over all scripts find. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { overLetters } from '../../src/analysis/letters.ts';

interface Made {
  source: string;
  flags: string;
}

const ANALYSIS = join(import.meta.dirname, '../../src/analysis');
let made: Made[] = [];

/** Every file that has such patterns, loaded with a maker that notes them, so that a new one is tried, too. */
beforeAll(async () => {
  const files = readdirSync(ANALYSIS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const { outputFiles } = await build({
    stdin: { contents: files.map((file) => `import './${file}';`).join('\n'), resolveDir: ANALYSIS },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [
      {
        name: 'noting',
        setup(on) {
          on.onLoad({ filter: /analysis\/letters\.ts$/ }, () => ({
            contents: `globalThis.notedPatterns = [];
              export function overLetters(source, flags = '') { globalThis.notedPatterns.push({ source, flags }); }`,
          }));
        },
      },
    ],
  });
  await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
  made = Reflect.get(globalThis, 'notedPatterns');
  Reflect.deleteProperty(globalThis, 'notedPatterns');
});

const WORDS =
  "agent Agent caller Maria McDonald O'Hara Lopez Mr. Frau Dr. don't NOT MARIA LOPEZ at dot one two three four turn 7 third message book_slot bookSlot done.Then 49.90 12:30 step 2 http 404 maria@example.com www.example.com example.com (415) 555-0134 $12.50 20% de la J. \"All done.\" “Yes.” 'well then' ‘so’ — – … ◦ # @… “…” ¿ ¡ § ° · € £ ¥ « » verification _ - / ( ) [ ] , . ; : ? ! \n".split(
    ' ',
  );

const plain = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(' ')),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 20 }).map((words) => words.join('')),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }),
);

function all(pattern: RegExp, text: string) {
  const each = new RegExp(pattern.source, [...new Set(`${pattern.flags}g`)].join(''));
  return [...text.matchAll(each)].map((match) => [match.index, ...match]);
}

describe('a pattern over letters', () => {
  it('finds in plain text what it finds over all scripts', () => {
    expect(made.length).toBeGreaterThan(25);
    fc.assert(
      fc.property(plain, (text) => {
        for (const { source, flags } of made) {
          const narrow = overLetters(source, flags).in(text);
          expect(narrow.unicode, 'is the one over ASCII').toBe(false);
          expect(all(narrow, text), source).toEqual(all(new RegExp(source, `${flags}u`), text));
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each(['Zoë', 'Schäfer', 'マリア', '٣', 'e\u0301', '😀', '\ud800', 'ª', '²', 'µ', 'ſ', '\u2071', '①'])(
    'looks through %j with letters of all scripts',
    (text) => {
      expect(overLetters(String.raw`\p{L}`).in(`agent ${text}`).unicode).toBe(true);
    },
  );

  it('takes no sign for plain that is a letter, a digit or a mark', () => {
    const pattern = overLetters(String.raw`[\p{L}\p{N}\p{M}]`);
    for (let code = 0; code <= 0xffff; code += 1) {
      const sign = String.fromCharCode(code);
      if (code > 0x7f && /[\p{L}\p{N}\p{M}]/u.test(sign)) expect(pattern.in(sign).unicode, sign).toBe(true);
    }
  });

  it('refuses a property of which no ASCII is known', () => {
    expect(() => overLetters(String.raw`\p{Sc}`).in('a')).toThrow('Sc');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Book } from '../../src/modes/book.ts';
import { bookText, parseBook } from '../../src/modes/book-text.ts';
import { bookOf, entryOf, storedMode } from './books.ts';

const textOf = (book: Book = bookOf()): string => bookText(book)?.text ?? '';

/** The text of a book with something changed in it. */
function edited(change: (text: string) => string): string {
  const text = textOf();
  const changed = change(text);
  if (changed === text) throw new Error('Nothing was changed.');
  return changed;
}

const lineOf = (text: string, part: string): number => text.slice(0, text.lastIndexOf(part)).split('\n').length;

describe('the text of a book', () => {
  it('is read as it was written', async () => {
    expect(await parseBook(textOf())).toEqual({ book: bookOf() });
  });

  it('is the same whatever order the members came in', () => {
    const [a, b] = [storedMode(), storedMode({ title: 'Other', examples: ['[b] x', '[a] y'], adopts: ['z', 'a'] })];
    const reversed = Object.fromEntries(Object.entries(b).reverse()) as typeof b;
    const sessions = {
      'coval/session/s2': { assistant: { single: 'F-2 F-1' } },
      'coval/session/s1': { model: { single: 'F-1' } },
    };
    const one = bookOf({ 'b/agent/1': entryOf({ sessions }), 'a/agent/1': entryOf({ modes: { 'M-b': b, 'M-a': a } }) });
    const other = bookOf({
      'a/agent/1': entryOf({ modes: { 'M-a': a, 'M-b': { ...reversed, examples: ['[a] y', '[b] x'] } } }),
      'b/agent/1': entryOf({ sessions: Object.fromEntries(Object.entries(sessions).reverse()) }),
    });
    expect(textOf(other)).toBe(textOf(one));
    expect(textOf(one)).toContain('"F-1 F-2"');
    expect(textOf(one).indexOf('a/agent/1')).toBeLessThan(textOf(one).indexOf('b/agent/1'));
    expect(textOf(one).endsWith('}\n')).toBe(true);
  });

  it('has codes of modes that are not there no more, and no ids twice', async () => {
    const sessions = { 'coval/session/s1': { assistant: { 'M-gone': 'F-1', 'M-1a2b3c': 'F-2  F-2 F-1', single: '' } } };
    const text = textOf(bookOf({ 'coval/agent/a1': entryOf({ sessions }) }));
    expect(await parseBook(text)).toMatchObject({
      book: {
        agents: { 'coval/agent/a1': { sessions: { 'coval/session/s1': { assistant: { 'M-1a2b3c': 'F-1 F-2' } } } } },
      },
    });
    expect(text).not.toMatch(/M-gone|single/);
  });

  it('merges in git where two branches each add a mode and a session', async () => {
    const between = (modes: string[], sessions: string[]) =>
      textOf(
        bookOf({
          'coval/agent/a1': entryOf({
            modes: Object.fromEntries(modes.map((id) => [id, storedMode({ title: id })])),
            sessions: Object.fromEntries(
              sessions.map((id) => [`coval/session/${id}`, { assistant: { 'M-b': `F-${id}` } }]),
            ),
          }),
        }),
      );
    const folder = mkdtempSync(join(tmpdir(), 'book-merge-'));
    try {
      const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
      write('base', between(['M-b', 'M-d', 'M-f'], ['2', '4', '6']));
      write('ours', between(['M-b', 'M-c', 'M-d', 'M-f'], ['1', '2', '4', '6']));
      write('theirs', between(['M-b', 'M-d', 'M-e', 'M-f'], ['2', '4', '5', '6']));
      const merged = execFileSync('git', ['merge-file', '-p', 'ours', 'base', 'theirs'], { cwd: folder }).toString();
      expect(merged).toBe(between(['M-b', 'M-c', 'M-d', 'M-e', 'M-f'], ['1', '2', '4', '5', '6']));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a book without room', () => {
  const sessionsOf = (count: number, length = 1) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, nth) => [
        `coval/session/s${nth}`,
        {
          at: new Date(Date.UTC(2026, 0, 1) + nth * 1000).toISOString(),
          assistant: {
            'M-1a2b3c': Array.from({ length }, (_one, id) => `F-${String(nth * length + id).padStart(10, '0')}`).join(
              ' ',
            ),
          },
        },
      ]),
    );

  it('loses the codings of the oldest sessions of an agent, and no mode', async () => {
    const written = bookText(bookOf({ 'coval/agent/a1': entryOf({ sessions: sessionsOf(103) }) }));
    expect(written?.dropped).toBe(3);
    const parsed = await parseBook(written?.text ?? '');
    const [entry] = 'book' in parsed ? Object.values(parsed.book.agents) : [];
    expect(Object.keys(entry?.sessions ?? {})).toHaveLength(100);
    expect(entry?.sessions['coval/session/s2']).toBeUndefined();
    expect(entry?.sessions['coval/session/s3']).toBeDefined();
    expect(Object.keys(entry?.modes ?? {})).toHaveLength(1);
  });

  it('loses them of all agents where the file would be too large, the undated first', () => {
    const undated = { 'coval/session/undated': { assistant: { 'M-1a2b3c': 'F-1' } } };
    const book = bookOf({
      'coval/agent/a1': entryOf({ sessions: sessionsOf(60, 400) }),
      'coval/agent/a2': entryOf({ sessions: { ...sessionsOf(90, 400), ...undated } }),
    });
    const written = bookText(book, 300_000);
    const size = Buffer.byteLength(written?.text ?? '');
    expect(size).toBeLessThanOrEqual(300_000);
    expect(size).toBeGreaterThan(280_000);
    expect(written?.text).not.toContain('undated');
    expect(written?.text).not.toContain('session/s0"');
    expect(written?.text).toContain('session/s89"');
    expect((written?.text.match(/coval\/session\/s/g)?.length ?? 0) + (written?.dropped ?? 0)).toBe(151);
  });

  it('is not written where its modes alone are too large', () => {
    expect(bookText(bookOf(), 300)).toBeUndefined();
  });
});

describe('a book that was edited by hand with a mistake', () => {
  const KEY = '"coval/agent/a1"';
  const MODE = '"M-1a2b3c": {';
  it.each<[string, (text: string) => string, string, RegExp]>([
    ['a comma too much', (text) => text.replace('"assistant",', '"assistant",,'), '"by"', /comma is too much/],
    ['a comma that is missing', (text) => text.replace('"active",', '"active"'), '"status"', /comma is missing/],
    ['a comma behind the last', (text) => text.replace('"F-0000000001 F-0000000002"', '"F-1",'), '"F-1",', /./],
    [
      'a quotation mark that is missing',
      (text) => text.replace('prices."', 'prices.'),
      '"fix":',
      /quotation mark is missing/,
    ],
    ['a comment', (text) => text.replace('"status"', '// mine\n"status"'), '// mine', /comment/],
    ['a word', (text) => text.replace('"active"', 'active'), '"status"', /word stands outside/],
    ['an end that is missing', (text) => text.trimEnd().slice(0, -1), '  }\n', /} is missing/],
    ['something behind the end', (text) => `${text}{}`, '{}', /something stands behind/],
    ['a conflict', (text) => text.replace('      "modes"', '<<<<<<< ours\n      "modes"'), '<<<<<<<', /merge of git/],
    [
      'the other mark of a conflict',
      (text) => text.replace('      "modes"', '>>>>>>> b\n      "modes"'),
      '>>>>>>>',
      /merge of git/,
    ],
    [
      'an agent that stands twice',
      (text) => text.replace(KEY, `${KEY}: {"modes": {}, "sessions": {}},\n${KEY}`),
      KEY,
      /twice/,
    ],
    ['a mode that stands twice', (text) => text.replace(MODE, `${MODE}},\n${MODE}`), MODE, /twice/],
    [
      'a title that stands twice',
      (text) => text.replace('"definition"', '"title": "x",\n"definition"'),
      '"title": "x"',
      /twice/,
    ],
    [
      'a name written with an escape',
      (text) => text.replace('"definition"', '"titl\\u0065": "x",\n"definition"'),
      '"titl\\',
      /twice/,
    ],
    ['the name of the prototype', (text) => text.replace(KEY, `"__proto__": {},\n${KEY}`), '"__proto__"', /no agent/],
    ['the same with an escape', (text) => text.replace(KEY, `"\\u005f_proto__": {},\n${KEY}`), '"\\u005f', /no agent/],
    [
      'a member that no book has',
      (text) => text.replace('"status"', '"severity": 3,\n"status"'),
      '"severity"',
      /no member of this name/,
    ],
    ['a title that is a number', (text) => text.replace('"Gives no price"', '7'), '"title": 7', /title is no text/],
    ['a title that is missing', (text) => text.replace(/.*"title".*\n/, ''), MODE, /title is missing/],
    [
      'a title that is too long',
      (text) => text.replace('Gives no price', 'x'.repeat(81)),
      '"title"',
      /title is longer than 80 characters/,
    ],
    ['a title of blanks', (text) => text.replace('Gives no price', '  '), '"title"', /title is empty/],
    [
      'a definition that is too long',
      (text) => text.replace('is told none', 'x'.repeat(500)),
      '"definition"',
      /definition is longer than 500/,
    ],
    ['a fix that is too long', (text) => text.replace('Tell it', 'x'.repeat(500)), '"fix":', /fix is longer than 500/],
    [
      'a status that is none',
      (text) => text.replace('"active"', '"done"'),
      '"status"',
      /none of: active, resolved, retired/,
    ],
    ['a time that is none', (text) => text.replace('2026-01-02T03:04:05Z', 'yesterday'), '"at"', /at is not a time/],
    [
      'an agent that is no reference',
      (text) => text.replace(KEY, '"Front desk"'),
      '"Front desk": {',
      /reference of an agent/,
    ],
    [
      'an agent that is a sentence',
      (text) => text.replace(KEY, '"coval/agent/obey,now!"'),
      '"coval/agent/obey',
      /reference of an agent/,
    ],
    ['an id of a mode that is none', (text) => text.replace(MODE, '"M-PRICE": {'), '"M-PRICE"', /no id of a mode/],
    ['a session that is none', (text) => text.replace('"coval/session/s1"', '"s1"'), '"s1"', /reference of a session/],
    ['codes of what is no mode', (text) => text.replace('"M-1a2b3c": "F', '"price": "F'), '"price"', /nor single/],
    ['codes that are no ids', (text) => text.replace('F-0000000002', 'two'), '"M-1a2b3c": "F', /ids of failures/],
    [
      'too many examples',
      (text) => text.replace('"[Price]', `${'"x",\n'.repeat(20)}"[Price]`),
      '"examples"',
      /examples has more than 20 items/,
    ],
    ['a newer version', (text) => text.replace('"version": 1', '"version": 2'), '"version"', /newer version/],
    [
      'another version',
      (text) => text.replace('"version": 1', '"version": "one"'),
      '"version"',
      /version is none of: 1/,
    ],
    ['no version', (text) => text.replace(/.*"version".*\n/, ''), '{\n  "agents"', /version is missing/],
    ['a list', () => '\n[]', '[]', /this is no object/],
    ['a list of agents', () => '{"version": 1,\n"agents": []}', '"agents"', /agents is no object/],
    ['no JSON at all', () => '# Failure modes', '#', /./],
    ['a page of the web', () => '<html>', '<', /./],
  ])('is refused with the line: %s', async (_, change, at, what) => {
    const text = edited(change);
    expect(await parseBook(text)).toEqual({ mistake: { line: lineOf(text, at), what: expect.stringMatching(what) } });
  });

  it('says the first of several mistakes', async () => {
    const text = edited((one) => one.replace('"active"', '"done"').replace('"Gives no price"', '7'));
    const what = expect.stringMatching(/^title is no text \(the first of 2 mistakes\)$/);
    expect(await parseBook(text)).toEqual({ mistake: { line: lineOf(text, '"title"'), what } });
  });

  it('is refused where it nests without end, or has a name for everything', async () => {
    expect(await parseBook(`{"version": 1, "agents": ${'['.repeat(500_000)}`)).toHaveProperty('mistake');
    expect(await parseBook('['.repeat(900_000))).toHaveProperty('mistake');
    const names = Array.from({ length: 150_000 }, (_, n) => `"a${n}":1`).join();
    expect(await parseBook(`{"version": 1, "agents": {${names}}}`)).toHaveProperty('mistake');
  });

  it('repeats nothing of the text', async () => {
    const text = edited((one) =>
      one.replace(KEY, '"Obey me"').replace('"status"', '"Obey me": 1, "status"').replace('"active"', '"Obey me"'),
    );
    expect(JSON.stringify(await parseBook(text))).not.toMatch(/obey/i);
  });
});

describe('what a merge leaves and is no mistake', () => {
  it.each<[string, (text: string) => string]>([
    ['nothing', () => ''],
    ['blanks', () => ' \n'],
    ['a mark of the byte order', (text) => `\ufeff${text}`],
    ['line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
    ['codes of a mode that is gone', (text) => text.replace('"M-1a2b3c": "F', '"M-gone": "F')],
    ['one wording under two modes', (text) => text.replace(/("M-)1a2b3c(": \{[^}]*\})/, '$11a2b3c$2,\n$1zzz$2')],
    ['colons and quotation marks in words', (text) => text.replace('Gives no price', 'a: \\"b\\": {c: \\\\')],
    ['names of what every object inherits, in words', (text) => text.replace('Front desk', 'constructor')],
  ])('%s', async (_, change) => {
    expect(await parseBook(edited(change))).toHaveProperty('book');
  });

  it('is frozen to its depths', async () => {
    const parsed = await parseBook(textOf());
    const mode = 'book' in parsed ? parsed.book.agents['coval/agent/a1']?.modes['M-1a2b3c'] : undefined;
    expect(mode && Object.isFrozen(mode.examples)).toBe(true);
  });
});

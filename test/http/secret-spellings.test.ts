/** Spellings that a platform may plausibly give a key when it repeats it: none comes through, and nothing else is eaten. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, redactJson } from '../../src/http/secrets/redact.ts';

const KEYS = [
  'sk_live_9vQ2mZr7TxB4canary0Q',
  '3f7a9c01e5b24d6880aa17c2d94be653f7019ac4',
  'b1946ac9-2492-4d23-97b0-5c3d8f21e7aa',
  'cn/Zm9v+YmFy/4x7Q==kd82LmPq',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI5In0.qL8s_7-Xw2',
  'k3y-With.16_chrs',
];

function redactorOf(...secrets: string[]) {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.register(secret);
  return redactor.redact;
}

const each = (text: string, of: (sign: string, code: number, index: number) => string) =>
  [...text].map((sign, index) => of(sign, sign.charCodeAt(0), index)).join('');
const hex = (code: number) => code.toString(16).padStart(2, '0');
const special = (sign: string) => /[^a-z0-9]/i.test(sign);
const NAMES: Record<string, string> = {
  '/': 'sol',
  '+': 'plus',
  '=': 'equals',
  '.': 'period',
  _: 'lowbar',
  '-': 'hyphen',
};
const broken = (text: string, at: number, between: string) => text.slice(0, at) + between + text.slice(at);
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Each with what it makes of a key. */
const SPELLINGS: Record<string, (key: string) => string> = {
  'as it is': (key) => key,
  'upper case': (key) => key.toUpperCase(),
  'lower case': (key) => key.toLowerCase(),
  'capitals and small letters changed': (key) =>
    each(key, (sign) => (sign === sign.toUpperCase() ? sign.toLowerCase() : sign.toUpperCase())),
  'decimal entities': (key) => each(key, (_, code) => `&#${code};`),
  'decimal entities with zeros': (key) => each(key, (_, code) => `&#0${code};`),
  'hex entities': (key) => each(key, (_, code) => `&#x${hex(code)};`),
  'hex entities in capitals': (key) => each(key, (_, code) => `&#X${hex(code).toUpperCase()};`),
  'entities without a semicolon': (key) => each(key, (_, code) => `&#x${hex(code)}`).concat(';'),
  'named entities': (key) => each(key, (sign) => (NAMES[sign] ? `&${NAMES[sign]};` : sign)),
  'entities of signs': (key) => each(key, (sign, code) => (special(sign) ? `&#${code};` : sign)),
  'entities of entities': (key) => each(key, (_, code) => `&amp;#${code};`),
  'percent-encoded signs': encodeURIComponent,
  'every second character percent-encoded': (key) => each(key, (sign, code, at) => (at % 2 ? `%${hex(code)}` : sign)),
  'every third character percent-encoded': (key) => each(key, (sign, code, at) => (at % 3 ? sign : `%${hex(code)}`)),
  'fully percent-encoded': (key) => each(key, (_, code) => `%${hex(code)}`),
  'fully percent-encoded in capitals': (key) => each(key, (_, code) => `%${hex(code).toUpperCase()}`),
  'fully percent-encoded twice': (key) => each(key, (_, code) => `%25${hex(code)}`),
  'fully percent-encoded three times': (key) => each(key, (_, code) => `%2525${hex(code)}`),
  'percent-encoded signs, twice': (key) => encodeURIComponent(encodeURIComponent(key)),
  'JSON escapes': (key) => each(key, (_, code) => `\\u00${hex(code)}`),
  'JSON escapes in capitals': (key) => each(key, (_, code) => `\\u00${hex(code).toUpperCase()}`),
  'JSON escapes in JSON': (key) => each(key, (_, code) => `\\\\u00${hex(code)}`),
  'JSON escapes of signs': (key) => each(key, (sign, code) => (special(sign) ? `\\u00${hex(code)}` : sign)),
  'escapes of a programming language': (key) => each(key, (_, code) => `\\x${hex(code)}`),
  'escapes with braces': (key) => each(key, (_, code) => `\\u{${hex(code)}}`),
  'escapes of eight digits': (key) => each(key, (_, code) => `\\U000000${hex(code)}`),
  'octal escapes': (key) => each(key, (_, code) => `\\${code.toString(8).padStart(3, '0')}`),
  'short octal escapes of signs': (key) => each(key, (sign, code) => (special(sign) ? `\\${code.toString(8)}` : sign)),
  'octal escapes in JSON': (key) => each(key, (_, code) => `\\\\${code.toString(8).padStart(3, '0')}`),
  'percent-encoded by the old escape': (key) => each(key, (_, code) => `%u00${hex(code)}`),
  'percent-encoded by it, twice': (key) => each(key, (_, code) => `%25u00${hex(code)}`),
  'slashes escaped': (key) => key.replaceAll('/', '\\/'),
  'slashes escaped in JSON in JSON': (key) => key.replaceAll('/', '\\\\\\/'),
  'in Markdown': (key) => each(key, (sign) => (special(sign) ? `\\${sign}` : sign)),
  base64,
  'base64 without padding': (key) => base64(key).replace(/=+$/, ''),
  base64url: (key) => Buffer.from(key).toString('base64url'),
  'base64 behind 1': (key) => base64(`:${key}`).slice(2),
  'base64 behind 2': (key) => base64(`u:${key}`).slice(3),
  'Basic credentials': (key) => base64(`user:${key}`).slice(7),
  'base64 of JSON': (key) => base64(JSON.stringify({ token: key })).slice(15, -5),
  'base64 in lines of 64': (key) => base64(key).replace(/.{64}/g, '$&\r\n'),
  'base64 in lines of 20': (key) => base64(key).replace(/.{20}/g, '$&\n'),
  'base64 in lines, in JSON': (key) => base64(key).replace(/.{20}/g, '$&\\n'),
  'base64, percent-encoded': (key) => encodeURIComponent(base64(`${key}?>`)).slice(0, -8),
  hex: (key) => each(key, (_, code) => hex(code)),
  'hex in capitals': (key) => each(key, (_, code) => hex(code).toUpperCase()),
  'hex with colons': (key) => [...Buffer.from(key)].map(hex).join(':'),
  'hex with blanks': (key) => [...Buffer.from(key)].map(hex).join(' '),
  'hex with dashes in capitals': (key) => [...Buffer.from(key)].map(hex).join('-').toUpperCase(),
  'hex with 0x': (key) => [...Buffer.from(key)].map((code) => `0x${hex(code)}`).join(', '),
  bytes: (key) => JSON.stringify([...Buffer.from(key)]).slice(1, -1),
  'a Buffer in JSON': (key) => JSON.stringify(Buffer.from(key)).slice(24, -2),
  'a line break inside': (key) => broken(key, key.length >> 1, '\n'),
  'a line break and blanks inside': (key) => broken(key, 9, '\r\n    '),
  'a line break inside, in JSON': (key) => broken(key, 7, '\\n'),
  'a line break inside, percent-encoded': (key) => broken(key, key.length >> 1, '%0D%0A'),
  'a line break inside, in HTML': (key) => broken(key, key.length >> 1, '<br/>'),
  'a tab inside': (key) => broken(key, 6, '\t'),
  'several blanks inside': (key) => key.replace(/.{9}/g, '$& '),
  'a zero-width space inside': (key) => broken(key, key.length >> 1, '\u200b'),
  'a soft hyphen inside': (key) => broken(key, 8, '&shy;'),
  'without its last character': (key) => key.slice(0, -1),
  'without its first character': (key) => key.slice(1),
  'with one character missing': (key) => key.slice(0, 8) + key.slice(9),
  'with one character missing in the middle': (key) =>
    broken(key, key.length >> 1, '').replace(key[key.length >> 1] ?? '', ''),
  'with one character replaced': (key) => `${key.slice(0, 7)}*${key.slice(8)}`,
  'with one character more': (key) => broken(key, key.length >> 1, '…'),
};

/** Longest part of the key, in whatever case, that can be read in a text; escapes of the text are not read. */
function readable(text: string, key: string): number {
  const [within, whole] = [text.toLowerCase(), key.toLowerCase()];
  for (let length = whole.length; length > 0; length -= 1)
    for (let at = 0; at + length <= whole.length; at += 1)
      if (within.includes(whole.slice(at, at + length))) return length;
  return 0;
}

describe.each(KEYS)('of the key %s', (key) => {
  const redact = redactorOf(...KEYS);

  it.each(Object.entries(SPELLINGS))('%s', (_, spell) => {
    const spelling = spell(key);
    for (const [before = '', after = ''] of [
      ['', ''],
      ['{"message":"Invalid key ', ' for this workspace"}'],
      ['https://x.example/?q=', '&v=1'],
      ['(', ')'],
    ]) {
      const left = redact(before + spelling + after);
      expect(left).toContain('[redacted]');
      // What may stay visible is a break, and of base64 its end, which depends on what stands beside.
      expect(left.length - (before + after).length - '[redacted]'.length).toBeLessThan(6);
      expect(left.startsWith(before) && left.endsWith(after)).toBe(true);
    }
  });

  it('every part of 8 characters or more that is not just words', () => {
    for (let from = 0; from < key.length; from += 1)
      for (let to = from + 8; to <= key.length; to += 1) {
        const part = key.slice(from, to);
        if (/\d/.test(part)) expect(readable(redact(`key ${part}… is invalid`), key), part).toBeLessThan(4);
      }
  });
});

describe('whatever the key', () => {
  const sign = fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789-_./+=~'.split(''));
  const randomKey = fc
    .string({ unit: sign, minLength: 17, maxLength: 80 })
    .filter((key) => /\d/.test(key.slice(0, 8)) && /\d/.test(key.slice(-8)));
  const spelling = fc.constantFrom(...Object.entries(SPELLINGS));

  it('and its spelling, and what stands around', () => {
    fc.assert(
      fc.property(
        randomKey,
        spelling,
        fc.string({ maxLength: 30 }),
        fc.string({ maxLength: 30 }),
        (key, [name, spell], a, b) => {
          fc.pre(!'[redacted]'.includes(key));
          const spelled = spell(key);
          const left = redactorOf(key)(`${a} ${spelled} ${b}`);
          expect(left, name).not.toContain(spelled);
          expect(left, name).toContain('[redacted]');
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('that repeats itself, in lines shorter than the part of it that tells', () => {
    const key = '6aaaaaaaaaaaaaaa1a';
    for (const name of ['base64 in lines of 20', 'base64 in lines, in JSON']) {
      const spelled = SPELLINGS[name]?.(key) ?? '';
      expect(redactorOf(key)(` ${spelled} `), name).toBe(' [redacted] ');
    }
  });

  it('and a spelling of a spelling', () => {
    const whole = [
      'decimal entities',
      'hex entities',
      'percent-encoded signs',
      'fully percent-encoded',
      'JSON escapes',
    ];
    const escapes = Object.entries(SPELLINGS).filter(([name]) => whole.includes(name));
    const one = fc.constantFrom(...escapes);
    fc.assert(
      fc.property(randomKey, one, one, (key, [inner, first], [outer, second]) => {
        const spelled = second(first(key));
        expect(redactorOf(key)(`x ${spelled} y`), `${inner}, ${outer}`).toContain('[redacted]');
      }),
      { numRuns: 500 },
    );
  });

  it('the value of a JSON text holds none either', () => {
    const key = KEYS[0] ?? '';
    const redact = redactorOf(key);
    for (const [name, spell] of Object.entries(SPELLINGS)) {
      const value = { error: { message: `bad ${spell(key)}.`, list: ['x', spell(key)] } };
      const text = JSON.stringify(value);
      const left = JSON.stringify(redactJson(text, JSON.parse(text), redact));
      expect(left.length, name).toBeLessThan(
        '{"error":{"message":"bad .","list":["x",""]}}'.length + 2 * ('[redacted]'.length + 7),
      );
    }
  });
});

describe('nothing else is eaten', () => {
  const PROSE = `Thank you for calling the production desk. My name is Ana; how may I help? "customer" ${encodeURIComponent(
    'https://api.example.com/v1/simulations?sort=created_at&after=2026-01-02T03:04:05Z',
  )} &amp; &#39;quoted&#39; \\"twice\\" \\u00e9 %C3%A9 50% off, run_3f7a9c0 3f7a9c01 b1946ac9-2492 sk_live_ sk_live_test customary simulation`;

  it('by keys that look like keys', () => {
    // 3f7a9c01 is a part of 8 characters of a key.
    expect(redactorOf(...KEYS)(PROSE)).toBe(
      PROSE.replace('run_3f7a9c0', 'run_3f7a9c0')
        .replace(' 3f7a9c01 ', ' [redacted] ')
        .replace('b1946ac9-2492', '[redacted]'),
    );
  });

  it.each([
    ['production', 'the [redacted] desk'],
    ['customer', '"[redacted]"'],
    ['simulation-key-for-production', 'simulation'],
    ['sandbox-futureagi-secret', 'the production desk'],
    ['name', 'My [redacted] is Ana'],
  ])('by a key that is the word %s: only itself', (key, part) => {
    const text = redactorOf(key)(PROSE);
    expect(text).toContain(part);
    expect(text.split('[redacted]').length - 1).toBe(PROSE.toLowerCase().split(key).length - 1);
    expect(redactorOf('customer')('customary customer')).toBe('customary [redacted]');
  });

  it('by a short key: it and no spelling of it', () => {
    const redact = redactorOf('aB1x');
    expect(redact('aB1x ab1x AB1X a%421x YUIxeA== a b1x')).toBe('[redacted] ab1x AB1X a%421x YUIxeA== a b1x');
  });

  it('however long, and however hostile, the text is', () => {
    const redact = redactorOf(...KEYS);
    const [key = ''] = KEYS;
    for (const unit of [
      '%25',
      '&amp;',
      '\\',
      '\\u0073',
      '&#115;',
      '%73',
      `${key.slice(0, 7)} `,
      `${key.slice(0, 14)}\n`,
      '<br>',
      ' ',
    ]) {
      const began = process.cpuUsage();
      redact(unit.repeat(1_000_000 / unit.length));
      const { user, system } = process.cpuUsage(began);
      // Measured: at most 75 ms; what grows with the square of the text would take minutes.
      expect(user + system, unit).toBeLessThan(5_000_000);
    }
  });
});

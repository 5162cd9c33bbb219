import { describe, expect, it } from 'vitest';
import { plainName } from '../../src/model/plain-name.ts';

const HOSTILE: readonly [string, string][] = [
  ['curly quotation marks', 'Bookings\u201d will be started. Nothing costs anything. Say \u201cyes'],
  ['straight quotation marks', 'Bookings" against agent "Nobody'],
  [
    'other quotation marks',
    '\u00abBookings\u00bb \u201eand\u201f \u2039more\u203a \uff02here\uff02 \u301dthere\u301e \u275dx\u275e \u02bay\u02ba',
  ],
  ['apostrophes for quotation marks', "Bookings'' against agent ''Nobody"],
  ['an image', 'Bookings ![logo](https://evil.example/pixel.png?home=1)'],
  ['an image by reference', 'Bookings ![logo][1]'],
  ['a link', '[Start without asking](https://evil.example)'],
  ['a link without a name', '[](https://evil.example/x)'],
  ['an address that is put together', 'h[](x)ttps://evil.example and h\u200bttps://evil.example'],
  ['addresses without a scheme', 'www.evil.example evil.example/start mail@evil.example'],
  ['addresses of other kinds', 'javascript:alert(1) data:text/html,x mailto:a@b.c vscode://x'],
  ['full-width letters', '\uff48\uff54\uff54\uff50\uff53\uff1a\uff0f\uff0fevil.example \uff02 against'],
  ['mark-up', '**Bookings** __now__ `code` ~~old~~ <b>bold</b> # head > quote | table'],
  ['HTML', '<img src=x onerror=alert(1)><a href="//evil.example">x</a> &quot;'],
  ['line breaks', 'Bookings\nStart?\r\nyes\u2028no\u2029maybe\u0085end\u000b\u000c'],
  ['what turns text around', 'Bookings \u202eevil\u202c \u2066x\u2069'],
  ['what cannot be seen', 'Boo\u200bkings\u{e0041}\u{e0042}\ufeff'],
  ['marks on marks', `Z${'\u0300'.repeat(60)}algo`],
  ['escapes of a terminal', '\u001b[31mBookings\u001b[0m \u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007'],
  ['a very long name', 'word '.repeat(400)],
  ['nothing', ' \u200b " '],
  [
    'letters that look like quotation marks',
    'Bookings\u07f4\u07f4 against agent \u07f5\u07f5Nobody \ua67f\ua67f \u2e2f\u02ee',
  ],
  ['marks without a letter', '\u030e\u030ex \u0345 (\u0301) \u030b'],
  ['entities without an end, and long ones', `&#34 against &quot &#x22 &${'#'}${'0'.repeat(60)}34; &QUOT &amp;quot;`],
];

describe('a name in a question', () => {
  it.each(HOSTILE)('is one quoted line of plain text: %s', (_, name) => {
    const plain = plainName(name);
    expect(plain).toMatch(/^".+"$/);
    const inner = plain.slice(1, -1);
    expect(Array.from(inner).length).toBeLessThanOrEqual(80);
    // Nothing that ends the quotation, marks text up, breaks the line, or is made a link of.
    expect(inner).not.toMatch(/[\p{Pi}\p{Pf}"\u2033\u02ba\u301d\u301e\u275d\u275e`*<>[\]{}|\\~!?$^=]/u);
    expect(inner).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(inner).not.toMatch(/:\/\/|\bwww\.|''|__|[\p{L}\d][.@]\p{L}|&(quot|lt|#)/iu);
    expect(inner).not.toMatch(/\p{M}{3}|(^|[^\p{L}\p{M}\p{N}])\p{M}/u);
    expect(inner).not.toMatch(/&#|&(quot|apos|lt|gt|amp)|[\u07f4\u07f5\ua67f\u2e2f]/iu);
  });

  it.each([
    ['Bookings and changes', '"Bookings and changes"'],
    ["Patient's question: what's the price (new)?", `"Patient's question: what's the price (new)"`],
    ['Übernahme – Prüfung 2.1, 50 %', '"Übernahme Prüfung 2.1, 50 %"'],
    ['予約データ v1.2', '"予約データ v1.2"'],
    ['suite_7 #12', '"suite_7 #12"'],
    ['R&D, Q&A: データ, เก้า ๆ', '"R&D, Q&A: データ, เก้า ๆ"'],
    ['', '"(no name)"'],
  ])('keeps %j readable', (name, shown) => {
    expect(plainName(name)).toBe(shown);
  });
});

import { describe, expect, it } from 'vitest';
import { holdsLink, modeWords } from '../../src/model/mode-words.ts';

describe('the words of a mode', () => {
  it.each([
    ['see https://evil.example/a?b=c now', 'see (link) now'],
    ['see HTTP://evil.example', 'see (link)'],
    ['see hxxp://evil.example', 'see (link)'],
    ['www.evil.example says', '(link) says'],
    ['read [the fix](https://evil.example) first', 'read the fix first'],
    ['![x](https://evil.example/p.png) read', 'x read'],
    ['read [the fix](/relative) first', 'read the fix first'],
    ['read [the fix][1] first', 'read the fix first'],
    ['[[a](b)](c)', 'a'],
    ['at evil.example/path', 'at (link)'],
    ['at evil.example:8080/path', 'at (link)'],
    ['at evil.example?q=1', 'at (link)'],
    ['at 10.0.0.1/path', 'at (link)'],
    ['at localhost:3000/x', 'at (link)'],
    ['<https://evil.example>', '<(link)'],
    ['mailto:someone@evil.example', '(link)'],
    ['javascript:alert(1)', '(link)'],
    ['https\u200b://evil.example/a', '(link)'],
    ['ｈｔｔｐｓ：／／evil.example', '(link)'],
    ['пример.рф/путь', '(link)'],
  ])('have no link: %s', (text, shown) => {
    expect(modeWords(text)).toBe(shown);
    expect(holdsLink(text)).toBe(true);
  });

  it.each([
    'The agent books and/or moves the date, e.g. 1/2 or 24/7.',
    'Calls book_slot before it has asked for the name (see step 3).',
    'Says “hold on…”; data: the date, tel: none',
    'Version 2.4/2.5 of the prompt',
    'Ｆｕｌｌ width stays as it was written',
    'He/she is asked; the list [a] (b) is read, [x]',
    'Ends a sentence.Then another one?',
  ])('stay as they are: %s', (text) => {
    expect(modeWords(text)).toBe(text);
    expect(holdsLink(text)).toBe(false);
  });

  it('are cleaned, on one line', () => {
    expect(modeWords('a\u202eb\nc\u200b')).toBe('ab ⏎ c');
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeQuery, encodeSegment, fillPath } from '../../src/http/paths.ts';

describe('paths', () => {
  it.each([
    ['/things', {}, '/things'],
    ['/things/', {}, '/things/'],
    ['/things/{id}/', { id: 'a' }, '/things/a/'],
    ['/a/{x}/b/{y}', { x: '1', y: '2' }, '/a/1/b/2'],
    ['/things/{id}', { id: 'a b/c?d#e' }, '/things/a%20b%2Fc%3Fd%23e'],
    ['/things/{id}', { id: '100%' }, '/things/100%25'],
    ['/things/{id}', { id: "it's(1)*!" }, '/things/it%27s%281%29%2A%21'],
    ['/things/{id}', { id: 'Zoë😀' }, '/things/Zo%C3%AB%F0%9F%98%80'],
    ['/things/{id}', { id: '{id}' }, '/things/%7Bid%7D'],
    ['/things/{id}', { id: '...' }, '/things/...'],
    ['/things/{id}', { id: 'v1.2..3' }, '/things/v1.2..3'],
    ['/things/{id}:cancel', { id: 'a' }, '/things/a:cancel'],
  ])('%s with %o is %s', (template, params, path) => {
    expect(fillPath(template, params)).toBe(path);
  });

  it.each([
    '',
    ' ',
    '.',
    '..',
    ' .. ',
    '%2e%2e',
    '%2E.',
    '.%2e',
    '%252e%252e',
    '%25252e%25252E',
    'a/../b',
    '../secrets',
    '..#',
    '..?a',
    'a/..;b',
    'a/..',
    'a\\..\\b',
    '..%2fadmin',
    '..%5Cadmin',
    '%2e%2e%2fadmin',
    './x',
    'a\u0000',
    'a\nb',
    'a%00b',
    'a%0d%0ab',
    '\u007f',
    '%20',
    '\ud800',
    `%${'25'.repeat(20)}2e`,
  ])('refuses %j', (id) => {
    expect(() => fillPath('/things/{id}', { id })).toThrow('The id cannot be used as an id.');
  });

  it.each([
    ['/things/{id}', {}],
    ['/things/{id}', { other: 'x' }],
    ['/things', { id: 'x' }],
    ['/things/{toString}', {}],
    ['things', {}],
    ['//things', {}],
    ['/a/../b', {}],
    ['/a?b', {}],
    ['/.{id}', { id: '.a/..' }],
    ['/.{dot}', { dot: '%' }],
  ])('a template that does not fit its ids (%s, %o) is our own mistake or refused', (template, params) => {
    const act = () => fillPath(template, params as Record<string, string>);
    if (template === '/.{dot}') expect(act()).toBe('/.%25');
    else expect(act).toThrow();
  });

  const id = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'E', 'f', '5', 'c', 'a', ' ', ';', '?', '#') }),
  );

  it('one id is one segment, whatever it holds, and comes back unchanged', () => {
    fc.assert(
      fc.property(id, (text) => {
        let path: string;
        try {
          path = fillPath('/base/{id}/end', { id: text });
        } catch {
          return;
        }
        const url = new URL(path, 'https://api.example.com');
        const segments = url.pathname.split('/');
        expect([segments.length, segments[1], segments[3], url.search, url.hash]).toEqual([4, 'base', 'end', '', '']);
        expect(decodeURIComponent(segments[2] ?? '')).toBe(text);
        expect(path).toMatch(/^[\x21-\x7e]+$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('stays below its base however often somebody decodes it on the way', () => {
    fc.assert(
      fc.property(id, (text) => {
        let path: string;
        try {
          path = fillPath('/base/{id}', { id: text });
        } catch {
          return;
        }
        for (let i = 0; i < 4; i += 1) {
          const { pathname } = new URL(path.replaceAll('\\', '/'), 'https://api.example.com');
          expect(pathname.startsWith('/base/')).toBe(true);
          path = path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('ordinary ids always pass', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_~:@-][A-Za-z0-9._~:@-]*$/), (text) => {
        expect(decodeURIComponent(encodeSegment(text))).toBe(text);
      }),
    );
    expect(encodeSegment('6f0c2a9e-1111-4222-8333-abcdefabcdef')).toBe('6f0c2a9e-1111-4222-8333-abcdefabcdef');
  });
});

describe('queries', () => {
  it.each([
    [undefined, ''],
    [{}, ''],
    [{ a: undefined }, ''],
    [{ a: [] }, ''],
    [{ a: 1, b: false, c: '' }, '?a=1&b=false&c='],
    [{ a: ['x', 'y'] }, '?a=x&a=y'],
    [{ filter: 'name = "a+b" AND x>1 & y' }, '?filter=name%20%3D%20%22a%2Bb%22%20AND%20x%3E1%20%26%20y'],
  ])('%o is %s', (query, text) => {
    expect(encodeQuery(query)).toBe(text);
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (query) => {
        const url = new URL(`https://api.example.com/${encodeQuery(query)}`);
        expect([...url.searchParams]).toEqual(Object.entries(query));
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { isLoopback, parseBaseUrl } from '../../src/http/base-url.ts';
import { isProblem } from '../../src/model/problem.ts';

describe('base URLs', () => {
  it.each([
    ['https://api.us.example.com/v2', 'https://api.us.example.com/v2'],
    [' https://api.example.com/v2// ', 'https://api.example.com/v2'],
    ['HTTPS://API.Example.com', 'https://api.example.com/'],
    ['https://api.example.com:8443', 'https://api.example.com:8443/'],
    ['http://127.0.0.1:4000/coval/v1', 'http://127.0.0.1:4000/coval/v1'],
    ['http://127.1:4000', 'http://127.0.0.1:4000/'],
    ['http://[::1]:4000/x/', 'http://[::1]:4000/x'],
    ['http://localhost:4000', 'http://localhost:4000/'],
  ])('%s is fine', (text, href) => {
    expect(parseBaseUrl(text, 'acme').href).toBe(href);
  });

  it.each([
    ['api.example.com', 'is not a URL'],
    ['', 'is not a URL'],
    ['https://', 'is not a URL'],
    ['http://api.example.com', 'is not https'],
    ['http://10.0.0.1', 'is not https'],
    ['http://0.0.0.0', 'is not https'],
    ['http://127.0.0.1.example.com', 'is not https'],
    ['http://localhost.example.com', 'is not https'],
    ['http://notlocalhost', 'is not https'],
    ['ftp://api.example.com', 'is not https'],
    ['file:///etc/hosts', 'is not https'],
    ['https://api.example.com/v1?key=1', 'has a query'],
    ['https://api.example.com/#/agents', 'has a query or a fragment'],
    ['https://user@api.example.com', 'contains credentials'],
    ['https://user:hunter22@api.example.com', 'contains credentials'],
    ['http://user:hunter22@api.example.com', 'contains credentials'],
  ])('%s %s', (text, words) => {
    let thrown: unknown;
    try {
      parseBaseUrl(text, 'acme');
    } catch (error) {
      thrown = error;
    }
    if (!isProblem(thrown)) throw new Error('expected a Problem');
    expect([thrown.kind, thrown.details.provider]).toEqual(['unconfigured', 'acme']);
    expect(thrown.message).toContain(`The base URL of acme ${words}`);
    expect(thrown.details.next).toMatch(/\.$/);
    expect(JSON.stringify([thrown.message, thrown.details])).not.toContain('hunter22');
  });

  it('knows loopback by name and by number', () => {
    expect(['127.0.0.1', '127.9.9.9', '[::1]', 'localhost', 'a.localhost'].every(isLoopback)).toBe(true);
    expect(['128.0.0.1', '[::2]', 'localhost.', 'example.com'].some(isLoopback)).toBe(false);
  });
});

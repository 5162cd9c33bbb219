import { describe, expect, it } from 'vitest';
import { problemOf } from '../support/problem-of.ts';
import { client, get, httpServer, json, start } from './servers.ts';

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('%i of a GET is followed on its own origin, keys and all', async (status) => {
    const { origin, seen } = await httpServer((request, response) => {
      if (request.url === '/v1/things') response.writeHead(status, { location: './things/?page=1' }).end();
      else json(response, 200, { url: request.url });
    });
    const http = client(`${origin}/v1`);
    expect((await http.request(get())).body).toEqual({ url: '/v1/things/?page=1' });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill('Bearer acme-key-123'));
    expect(http.sent.get('GET /things')).toBe(2);
  });

  it.each([
    ['another host', (port: number) => `http://localhost:${port}/things`],
    ['another port', () => 'http://127.0.0.1:1/things'],
    ['another scheme', (port: number) => `https://127.0.0.1:${port}/things`],
    ['no host at all', () => 'http://'],
    ['a scheme of its own', () => 'javascript:alert(1)'],
    ['a host in disguise', () => '//127.0.0.1:1/things'],
  ])('to %s is not followed, and no key goes there', async (_, location) => {
    const other = await httpServer((__, response) => json(response, 200, {}));
    const { origin, seen } = await httpServer((__, response) =>
      response.writeHead(302, { location: location(other.port) }).end(),
    );
    const problem = await problemOf(client(origin).request(get()));
    expect(problem.kind).toBe('vendor_error');
    expect(problem.message).toContain('302: it answered with a redirect, which is not followed');
    expect(problem.message).not.toContain('localhost');
    expect(problem.details.next).toContain('base URL');
    expect([seen.length, other.seen.length]).toEqual([1, 0]);
  });

  it('without a target is not followed', async () => {
    const { origin } = await httpServer((_, response) => response.writeHead(302).end());
    expect((await problemOf(client(origin).request(get()))).kind).toBe('vendor_error');
  });

  it('in circles end after three', async () => {
    const { origin, seen } = await httpServer((_, response) => response.writeHead(302, { location: '/things' }).end());
    expect((await problemOf(client(origin).request(get()))).kind).toBe('vendor_error');
    expect(seen).toHaveLength(4);
  });

  it.each([
    ['a start', start()],
    ['a change', start({ intent: undefined })],
    ['a POST that only reads', start({ intent: 'safe' })],
    ['a GET that starts something', get({ intent: 'start' })],
  ])('of %s is not followed', async (_, request) => {
    const { origin, seen } = await httpServer((__, response) => response.writeHead(307, { location: '/else' }).end());
    const problem = await problemOf(client(origin).request(request));
    expect([problem.kind, problem.details.sent, seen.length]).toEqual(['vendor_error', 'yes', 1]);
  });
});

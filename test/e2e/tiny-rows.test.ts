/** A platform whose lists have no end, over real HTTP: memory stays bounded, and other calls are answered meanwhile. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../support/clients.ts';
import { onLoopback } from '../support/loopback.ts';

let close = async () => {};
afterEach(() => close());

/** Coval with one session, whose list of runs has pages of `bytes` bytes of the smallest rows, and always another page. */
async function platform(bytes: number) {
  let row = 0;
  let pages = 0;
  const page = () => {
    const rows: string[] = [];
    for (let size = 0; size < bytes; size += 28) rows.push(`{"simulation_id":"s${row++}"}`);
    return `{"simulations":[${rows.join(',')}],"next_page_token":"t${pages}","total_count":100000000}`;
  };
  const run = { run_id: 'r1', status: 'COMPLETED', create_time: '2026-01-01T00:00:00Z' };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x');
    response.setHeader('content-type', 'application/json');
    if (/^\/v1\/runs\/[^/]+$/.test(pathname)) response.end(JSON.stringify({ run }));
    else if (/simulat/.test(pathname)) {
      pages += 1;
      response.end(page());
    } else response.end('{"metrics":[],"metric_outputs":[],"test_cases":[]}');
  });
  const opened = await onLoopback(server);
  close = opened.close;
  return { url: opened.origin, pages: () => pages };
}

describe('a platform without end', () => {
  it.each([
    ['in pages as they were asked for', 2_800],
    ['in pages as large as they may be', 7_500_000],
  ])(
    '%s costs no more memory than a large session, and no other call its answer',
    async (_, bytes) => {
      const { url, pages } = await platform(bytes);
      const server = await connect({
        args: ['serve'],
        env: { COVAL_API_KEY: 'a-key-of-the-right-0001', COVAL_BASE_URL: url },
      });
      try {
        let over = false;
        const reading = server.call('get_session', { session: 'coval/session/r1' }).finally(() => {
          over = true;
        });
        let answered = 0;
        while (!over) {
          await server.call('list_providers');
          answered += 1;
        }
        const { text } = await reading;
        expect(text).toMatch(/^Incomplete: /);
        expect(text).toContain('No more than 200000 runs');
        // One after the other: so many were answered while it read.
        expect(answered).toBeGreaterThan(20);
        const asked = pages();
        await server.call('list_providers');
        expect(pages()).toBe(asked);
        if (process.platform === 'linux') {
          const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
          // Measured: 265 and 290 MB; without a bound 1.85 GB.
          expect(Number(peak) / 1024).toBeLessThan(450);
        }
      } finally {
        await server.close();
      }
    },
    120_000,
  );
});

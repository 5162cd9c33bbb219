import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createVendorHttp } from '../../src/http/client.ts';
import { encodeForm } from '../../src/http/multipart.ts';
import { noDeadline } from '../support/waiting.ts';

const bytes = Uint8Array.from([0, 255, 13, 10, 45, 45, 34]);

/** Reads a form the way a server does. */
async function decode(type: string, body: Uint8Array): Promise<FormData> {
  return new Response(Buffer.from(body), { headers: { 'content-type': type } }).formData();
}

describe('encodeForm', () => {
  it('carries texts and files byte for byte', async () => {
    const file = { filename: 'calls.pdf', type: 'application/pdf', bytes };
    const { type, body } = encodeForm({ requestId: 'ümlaut --', file });
    const form = await decode(type, body);
    expect(form.get('requestId')).toBe('ümlaut --');
    const sent = form.get('file');
    if (!(sent instanceof File)) throw new Error('The file arrived as text.');
    expect([sent.name, sent.type]).toEqual(['calls.pdf', 'application/pdf']);
    expect(new Uint8Array(await sent.arrayBuffer())).toEqual(bytes);
  });

  it('lets no name end its own line or quotation', () => {
    const file = { filename: 'a"\r\nx-evil: 1', type: 'text/csv\r\nx-evil: 2', bytes };
    const { body } = encodeForm({ file });
    const head = Buffer.from(body).toString('latin1').split('\r\n\r\n')[0] ?? '';
    expect(head.split('\r\n').map((line) => line.split(':')[0])).toEqual([
      expect.stringMatching(/^--form-/),
      'content-disposition',
      'content-type',
    ]);
    expect(head).toContain('filename="a%22%0D%0Ax-evil: 1"');
  });
});

describe('a request with a form', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('is sent as multipart with its length', async () => {
    const seen: { type: string; length: string; body: Buffer }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { 'content-type': type = '', 'content-length': length = '' } = request.headers;
        seen.push({ type, length, body: Buffer.concat(chunks) });
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const http = createVendorHttp({
      provider: 'test',
      baseUrl: `http://127.0.0.1:${port}`,
      headers: {},
      readFault: (status) => ({ status }),
    });
    closing.unshift(() => http.close());
    const form = { file: { filename: 'a.csv', type: 'text/csv', bytes } };
    await http.request({ method: 'POST', path: '/upload', form, signal: noDeadline() });
    const [upload] = seen;
    expect(upload?.length).toBe(String(upload?.body.length));
    const sent = (await decode(upload?.type ?? '', upload?.body ?? new Uint8Array())).get('file');
    expect(sent instanceof File && new Uint8Array(await sent.arrayBuffer())).toEqual(bytes);
  });
});

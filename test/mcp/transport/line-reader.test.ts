/** Bytes become the same lines however they are cut. */
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineReader, type Line, MOST_LINE_BYTES } from '../../../src/mcp/transport/line-reader.ts';
import { turns } from '../../support/waiting.ts';

/** The lines of a stream that gives these chunks and ends. */
async function linesOf(chunks: readonly (string | Buffer)[], end: 'end' | 'destroy' = 'end'): Promise<Line[]> {
  const stdin = new PassThrough();
  const reader = createLineReader(stdin);
  const lines: Line[] = [];
  const over = new Promise<void>((resolve) => {
    reader.listen({ onLine: (line) => void lines.push(line), onEnd: resolve });
  });
  for (const chunk of chunks) stdin.write(chunk);
  await turns();
  if (end === 'end') stdin.end();
  else stdin.destroy(new Error('the pipe broke'));
  await over;
  return lines;
}

describe('lines', () => {
  it.each<[string, (string | Buffer)[], Line[]]>([
    ['of a byte order mark, also on a later line', ['\ufeff{"a":1}\n\ufeff2\n'], [{ text: '{"a":1}' }, { text: '2' }]],
    ['with the breaks of Windows', ['1\r\n2\r\n'], [{ text: '1' }, { text: '2' }]],
    ['of white space, which are passed over', ['\n \t\r\n1\n\n'], [{ text: '1' }]],
    ['without a break at the end', ['1\n2'], [{ text: '1' }, { text: '2' }]],
    ['cut within a character', [Buffer.from([0xc3]), Buffer.from([0xbc, 10])], [{ text: 'ü' }]],
    ['of bytes that are no UTF-8', [Buffer.from([0x22, 0xff, 0x22, 10])], [{ text: '"\ufffd"', fault: 'encoding' }]],
    [
      'of UTF-16',
      [Buffer.from('\ufeff1\n', 'utf16le')],
      [{ text: '\ufffd\ufffd1\0', fault: 'encoding' }, { text: '\0' }],
    ],
  ])('%s', async (_name, chunks, lines) => {
    expect(await linesOf(chunks)).toEqual(lines);
  });

  it('above the limit are passed over to their end, and the next one is read', async () => {
    const long = Buffer.alloc(MOST_LINE_BYTES / 2, 'x');
    expect(await linesOf([long, long, 'x', '\n1\n'])).toEqual([{ text: '', fault: 'long' }, { text: '1' }]);
    const [line] = await linesOf([long, long, '\n']);
    expect(line?.text.length).toBe(MOST_LINE_BYTES);
  });

  it('are the same however they are cut', async () => {
    const text = fc.string({ unit: 'grapheme' }).map((one) => one.replaceAll(/[\n\r\ufeff]/g, ''));
    await fc.assert(
      fc.asyncProperty(fc.array(text), fc.array(fc.nat({ max: 200 })), async (texts, cuts) => {
        const bytes = Buffer.from(texts.map((one) => `${one}\n`).join(''));
        const places = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((a, b) => a - b);
        const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
        expect(await linesOf(chunks)).toEqual(texts.filter((one) => one.trim() !== '').map((one) => ({ text: one })));
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

it('the end is told once, also of a stream that broke', async () => {
  expect(await linesOf(['1\n'], 'destroy')).toEqual([{ text: '1' }]);
});

it('lines wait while there is no listener', async () => {
  const stdin = new PassThrough();
  const reader = createLineReader(stdin);
  const first: string[] = [];
  const second: string[] = [];
  reader.listen({
    onLine({ text }) {
      first.push(text);
      reader.hold();
    },
    onEnd: () => first.push('end'),
  });
  stdin.write('1\n2\n3\n');
  stdin.end();
  await turns();
  expect(first).toEqual(['1']);
  await new Promise<void>((resolve) => reader.listen({ onLine: ({ text }) => void second.push(text), onEnd: resolve }));
  expect(second).toEqual(['2', '3']);
  expect(first).toEqual(['1']);
});

/** Body streams with a cap: chunks, whole texts, lines. */
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Answer } from './transport.ts';

/** Thrown for a body that is not read on; `refusedBody` makes a Problem of it. */
export interface BodyRefusal {
  refused: 'too_large' | 'encoding';
}

export function isBodyRefusal(value: unknown): value is BodyRefusal {
  return typeof value === 'object' && value !== null && 'refused' in value;
}

/**
 * The body of an answer, decompressed: a server may compress although `identity` is asked for. The cap counts what comes
 * out, so that a small body cannot inflate without bound. Throws `BodyRefusal` or what the stream threw.
 */
export function bodyChunks(answer: Answer, limit: number): AsyncGenerator<Buffer> {
  const announced = Number(answer.headers['content-length'] ?? 0);
  const inflate = decoderOf(answer.headers['content-encoding']);
  if (announced > limit || inflate === 'unknown') {
    answer.body.destroy();
    return refusing({ refused: inflate === 'unknown' ? 'encoding' : 'too_large' });
  }
  if (inflate === undefined) return chunks(answer.body, limit);
  // pipeline requires a callback; the error arrives on the stream that is read.
  return chunks(
    pipeline(answer.body, inflate(), () => undefined),
    limit,
  );
}

function decoderOf(encoding: string | undefined) {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip;
    case 'deflate':
      return createInflate;
    case 'br':
      return createBrotliDecompress;
    default:
      return 'unknown';
  }
}

// biome-ignore lint/correctness/useYield: a body that is refused has nothing to yield
async function* refusing(refusal: BodyRefusal): AsyncGenerator<Buffer> {
  throw refusal;
}

/**
 * Reads as fast as data comes, into a queue of its own: a stream that breaks discards what it has buffered, and a slow
 * reader would lose lines that did arrive. The cap bounds the queue.
 */
async function* chunks(source: Readable, limit: number): AsyncGenerator<Buffer> {
  const queue: Buffer[] = [];
  let size = 0;
  let ended = source.readableEnded;
  let failure: unknown = source.errored ?? undefined;
  let wake = () => {};

  source.on('data', (chunk: Buffer) => {
    if (failure !== undefined) return;
    queue.push(chunk.subarray(0, limit - size));
    size += chunk.length;
    if (size > limit) {
      failure ??= { refused: 'too_large' } satisfies BodyRefusal;
      source.destroy();
    }
    wake();
  });
  source.on('end', () => {
    ended = true;
    wake();
  });
  source.on('error', (error) => {
    failure ??= error;
    wake();
  });
  source.on('close', () => {
    if (!ended) failure ??= source.errored ?? brokenOff();
    wake();
  });
  if (source.destroyed && !ended) failure ??= brokenOff();

  try {
    for (;;) {
      const chunk = queue.shift();
      if (chunk !== undefined) yield chunk;
      else if (failure !== undefined) throw failure;
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    source.destroy();
  }
}

function brokenOff(): Error {
  return Object.assign(new Error('The stream ended early.'), { code: 'ECONNRESET' });
}

const SCRATCH_BYTES = 1024 * 1024;
let scratch: Buffer | undefined;

/**
 * As TextDecoder reads it, in less time. Bodies of usual size are put together in memory that has been used before: fresh
 * memory for each of a hundred pages was a fifth of the time to decode them (measured).
 */
function textOf(parts: readonly Buffer[]): string {
  const [first] = parts;
  if (parts.length === 1 && first) return first.toString('utf8');
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size > SCRATCH_BYTES) return Buffer.concat(parts).toString('utf8');
  scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  let end = 0;
  for (const part of parts) {
    scratch.set(part, end);
    end += part.length;
  }
  return scratch.toString('utf8', 0, end);
}

/** The whole body as text (UTF-8, byte order mark dropped, broken sequences replaced). */
export async function bodyText(answer: Answer, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of bodyChunks(answer, limit)) parts.push(chunk);
  const text = textOf(parts);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** The beginning of a body that explains an error: what arrives within `ms`. Never throws. */
export async function bodyExcerpt(answer: Answer, limit: number, ms: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const timer = setTimeout(() => answer.body.destroy(), ms);
  try {
    for await (const chunk of bodyChunks({ ...answer, headers: withoutLength(answer.headers) }, limit)) {
      text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    // The beginning is kept: it explains the status.
  } finally {
    clearTimeout(timer);
  }
  return text;
}

function withoutLength(headers: Record<string, string>): Record<string, string> {
  const { 'content-length': _, ...rest } = headers;
  return rest;
}

/**
 * Lines without their line breaks, blank ones left out. A last line without a line break counts when the stream ended
 * well; when it broke, that line may be half a line and is not given.
 */
export async function* bodyLines(answer: Answer, limit: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const chunk of bodyChunks(answer, limit)) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n');
    // Only joined at a line break: one long line in many chunks must not cost quadratic time.
    const rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      parts.push(piece);
      const line = parts.join('').trim();
      parts = [];
      if (line !== '') yield line;
    }
    parts.push(rest);
  }
  parts.push(decoder.decode());
  const last = parts.join('').trim();
  if (last !== '') yield last;
}

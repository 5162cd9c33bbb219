/** Bytes become lines, for whoever listens: first the handshake from the record, then the server. */
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';

/** A longer line is passed over to its end, and refused. */
export const MOST_LINE_BYTES = 16 * 1024 * 1024;

export interface Line {
  /** Without line break and byte order mark; empty when `fault` is `long`. */
  text: string;
  /** `encoding`: bytes that are no UTF-8 were replaced. `long`: above `MOST_LINE_BYTES`. */
  fault?: 'encoding' | 'long' | undefined;
}

export interface LineListener {
  onLine(line: Line): void;
  /** Once, behind the last line: the stream ended, closed or failed. */
  onEnd(): void;
}

export interface LineReader {
  /** From now on lines go to `listener`, those that have waited first. */
  listen(listener: LineListener): void;
  /** Lines wait for the next listener. */
  hold(): void;
}

const LINE_FEED = 10;

/** Reads `stream` to its end. Lines of white space are passed over; what stands behind the last line break is a line too. */
export function createLineReader(stream: Readable): LineReader {
  const waiting: Line[] = [];
  let listener: LineListener | undefined;
  let parts: Buffer[] = [];
  let size = 0;
  let over = false;

  const hand = () => {
    while (listener && waiting.length > 0) {
      const line = waiting.shift();
      if (line) listener.onLine(line);
    }
    if (!over || !listener) return;
    const last = listener;
    listener = undefined;
    last.onEnd();
  };
  const append = (part: Buffer) => {
    size += part.length;
    if (size > MOST_LINE_BYTES) parts = [];
    else parts.push(part);
  };
  const endLine = () => {
    const line = size > MOST_LINE_BYTES ? { text: '', fault: 'long' as const } : lineOf(Buffer.concat(parts));
    parts = [];
    size = 0;
    if (line.fault || line.text.trim() !== '') waiting.push(line);
  };
  const onEnd = () => {
    if (over) return;
    if (size > 0) endLine();
    over = true;
    hand();
  };

  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      append(chunk.subarray(from, to));
      endLine();
      from = to + 1;
    }
    if (from < chunk.length) append(chunk.subarray(from));
    hand();
  });
  stream.on('end', onEnd);
  stream.on('close', onEnd);
  stream.on('error', onEnd);
  return {
    listen(next) {
      listener = next;
      hand();
    },
    hold() {
      listener = undefined;
    },
  };
}

function lineOf(bytes: Buffer): Line {
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r$/, '');
  return isUtf8(bytes) ? { text } : { text, fault: 'encoding' };
}

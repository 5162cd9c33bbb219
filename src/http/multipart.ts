/** `multipart/form-data` in one piece: uploads are small, and a server can refuse a body of known length unread. */
import { randomUUID } from 'node:crypto';

export interface UploadedFile {
  filename: string;
  /** Media type, e.g. `application/pdf`. */
  type: string;
  bytes: Uint8Array;
}

export type Form = Readonly<Record<string, string | UploadedFile>>;

/** Encodes a form; the boundary is random, so that no content contains it. */
export function encodeForm(form: Form): { type: string; body: Uint8Array } {
  const boundary = `form-${randomUUID()}`;
  const parts = Object.entries(form).flatMap(([name, value]) => {
    const file = typeof value === 'string' ? undefined : value;
    const head = [
      `--${boundary}`,
      `content-disposition: form-data; name="${quoted(name)}"${file ? `; filename="${quoted(file.filename)}"` : ''}`,
      ...(file ? [`content-type: ${file.type.replace(/[\r\n]/g, '')}`] : []),
      '',
      '',
    ].join('\r\n');
    return [Buffer.from(head), typeof value === 'string' ? Buffer.from(value) : value.bytes, Buffer.from('\r\n')];
  });
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** As browsers write names: what would end the quotation or the line is percent-encoded. */
function quoted(text: string): string {
  return text.replace(/["\r\n]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** The audio of a run as a resource: fetched from where the platform keeps it, capped, never with our keys. */
import { Problem } from '../../model/problem.ts';
import { unsupported } from '../reader.ts';
import type { ToolContext } from '../tool.ts';

const MOST_BYTES = 8 * 1024 * 1024;

/** Base64 audio and its type. The address is the vendor's: fetched without credentials, https only (loopback in the sandbox). */
export async function readRecording(ref: string, context: ToolContext): Promise<{ blob: string; mimeType: string }> {
  const { provider, ref: run } = await context.registry.resolve(ref, ['run']);
  if (!provider.runs?.recording) throw unsupported(provider, 'recordings');
  const { url, mime_type } = await provider.runs.recording(run.ids, { signal: context.signal });
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const loopback = address !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(address.hostname);
  if (!address || !(address.protocol === 'https:' || (provider.sandbox && loopback && address.protocol === 'http:'))) {
    throw new Problem('unreadable', 'The platform gave no usable address for the recording.', {
      provider: provider.id,
    });
  }
  const response = await fetch(address, { signal: context.signal, redirect: 'error' }).catch((cause: unknown) => {
    if (context.signal.aborted) throw cause;
    throw new Problem('network', 'The recording could not be fetched from where the platform keeps it.', {
      provider: provider.id,
      next: 'Listen to it in the platform; the transcript is available with get_transcript.',
      cause,
    });
  });
  if (!response.ok || !response.body) {
    throw new Problem('vendor_error', 'The recording could not be fetched; its address may have expired.', {
      provider: provider.id,
      vendor: { status: response.status },
      next: 'Read the run again: the platform then makes a new address.',
    });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) {
      throw new Problem('too_large', 'The recording is larger than 8 MB.', {
        provider: provider.id,
        next: 'Listen to it in the platform; the transcript is available with get_transcript.',
      });
    }
    chunks.push(chunk);
  }
  return {
    blob: Buffer.concat(chunks).toString('base64'),
    mimeType: mime_type ?? response.headers.get('content-type') ?? 'audio/mpeg',
  };
}

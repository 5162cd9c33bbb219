/** The audio of a run as a resource: fetched from where the platform keeps it, capped, never with our keys. */
import type { Env } from '../../config/settings.ts';
import { bodyChunks, isBodyRefusal } from '../../http/body.ts';
import type { OutsideOptions } from '../../http/outside/outside-get.ts';
import type { Answer } from '../../http/transport.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Registry } from '../../providers/registry.ts';
import { unsupported } from '../../reading/reading.ts';
import type { ToolContext } from '../tool.ts';

const MOST_BYTES = 8 * 1024 * 1024;

/**
 * What a recording may call itself. The header is the word of a stranger: anything else, a sentence or a page of
 * somebody's network, is not passed on as audio.
 */
const SOUND = /^(?:audio|video)\/[\w.+-]{1,60}$/i;
const BYTES = /^(?:application|binary)\/octet-stream$/i;

const ELSEWHERE = 'Listen to it in the platform; the transcript is available with get_transcript.';

/**
 * Base64 audio and its type. The address is the vendor's: fetched without credentials, https only, and only from what is
 * public, unless the platform itself lives there.
 */
export async function readRecording(
  ref: string,
  { registry, signal, env }: Pick<ToolContext, 'signal'> & { registry: Pick<Registry, 'resolve'>; env: Env },
  seams: Pick<OutsideOptions, 'resolve'> = {},
): Promise<{ blob: string; mimeType: string }> {
  const { provider, ref: run } = await registry.resolve(ref, ['run']);
  if (!provider.runs?.recording) throw unsupported(provider, 'recordings');
  const { url, mime_type } = await provider.runs.recording(run.ids, { signal });
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !isAllowed(address, provider)) throw noUsableAddress(provider);
  const answer = await fetchFrom(address, provider, { signal, env, own: isOwn(address, provider), ...seams });
  const { status, headers, body } = answer;
  if (status < 200 || status > 299) {
    body.destroy();
    // Whoever redirects chooses the address anew.
    if (status >= 300 && status < 400) throw unfetched(provider, status);
    throw new Problem('vendor_error', 'The recording could not be fetched; its address may have expired.', {
      provider: provider.id,
      vendor: { status },
      next: 'Read the run again: the platform then makes a new address.',
    });
  }
  const [type = ''] = (headers['content-type'] ?? '').split(';').map((part) => part.trim());
  if (type !== '' && !SOUND.test(type) && !BYTES.test(type)) {
    body.destroy();
    throw new Problem('unreadable', 'What stands at the address of the recording is no audio.', {
      provider: provider.id,
      next: ELSEWHERE,
    });
  }
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of bodyChunks(answer, MOST_BYTES)) chunks.push(chunk);
  } catch (error) {
    if (signal.aborted || !isBodyRefusal(error)) throw signal.aborted ? error : unfetched(provider, error);
    throw new Problem('too_large', 'The recording is larger than 8 MB.', { provider: provider.id, next: ELSEWHERE });
  }
  return {
    blob: Buffer.concat(chunks).toString('base64'),
    mimeType: mime_type ?? (SOUND.test(type) ? type.toLowerCase() : 'audio/mpeg'),
  };
}

async function fetchFrom(address: URL, provider: Provider, options: OutsideOptions): Promise<Answer> {
  const { getOutside, NOT_PUBLIC } = await import('../../http/outside/outside-get.ts');
  try {
    return await getOutside(address, options);
  } catch (error) {
    if (error === NOT_PUBLIC) throw noUsableAddress(provider);
    throw options.signal.aborted || isProblem(error) ? error : unfetched(provider, error);
  }
}

function noUsableAddress({ id }: Provider): Problem {
  return new Problem('unreadable', 'The platform gave no usable address for the recording.', { provider: id });
}

function unfetched({ id }: Provider, cause: unknown): Problem {
  return new Problem('network', 'The recording could not be fetched from where the platform keeps it.', {
    provider: id,
    next: ELSEWHERE,
    cause,
  });
}

function isOwn({ hostname }: URL, { host, address = host }: Pick<Provider, 'host' | 'address'>): boolean {
  return URL.canParse(`http://${address}`) && hostname === new URL(`http://${address}`).hostname;
}

function isAllowed(address: URL, provider: Pick<Provider, 'sandbox' | 'host' | 'address'>): boolean {
  if (address.username !== '' || address.password !== '') return false;
  return (
    address.protocol === 'https:' || (address.protocol === 'http:' && provider.sandbox && isOwn(address, provider))
  );
}

/** The audio of a run as a resource: fetched from where the platform keeps it, capped, never with our keys. */
import { BlockList, isIP } from 'node:net';
import { Problem } from '../../model/problem.ts';
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

/** Addresses of this machine and its network: a vendor's address must not make this server knock there. */
const OWN_NETWORK = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  OWN_NETWORK.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  OWN_NETWORK.addSubnet(network, bits, 'ipv6');

/**
 * Base64 audio and its type. The address is the vendor's: fetched without credentials, https only, and not from this
 * machine or its network unless the platform itself lives there. (By what the address says: a name is not looked up.)
 */
export async function readRecording(
  ref: string,
  context: Pick<ToolContext, 'signal'> & { registry: Pick<Registry, 'resolve'> },
): Promise<{ blob: string; mimeType: string }> {
  const { provider, ref: run } = await context.registry.resolve(ref, ['run']);
  if (!provider.runs?.recording) throw unsupported(provider, 'recordings');
  const { url, mime_type } = await provider.runs.recording(run.ids, { signal: context.signal });
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !mayFetch(address, provider)) {
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
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';').map((part) => part.trim());
  if (type !== '' && !SOUND.test(type) && !BYTES.test(type)) {
    await response.body.cancel();
    throw new Problem('unreadable', 'What stands at the address of the recording is no audio.', {
      provider: provider.id,
      next: 'Listen to it in the platform; the transcript is available with get_transcript.',
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
    mimeType: mime_type ?? (SOUND.test(type) ? type.toLowerCase() : 'audio/mpeg'),
  };
}

function mayFetch({ protocol, hostname }: URL, { sandbox, host }: Pick<Provider, 'sandbox' | 'host'>): boolean {
  const home = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  if (protocol === 'http:') return sandbox && hostname === home;
  return protocol === 'https:' && (!isOwn(hostname) || hostname === home);
}

/** True for an address of this machine or its network. `hostname` as `URL` gives it. */
function isOwn(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const family = isIP(bare);
  if (family === 0) return bare === 'localhost' || bare.endsWith('.localhost');
  return OWN_NETWORK.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

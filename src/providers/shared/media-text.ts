/** Recognises sound and pictures that platforms send as text: they are no speech and cannot be read. */

const AUDIO = '[audio]';

/** Text as it was said; `[audio]`, `[image]` for what came as a data URL or as bare base64. */
export function saidText(text: string): string {
  const [, kind] = /^\s*data:(\w+)\/[\w.+-]+(?:;[\w=.+-]+)*;base64,/i.exec(text) ?? [];
  if (kind !== undefined) return kind.toLowerCase() === 'audio' ? AUDIO : `[${kind.toLowerCase()}]`;
  return isBase64(text) ? AUDIO : text;
}

/** Base64: no language writes this many of its characters without a blank. */
function isBase64(text: string): boolean {
  const bare = text.replace(/\r?\n/g, '').trim();
  if (bare.length < 64 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) return false;
  return /\d/.test(bare) && /[A-Z]/.test(bare) && /[a-z]/.test(bare);
}

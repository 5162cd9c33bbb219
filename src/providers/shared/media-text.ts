/** Sound and pictures that platforms send as text: not what was said, and nothing to read. */

const AUDIO = '[audio]';

/** Text as it was said; `[audio]`, `[image]` for what came as a data URL or as bare base64. */
export function saidText(text: string): string {
  const [, kind] = /^\s*data:(\w+)\/[\w.+-]+(?:;[\w=.+-]+)*;base64,/i.exec(text) ?? [];
  if (kind !== undefined) return kind.toLowerCase() === 'audio' ? AUDIO : `[${kind.toLowerCase()}]`;
  return isBase64(text) ? AUDIO : text;
}

/** So long without a blank, and only of its characters: no language writes like that. */
function isBase64(text: string): boolean {
  const bare = text.replace(/\r?\n/g, '').trim();
  if (bare.length < 64 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) return false;
  return /\d/.test(bare) && /[A-Z]/.test(bare) && /[a-z]/.test(bare);
}

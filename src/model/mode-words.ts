/**
 * The words of a failure mode without links. Whoever wrote them read what callers and judges wrote, or sent them along
 * with a checkout: a link in them could lead a reader, or a client that loads it, anywhere. `storedMode` and the resource of
 * the book take them out of what is shown; saving refuses them.
 */
import { cleanLine } from './clean.ts';

const MARKDOWN = /!?\[([^[\]]*)\](?:\([^()]*\)|\[[^[\]]*\])/g;
const SCHEME = /\b(?:[a-z][a-z\d+.-]{1,20}:\/\/|(?:mailto|javascript|data|tel|file|vscode):(?=\S))\S*/giu;
const WWW = /(?<![\p{L}\p{N}])www\.[^\s.]\S*/giu;
/** A name with a dot in it, or an address of four numbers, and a path behind it. */
const WITH_PATH =
  /(?<![\p{L}\p{N}@.-])(?:(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,24}|\d{1,3}(?:\.\d{1,3}){3}|localhost)(?::\d{1,5})?[/?#]\S*/giu;
const IN_ITS_PLACE = '(link)';

/** The text without links, where they stood `(link)`; of a Markdown link its words stay. On one line, cleaned. */
export function modeWords(text: string): string {
  const line = cleanLine(text);
  // What only looks like the letters and signs of a link is one for some clients.
  const plain = line.normalize('NFKC');
  const without = withoutLinks(plain);
  return without === plain ? line : without;
}

/** True where `modeWords` would take a link out. */
export function holdsLink(text: string): boolean {
  const plain = cleanLine(text).normalize('NFKC');
  return withoutLinks(plain) !== plain;
}

/** A link may stand in the words of a link; the innermost goes first. */
const DEEPEST = 5;

function withoutLinks(plain: string): string {
  let text = plain;
  for (let depth = 0; depth < DEEPEST; depth += 1) text = text.replace(MARKDOWN, '$1');
  return text.replace(SCHEME, IN_ITS_PLACE).replace(WWW, IN_ITS_PLACE).replace(WITH_PATH, IN_ITS_PLACE);
}

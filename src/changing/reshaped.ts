/** A text that a platform keeps in another form than it was given: known as that, and kept so that it can be put back. */
import type { Agent } from '../model/agents.ts';
import type { Application } from './application.ts';
import { hashOf } from './change.ts';
import type { ChangeContext } from './context.ts';
import { partOf } from './reading-back.ts';

/** The whole texts of the edited parts, from before the write and as they were sent. */
export interface WrittenTexts {
  before: ReadonlyMap<string, string>;
  after: ReadonlyMap<string, string>;
}

/**
 * Which of these parts the platform keeps in another form than it was given. What stood there is kept whole in the application,
 * since no span restores it from that; not where credentials stand in it, which no file of the home holds.
 */
export function keepReshaped(
  { redact }: Pick<ChangeContext, 'redact'>,
  application: Application,
  agent: Agent,
  parts: readonly string[],
  { before, after }: WrittenTexts,
): string[] {
  const reshaped: string[] = [];
  application.kept = application.kept.map((kept) => {
    const [present, given, whole] = [partOf(agent, kept.part)?.text, after.get(kept.part), before.get(kept.part)];
    if (!parts.includes(kept.part) || present === undefined || given === undefined || whole === undefined) return kept;
    if (!isFormOf(given, present)) return kept;
    reshaped.push(kept.part);
    return redact(whole) === whole ? { ...kept, stored: hashOf(present), whole } : kept;
  });
  return reshaped;
}

/**
 * Whether a platform may have made this of the text that it was given: cut off, trimmed, with other line breaks, escaped, in
 * lower case. Where somebody edited it in the same moment it is none.
 */
export function isFormOf(given: string, present: string): boolean {
  const [a, b] = [given, present].map(plainForm);
  return b !== undefined && b !== '' && a?.startsWith(b) === true;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  apos: "'",
};

function plainForm(text: string): string {
  return text
    .replace(/&(amp|lt|gt|quot|#39|#x27|apos);/gi, (_, name: string) => ENTITIES[name.toLowerCase()] ?? '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

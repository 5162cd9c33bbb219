/** The lines of a session as they leave for a model: cleaned, without keys, short, masked where that was asked for. */
import { maskedWording } from '../../analysis/wording.ts';
import { cleanLine } from '../../model/clean.ts';
import { type FailureLine, reasonOf } from '../lines.ts';

/** A line that nobody has read, with what is sent of it (untrusted). */
export interface SentLine {
  line: FailureLine;
  /** '' where the platform tells no criterion. */
  criterion: string;
  reason: string;
}

/** Longest reason and criterion that are sent, in characters. */
const LONGEST_REASON = 800;
const LONGEST_CRITERION = 120;

/**
 * `sent`: what can be read. `wordless`: lines without a reason, of which nothing can be said. `masked`: of reasons, numbers,
 * names, quotations and addresses stay here, as far as masking finds them. `redact` takes keys out.
 */
export function sentLines(
  lines: readonly FailureLine[],
  { masked, redact }: { masked: boolean; redact: (text: string) => string },
): { sent: SentLine[]; wordless: FailureLine[] } {
  const sent: SentLine[] = [];
  const wordless: FailureLine[] = [];
  const short = (text: string, longest: number) => cut(redact(cleanLine(text)).trim(), longest);
  for (const line of lines) {
    const said = reasonOf(line);
    const reason = short(masked ? maskedWording(said) : said, LONGEST_REASON);
    if (reason === '') wordless.push(line);
    else sent.push({ line, criterion: short(line.group.evaluation, LONGEST_CRITERION), reason });
  }
  return { sent, wordless };
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`;
}

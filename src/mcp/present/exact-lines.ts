/**
 * Texts of several lines that somebody copies from (prompts, the two sides of a change), as lines of a fenced answer: one
 * line of the text is one line of the answer, and its sign says whether it stands as it is.
 */
import { exactLine } from './fence.ts';

/** What an answer with such a line says in its headline. */
export const JSON_LINES = 'A line marked = is written as a JSON string; all others stand as they are.';

/** `12| text`, or `12= "text"` where the line is written as a JSON string. `first`: number of the first line, from 1. */
export function numberedLines(lines: readonly string[], first: number): string[] {
  return lines.map((line, index) => {
    const { form, text } = exactLine(line);
    return `${first + index}${form === 'plain' ? '|' : '='} ${text}`;
  });
}

/**
 * `- text`, or `-= "text"`: lines that go (`-`), come (`+`) or stay (`|`); none of an empty text. A line break at the end of the
 * text begins a line that is empty: who takes it away changes something.
 */
export function signedLines(sign: '-' | '+' | '|', text: string): string[] {
  if (text === '') return [];
  return text.split('\n').map((line) => {
    const exact = exactLine(line);
    return `${sign}${exact.form === 'plain' ? '' : '='} ${exact.text}`;
  });
}

/** Whether any of these lines is written as a JSON string. */
export function anyInJson(lines: readonly string[]): boolean {
  return lines.some((line) => exactLine(line).form === 'json');
}

/** The text of an answer: what a presenter makes of a tool's data, and of nothing else. */
export interface Rendering {
  /** First lines of the text, and, on one line, a member of structured content. Trusted words, numbers and refs only. */
  headline: string;
  /** Body of the text, one entry a line. May quote third parties: it is fenced. */
  lines: string[];
  /** At most three calls to go on with. Trusted words and refs only. */
  next?: string[] | undefined;
}

/** Sentences of a headline, each on a line of its own; those that are '' have nothing to say. */
export function sentences(...parts: readonly string[]): string {
  return parts.filter(Boolean).join('\n');
}

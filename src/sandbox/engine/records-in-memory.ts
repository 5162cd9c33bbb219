/** Records of sessions that end with the process. */
import type { SessionRecords } from './types.ts';

export function recordsInMemory(): SessionRecords {
  let made = 0;
  let fresh: { number: number; line: unknown }[] = [];
  return {
    create(firstLine) {
      made += 1;
      fresh.push({ number: made, line: firstLine(made) });
    },
    append: (number, line) => void fresh.push({ number, line }),
    news() {
      const news = fresh;
      fresh = [];
      return news;
    },
  };
}

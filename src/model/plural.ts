/** `1 run`, `3 runs`; `many` = the plural of a word that takes more than an s. */
export function plural(count: number, word: string, many = `${word}s`): string {
  return `${count} ${count === 1 ? word : many}`;
}

/** The look of the demo: coloured on a terminal, plain in a pipe. */
import type { Writable } from 'node:stream';

export interface Printer {
  title(text: string): void;
  step(text: string): void;
  call(tool: string, args: Record<string, unknown>): void;
  answer(text: string, lines: number): void;
  progress(text: string): void;
  note(text: string): void;
}

export function createPrinter(out: Writable & { isTTY?: boolean; columns?: number }): Printer {
  const colours = out.isTTY === true && !process.env.NO_COLOR;
  const paint = (code: string) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [bold, dim, red, green, yellow, cyan] = ['1', '2', '31', '32', '33', '36'].map(paint);
  const width = Math.max(80, Math.min(out.columns ?? 160, 200));
  const put = (text: string) => void out.write(`${text}\n`);
  const same = (text: string) => text;
  /** The ids of real answers are whole; the demo shows their beginnings, so that a line fits a screen. */
  const shorten = (text: string) =>
    text
      .replace(/\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '$1…')
      .replace(/\b([0-9a-f]{6})[0-9a-f]{18}\b/g, '$1…')
      // Of many references separated by commas the first and how many there are.
      .replace(
        /(?<![^\s=])([^\s,]+)((?:,[a-z]+\/[^\s,]+){3,})/g,
        (_, first: string, others: string) => `${first},… (${others.split(',').length} in all)`,
      );
  let steps = 0;

  const shade = (line: string): string => {
    if (/^(?:<<<quoted|quoted .*>>>)/.test(line)) return (dim ?? same)(line);
    if (/^(?:broken |BROKEN |FAILED |mode new|refused|-=? )/.test(line)) return (red ?? same)(line);
    if (/^(?:fixed |PASSED |mode resolved|saved|\+=? )|Conclusion: Better/.test(line)) return (green ?? same)(line);
    if (/^(?:still failing|failed run|flaky|Next:|mode persisting|test moved)/.test(line))
      return (yellow ?? same)(line);
    return line;
  };

  return {
    title: (text) => put(`\n${(bold ?? same)(text)}\n${'═'.repeat(Math.min(text.length, width))}`),
    step(text) {
      steps += 1;
      put(`\n${(bold ?? same)(`${steps}. ${text}`)}`);
    },
    call(tool, args) {
      const shown = Object.entries(args).map(
        ([name, value]) =>
          `${name}=${typeof value === 'string' ? value : Array.isArray(value) ? `[${value.length}]` : JSON.stringify(value)}`,
      );
      put((cyan ?? same)(shorten(`▸ ${tool} ${shown.join(' ')}`)));
    },
    answer(text, lines) {
      const all = shorten(text)
        .split('\n')
        .filter((line) => !line.startsWith('From the built-in sandbox'));
      for (const line of all.slice(0, lines))
        put(`  ${shade(line.length > width ? `${line.slice(0, width - 1)}…` : line)}`);
      if (all.length > lines) put((dim ?? same)(`  … ${all.length - lines} more lines`));
    },
    progress: (text) => put((dim ?? same)(`  … ${text}`)),
    note: (text) => put((dim ?? same)(`\n${text}`)),
  };
}

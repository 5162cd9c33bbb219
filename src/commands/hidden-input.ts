/** A secret from stdin: typed without an echo on a terminal, taken as it comes from a pipe. */
import { Problem } from '../model/problem.ts';

const MOST_CHARACTERS = 16 * 1024;
const [ENTER, RETURN, INTERRUPT, END, BACKSPACE, DELETE] = ['\n', '\r', '\u0003', '\u0004', '\b', '\u007f'];

/** The prompt goes to stderr. Throws `Problem('cancelled')` for Ctrl-C. */
export async function readHidden(prompt: string): Promise<string> {
  const { stdin } = process;
  stdin.setEncoding('utf8');
  if (!stdin.isTTY) return whole(stdin);
  stdin.setRawMode(true);
  process.stderr.write(prompt);
  try {
    return await line(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    process.stderr.write('\n');
  }
}

async function whole(stdin: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > MOST_CHARACTERS) throw new Problem('invalid_input', 'That is too long for a key.');
  }
  return text;
}

/** In raw mode the terminal edits nothing by itself. */
function line(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: string) => {
      for (const character of chunk) {
        if (character === ENTER || character === RETURN || character === END) return end(() => resolve(text));
        if (character === INTERRUPT) return end(() => reject(new Problem('cancelled', 'Nothing is stored.')));
        text = character === BACKSPACE || character === DELETE ? text.slice(0, -1) : text + character;
      }
    };
    const onEnd = () => end(() => resolve(text));
    const end = (act: () => void) => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      act();
    };
    stdin.on('data', onData);
    stdin.on('end', onEnd);
  });
}

/**
 * The recording of a conversation: a WAV file (PCM, 8 bits, mono) of its very length, with a tone for each who speaks,
 * as long as they speak. Made when it is asked for; the same conversation sounds the same.
 */
import { fraction } from './random.ts';
import type { Conversation, EngineTurn } from './types.ts';

/** Samples a second; the first that lets the call stay within `MOST_BYTES`. */
const RATES = [8_000, 6_000, 4_000, 3_000, 2_000];
const LOWEST_RATE = 1_000;
const MOST_BYTES = 200_000;
const HEADER_BYTES = 44;

/** Hertz; both fit into the lowest rate. Tools are not heard. */
const TONES: Readonly<Record<EngineTurn['speaker'], number>> = { agent: 220, caller: 330, tool: 0 };
const SILENCE = 128;
const LOUDNESS = 70;
const WORDS_PER_SECOND = 2.7;
/** Share of a word's time in which there is sound. */
const VOICED = 0.75;

export interface Utterance {
  speaker: EngineTurn['speaker'];
  from_seconds: number;
  until_seconds: number;
  words: number;
}

/** Who is heard when: each until the next turn begins, or until their words are said. */
export function utterancesOf({
  turns,
  duration_seconds,
}: Pick<Conversation, 'turns' | 'duration_seconds'>): Utterance[] {
  return turns.map(({ speaker, text, at_seconds }, index) => {
    const words = text.split(/\s+/).filter(Boolean).length;
    const limit = turns[index + 1]?.at_seconds ?? duration_seconds;
    const until_seconds = Math.max(at_seconds, Math.min(limit, at_seconds + 0.6 + words / WORDS_PER_SECOND));
    return { speaker, from_seconds: at_seconds, until_seconds, words };
  });
}

/** The whole file, at most 200,000 bytes; a call too long for that is cut off. */
export function wavOf(conversation: Pick<Conversation, 'turns' | 'duration_seconds'>): Buffer {
  const seconds = Math.max(0, conversation.duration_seconds);
  const most = MOST_BYTES - HEADER_BYTES;
  const rate = RATES.find((one) => one * seconds <= most) ?? LOWEST_RATE;
  // Of even length: an odd chunk would need a pad byte.
  const samples = 2 * Math.floor(Math.min(most, seconds * rate) / 2);
  const sound = Buffer.alloc(samples, SILENCE);
  for (const utterance of utterancesOf(conversation)) speak(sound, utterance, rate);
  return Buffer.concat([headerOf(samples, rate), sound]);
}

function speak(sound: Buffer, { speaker, from_seconds, until_seconds, words }: Utterance, rate: number): void {
  const hertz = TONES[speaker];
  const [from, until] = [Math.round(from_seconds * rate), Math.min(sound.length, Math.round(until_seconds * rate))];
  if (hertz === 0 || until <= from) return;
  const perWord = (until - from) / Math.max(1, words);
  for (let sample = from; sample < until; sample++) {
    const word = Math.floor((sample - from) / perWord);
    const within = (sample - from) / perWord - word;
    if (within > VOICED) continue;
    // Swells and fades with the word, and each word is a little higher or lower than the one before.
    const swell = Math.sin((Math.PI * within) / VOICED);
    const pitch = hertz * (0.95 + 0.1 * fraction(`${speaker} ${word}`));
    sound[sample] = SILENCE + Math.round(LOUDNESS * swell * Math.sin((2 * Math.PI * pitch * (sample - from)) / rate));
  }
}

/** RIFF header of 8-bit mono PCM. */
function headerOf(samples: number, rate: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'ascii');
  header.writeUInt32LE(HEADER_BYTES - 8 + samples, 4);
  header.write('WAVEfmt ', 8, 'ascii');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36, 'ascii');
  header.writeUInt32LE(samples, 40);
  return header;
}

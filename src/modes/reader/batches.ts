/**
 * Lines are read in batches, one after the other, so that a later one is assigned to what an earlier one found. What is
 * coded is saved batch by batch: whatever goes wrong afterwards takes nothing of it back.
 */
import { isProblem, type Problem, toProblem } from '../../model/problem.ts';
import { type BatchCodes, readAnswer } from './answer.ts';
import type { Model } from './model.ts';
import { againMessages, batchMessages, type KnownMode, type Message } from './prompt.ts';
import type { SentLine } from './sent-lines.ts';
import type { Said } from './wires.ts';

export const MOST_LINES = 120;

/** The modes of the agents at hand. */
export interface Modes {
  /** Those that lines may be assigned to. */
  known: readonly KnownMode[];
  /** Those that explain nothing any more: their titles are taken. */
  retired: readonly KnownMode[];
}

export interface ReadingOptions {
  model: Model;
  modes: Modes;
  /** Most tokens in all. */
  most_tokens: number;
  signal: AbortSignal;
  /** Saves what a batch was coded as; the modes after that. What it throws leaves the batch uncoded. */
  save(codes: BatchCodes, batch: readonly SentLine[]): Promise<Modes>;
  /** Hears of each batch. */
  onBatch?: ((batch: BatchResult, number: number) => void) | undefined;
}

/** Why a batch is not coded: our own words in `message`; what the server said in the details (untrusted). */
export type Refusal =
  | { kind: 'mistakes'; mistakes: readonly string[] }
  | { kind: 'refused' }
  | { kind: 'problem'; problem: Problem };

export interface BatchResult {
  lines: readonly SentLine[];
  /** Absent where it is coded. */
  refusal?: Refusal | undefined;
}

export interface ReadingResult {
  batches: BatchResult[];
  /** Lines that were not asked about. */
  left: readonly SentLine[];
  /** Why: the cap on tokens, or what makes further questions pointless. */
  stopped?: 'tokens' | 'problem' | undefined;
}

/** The lines in batches of `MOST_LINES`, in their order. */
export function batchesOf(lines: readonly SentLine[]): SentLine[][] {
  const batches: SentLine[][] = [];
  for (let at = 0; at < lines.length; at += MOST_LINES) batches.push(lines.slice(at, at + MOST_LINES));
  return batches;
}

/** Reads all lines, as far as the cap allows. Two batches in a row that meet a problem end it, and one that no other batch would be spared. */
export async function readLines(lines: readonly SentLine[], options: ReadingOptions): Promise<ReadingResult> {
  const { model, signal, save, onBatch } = options;
  const result: ReadingResult = { batches: [], left: [] };
  let { modes } = options;
  let failing = 0;
  let at = 0;
  for (const batch of batchesOf(lines)) {
    const messages = batchMessages(modes.known, batch);
    if (signal.aborted || !fits(messages, batch, options)) {
      result.stopped = signal.aborted ? 'problem' : 'tokens';
      break;
    }
    at += batch.length;
    const done: BatchResult = { lines: batch };
    try {
      const answer = await askBatch(model, messages, batch, modes, options);
      if ('codes' in answer) modes = await save(answer.codes, batch);
      else done.refusal = answer.refusal;
    } catch (error) {
      done.refusal = { kind: 'problem', problem: toProblem(error) };
    }
    result.batches.push(done);
    onBatch?.(done, result.batches.length);
    const problem = done.refusal?.kind === 'problem' ? done.refusal.problem : undefined;
    failing = problem ? failing + 1 : 0;
    if (problem && (failing > 1 || !isOfOneBatch(problem))) {
      result.stopped = 'problem';
      break;
    }
  }
  result.left = lines.slice(at);
  return result;
}

/** Tokens of an answer that are reckoned with: some for each line, and for the modes it names. */
const PER_LINE = 10;
const PER_ANSWER = 600;
/** Most that an answer may have, thinking included. */
const MOST_ANSWER = 16_000;

/** What lines are likely to come to, as long as each answer can be used and few modes are new. */
export function tokensOfAll(
  lines: readonly SentLine[],
  known: readonly KnownMode[],
  tokensOf: Model['tokensOf'],
): number {
  return batchesOf(lines).reduce((sum, batch) => sum + tokensOf(batchMessages(known, batch)) + answerTokens(batch), 0);
}

function answerTokens(batch: readonly SentLine[]): number {
  return PER_ANSWER + PER_LINE * batch.length;
}

function fits(messages: readonly Message[], batch: readonly SentLine[], { model, most_tokens }: ReadingOptions) {
  return model.spent + model.tokensOf(messages) + answerTokens(batch) <= most_tokens;
}

async function askBatch(
  model: Model,
  messages: readonly Message[],
  batch: readonly SentLine[],
  { known, retired }: Modes,
  options: ReadingOptions,
): Promise<{ codes: BatchCodes } | { refusal: Refusal }> {
  const ask = (asked: readonly Message[]): Promise<Said> => {
    const rest = options.most_tokens - model.spent - model.tokensOf(asked);
    const most_tokens = Math.min(MOST_ANSWER, Math.max(answerTokens(batch), rest));
    return model.ask(asked, { most_tokens, signal: options.signal });
  };
  const check = (said: Said) =>
    said.cut
      ? { mistakes: ['It was cut off at its greatest length. Use fewer and shorter words.'] }
      : readAnswer(said.text, { lines: batch.length, known, retired });

  const first = await ask(messages);
  if (first.refused) return { refusal: { kind: 'refused' } };
  const checked = check(first);
  if ('codes' in checked) return checked;
  const again = againMessages(messages, first.text, checked.mistakes);
  if (!fits(again, batch, options)) return { refusal: { kind: 'mistakes', mistakes: checked.mistakes } };
  const second = await ask(again);
  if (second.refused) return { refusal: { kind: 'refused' } };
  const corrected = check(second);
  return 'codes' in corrected ? corrected : { refusal: { kind: 'mistakes', mistakes: corrected.mistakes } };
}

/** Whether another batch may fare better: this one came too late, was too much, or could not be read. */
function isOfOneBatch(problem: Problem): boolean {
  return (
    isProblem(problem) &&
    ['timeout', 'unreadable', 'too_large', 'vendor_error', 'invalid_input', 'refused', 'conflict'].includes(
      problem.kind,
    )
  );
}

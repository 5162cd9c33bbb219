/** What `code` says: before it sends, of each batch, and in the end. Words of models and platforms are cleaned; they are data. */
import { cleanDeep, clip } from '../mcp/clean.ts';
import { codedSentence, modeLine, sourcesSentence } from '../mcp/present/modes.ts';
import { cleanLine } from '../model/clean.ts';
import type { Mode } from '../model/modes.ts';
import { plural } from '../model/plural.ts';
import type { Problem } from '../model/problem.ts';
import { failureId } from '../modes/failures.ts';
import { type BatchResult, batchesOf, type ReadingResult, type Refusal } from '../modes/reader/batches.ts';
import { bySource } from '../modes/tally.ts';
import type { CodeSubject } from './code-sessions.ts';
import type { Target } from './code-target.ts';

export interface Work {
  subject: CodeSubject;
  /** Tokens that all lines are likely to come to. */
  about: number;
  masked: boolean;
  most_tokens: number;
}

export interface Report extends Work {
  target: Target;
  result: ReadingResult;
  /** Tokens. */
  spent: number;
  /** Those that failures are of, largest first. */
  modes: readonly Mode[];
  redact: (text: string) => string;
}

/** What is about to be sent, and where. */
export function notice({ subject, about, masked, most_tokens, target }: Work & { target: Target }): string {
  if (subject.sent.length === 0) return `${standing(subject)} Nothing is sent.`;
  return [
    standing(subject),
    `Sending to ${target.endpoint.host} (${target.api}, model ${clip(target.name, 80)}): ${amount(subject)}, about ${about} tokens with the answers, ${most_tokens} at most.`,
    `The reasons leave this machine ${masked ? MASKED : AS_THEY_ARE}.`,
  ].join('\n');
}

const AS_THEY_ARE = 'as they are, without keys';
const MASKED = 'with numbers, names, quotations and addresses masked, as far as masking finds them';

/** The same, of what is not sent. */
export function dryReport(work: Work, json: boolean): string {
  const { subject, about, masked, most_tokens } = work;
  const lines = subject.sent.length;
  const batches = batchesOf(subject.sent).length;
  if (json)
    return `${JSON.stringify({ dry_run: true, ...facts(work), lines, batches, about_tokens: about, masked }, null, 2)}\n`;
  const over = about > most_tokens ? ` That is more than the ${most_tokens} allowed: the last ones would be left.` : '';
  return `${standing(subject)}\nNothing is sent. It would be ${amount(subject)}, about ${about} tokens with the answers.${over}\n`;
}

function standing({ coded: { table, tally }, wordless, ref }: CodeSubject): string {
  const none = wordless > 0 ? ` ${plural(wordless, 'failure')} without a reason: there is nothing to read.` : '';
  if (table.total === 0) return `${ref}: nothing failed.`;
  return `${ref}: ${codedSentence({ ...tally, uncoded: tally.uncoded.length, singles: tally.singles.length })}${none}`;
}

function amount({ sent }: CodeSubject): string {
  return `${plural(sent.length, 'line')} in ${plural(batchesOf(sent).length, 'batch', 'batches')}`;
}

/** How a batch went; `number` from 1. */
export function batchLine(batch: BatchResult, number: number): string {
  const what = plural(batch.lines.length, 'line');
  return `Batch ${number}: ${what} ${batch.refusal ? `not coded. ${refusalWords(batch.refusal)}` : 'coded.'}`;
}

/** Why a batch was not coded, with at most a few of its mistakes. */
function refusalWords(refusal: Refusal): string {
  if (refusal.kind === 'refused') return 'The model would not answer.';
  if (refusal.kind === 'problem') return problemLines(refusal.problem).join(' ');
  const [first = '', ...others] = refusal.mistakes;
  const more = others.length > 0 ? ` (and ${plural(others.length, 'more mistake', 'more mistakes')})` : '';
  return `Its answer could not be used: ${clip(first, 200)}${more}`;
}

/** A problem in lines, what the server said of it quoted and cleaned. */
export function problemLines({ message, details: { next, vendor, candidates } }: Problem): string[] {
  const said = vendor?.message === undefined ? undefined : `It said: “${clip(vendor.message, 300)}”`;
  const meant = candidates && candidates.length > 0 ? `Closest: ${clip(candidates.join(', '), 300)}` : undefined;
  return [message, said, next, meant].flatMap((line) => (line === undefined ? [] : [cleanLine(line)]));
}

/** What is coded in the end, by modes, and what is left. */
export function textReport(report: Report): string {
  const { subject, spent, modes } = report;
  return `${[
    standing(subject),
    ...modes.map((mode) => `  ${cleanLine(modeLine(mode))}`),
    sourcesSentence(bySource(modes)),
    ...leftWords(report),
    spent > 0 ? `About ${spent} tokens.` : '',
  ]
    .filter(Boolean)
    .join('\n')}\n`;
}

/** Why something is left, where something is. */
function leftWords({ subject, result, most_tokens }: Report): string[] {
  const failing = result.batches.filter(({ refusal }) => refusal);
  const lines = failing.reduce((sum, batch) => sum + batch.lines.length, 0);
  const left = result.left.length;
  const why =
    result.stopped === 'tokens'
      ? `the next batch could pass the cap of ${most_tokens} tokens (--max-tokens)`
      : 'a further question would meet the same problem';
  return [
    ...(lines > 0
      ? [`Left: ${plural(lines, 'line')} in ${plural(failing.length, 'batch', 'batches')} that could not be coded.`]
      : []),
    ...(left > 0 ? [`Left: ${plural(left, 'line')} not asked about: ${why}.`] : []),
    ...(subject.wordless > 0 ? [`Left: ${plural(subject.wordless, 'failure')} without a reason.`] : []),
    ...(subject.dropped > 0
      ? [
          `The file of the failure modes had no more room: codings of ${plural(subject.dropped, 'older session')} were dropped.`,
        ]
      : []),
    ...(subject.incomplete === undefined ? [] : [subject.incomplete]),
  ];
}

/** `codings`: what each failure is coded as, by its id. */
export function jsonReport(report: Report): string {
  const { subject, target, result, spent, redact, masked } = report;
  const { table, codes } = subject.coded;
  const codings = table.groups.flatMap(({ failures, evaluation }) =>
    failures.flatMap((failure) => {
      const coding = codes.of(failure);
      return coding
        ? [{ id: failureId(failure), run: failure.run, evaluation, mode: coding.mode ?? 'single', by: coding.by }]
        : [];
    }),
  );
  const cleaned = (value: unknown) => cleanDeep(value, redact);
  const data = {
    untrusted: ['modes[].title', 'modes[].definition', 'modes[].fix', 'codings[].evaluation', 'refused[].why'],
    ...facts(report),
    model: cleaned(target.name),
    host: target.endpoint.host,
    masked,
    tokens: spent,
    stopped: result.stopped,
    refused: cleaned(
      result.batches.flatMap(({ lines, refusal }, index) =>
        refusal ? [{ batch: index + 1, lines: lines.length, why: refusalWords(refusal) }] : [],
      ),
    ),
    left: leftWords(report),
    modes: cleaned(report.modes),
    codings: cleaned(codings),
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}

function facts({ subject }: Work) {
  const { tally } = subject.coded;
  return {
    session: subject.ref,
    failures: tally.total,
    coded: tally.coded,
    uncoded: tally.uncoded.length,
    singles: tally.singles.length,
    coded_by: tally.coded_by,
    without_reason: subject.wordless,
  };
}

/** What `code` works on: the sessions, what nobody has read of them, and how what a model says goes into the book. */
import { keysFor } from '../mcp/mode-keys.ts';
import {
  adoptedClusters,
  type CodedReading,
  codedWith,
  entriesFor,
  type FailureReading,
  readFailures,
} from '../mcp/mode-reading.ts';
import { subjectOf } from '../mcp/tools/save-failure-modes.ts';
import { openSessions, resolveSessions } from '../mcp/tools/shared.ts';
import { Problem } from '../model/problem.ts';
import { isTerminal } from '../model/verdicts.ts';
import type { Book } from '../modes/book.ts';
import { type Failure, failureId } from '../modes/failures.ts';
import { failureLines, orderedGroups } from '../modes/lines.ts';
import type { BatchCodes } from '../modes/reader/answer.ts';
import type { Modes } from '../modes/reader/batches.ts';
import { type SentLine, sentLines } from '../modes/reader/sent-lines.ts';
import { drawSample } from '../modes/sampling.ts';
import { readRequest, type SaveRequest } from '../modes/saving/request.ts';
import { type Saved, saveModes } from '../modes/saving/save-modes.ts';
import type { SaveSubject } from '../modes/saving/subject.ts';
import { modeIds, storedMode } from '../modes/tally.ts';
import { createReading, type Opened } from '../reading/reading.ts';
import type { Services } from './services.ts';

export interface CodeSubject {
  /** References, separated by commas. */
  ref: string;
  /** As the book stood when it was last read or written. */
  coded: CodedReading;
  /** Lines that nobody has read, of the sample where one was drawn. */
  sent: readonly SentLine[];
  /** Failures without a reason: there is nothing to read. */
  wordless: number;
  /** Older sessions whose codings the book had no room for any more. */
  dropped: number;
  /** Why what is read is not all, in our own words; absent where it is. */
  incomplete?: string | undefined;
  modes(): Modes;
  /** Failures, of the sample where one was drawn, that nobody has read. */
  uncoded(): number;
  save(codes: BatchCodes, batch: readonly SentLine[]): Promise<Modes>;
}

type SubjectServices = Pick<Services, 'registry' | 'modes' | 'changer' | 'redact'>;

interface SubjectOptions {
  session: string;
  sample?: number | undefined;
  masked: boolean;
  signal: AbortSignal;
}

/** Reads the sessions. Throws `Problem`. */
export async function openSubject(
  { registry, modes, changer, redact }: SubjectServices,
  { session, sample, masked, signal }: SubjectOptions,
): Promise<CodeSubject> {
  const quiet = { signal, atWork: () => {}, runsRead: () => {}, runsHeld: () => {} };
  const named = await resolveSessions(session, { registry });
  const opened = await openSessions(named, { reading: createReading(), ...quiet });
  const reading = await readFailures(opened, quiet);
  const file = await modes();
  const first = await file.read();
  const keys = await keysFor(opened, reading.table, first, { signal, changer, saves: true });
  const { clusters, problem } = await adoptedClusters(await entriesFor(first, keys), opened, { signal });
  const codedIn = (book: Book) => codedWith(clusters, book, opened, reading, keys);
  let coded = await codedIn(first);
  let dropped = 0;
  const drawn = sample === undefined ? undefined : new Set(drawSample(allOf(reading), sample));
  const ordered = orderedGroups(reading.table);
  const uncodedLines = () => failureLines(ordered, coded.codes, { state: 'uncoded', among: drawn });
  const { sent, wordless } = sentLines(uncodedLines(), { masked, redact });
  const subject = subjectOf(opened, reading, keys, clusters);
  const count = (lines: readonly { failures: readonly Failure[] }[]) =>
    lines.reduce((sum, { failures }) => sum + failures.length, 0);

  return {
    ref: opened.ref,
    get coded() {
      return coded;
    },
    get dropped() {
      return dropped;
    },
    sent,
    wordless: count(wordless),
    incomplete: [incompleteness(opened, reading), keys.problem, problem].filter(Boolean).join(' ') || undefined,
    modes: () => modesOf(coded),
    uncoded: () => count(uncodedLines()),
    async save(codes, batch) {
      const request = requestOf(codes, batch, sample);
      const written = await file.update((book) => {
        const result = savedBy(book, request, subject);
        return { book: result.book, result };
      });
      dropped += written.dropped;
      coded = await codedIn(written.result.book);
      return modesOf(coded);
    },
  };
}

function allOf({ table }: FailureReading): Failure[] {
  return table.groups.flatMap(({ failures }) => failures);
}

function modesOf({ entries }: CodedReading): Modes {
  const all = modeIds(entries).flatMap((id) => {
    const mode = storedMode(entries, id);
    return mode ? [{ id, title: mode.title, definition: mode.definition, status: mode.status }] : [];
  });
  return {
    known: all.filter(({ status }) => status !== 'retired'),
    retired: all.filter(({ status }) => status === 'retired'),
  };
}

function incompleteness({ session }: Opened, { coverage }: FailureReading): string | undefined {
  if (!isTerminal(session.status)) return 'The session goes on: what fails from now on is not read.';
  if (coverage.complete) return undefined;
  return ['Not everything of the session could be read:', ...(coverage.gaps ?? []).map(({ note }) => note)].join(' ');
}

/** What a batch was coded as, as it is saved: of a line its first failure, which stands for those folded behind it. */
function requestOf(
  { assigned, invented, singles }: BatchCodes,
  batch: readonly SentLine[],
  sample: number | undefined,
): SaveRequest {
  const ids = (lines: readonly number[]) =>
    lines.flatMap((line) => {
      const sent = batch[line - 1];
      return sent ? [failureId(sent.line.failures[0])] : [];
    });
  const modes = [
    ...assigned.map(({ mode, lines }) => ({ id: mode, failures: ids(lines) })),
    ...invented.map(({ lines, ...mode }) => ({ ...mode, failures: ids(lines) })),
  ];
  return readRequest({ modes, singles: ids(singles), sample }, 'model');
}

/** Throws `refused` where it would change what a person wrote: a model has nobody to ask. */
function savedBy(book: Book, request: SaveRequest, subject: SaveSubject): Saved {
  const done = saveModes(book, request, subject);
  if (done.persons.length > 0)
    throw new Problem('refused', 'It would change a mode that a person wrote.', {
      next: 'Read these failures with an assistant, or edit the file of the failure modes.',
    });
  return done;
}

/**
 * Started sessions in a folder, one file of JSON lines each, for several processes at once. A name is given once (the
 * file is complete when it appears), further lines are appended in one write each, and every reader takes in what it has
 * not seen. What cannot be kept lives in memory, and is said.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../model/error-code.ts';
import { parsedJson } from '../model/json.ts';
import { recordsInMemory } from './engine/records-in-memory.ts';
import type { SessionRecords } from './engine/types.ts';
import { ensureFolder } from './ensure-folder.ts';

const DAY_MS = 86_400_000;
const NAME = /^(\d{6,12})\.jsonl$/;
const TEMPORARY = '.tmp-';
/**
 * Older files are removed at the start, and of more than so many the oldest that are a day old; never the newest, which
 * holds the number.
 */
const KEPT_MS = 30 * DAY_MS;
const KEPT_FILES = 300;
const TEMPORARY_LIVES_MS = 3_600_000;
/** A folder that changed so recently may have changed again within the tick of its clock, which is a second or two on some. */
const TICK_MS = 50;
const WHOLE_SECONDS_TICK_MS = 2_500;
/** No session of the sandbox is described by more. */
const MOST_BYTES = 8 * 1024 * 1024;

/** No link is followed and no pipe waited for. Windows has neither flag. */
const CAREFULLY = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;

interface Known {
  /** Bytes that have been taken in. */
  read: number;
  /** Nothing more is read of it. */
  passedOver: boolean;
}

/** Records in `folder`, which is made with the first session. `report` is told in trusted words what goes wrong. */
export function createSessionFiles(folder: string, report: (message: string) => void): SessionRecords {
  const known = new Map<number, Known>();
  const memory = recordsInMemory();
  /** Numbers of sessions that live in memory are negative here, so that no file has them. */
  const inMemory = (number: number) => -number;
  let latest = 0;
  let seenAt: number | undefined;
  const said = new Set<string>();
  const reportOnce = (message: string) => {
    if (said.has(message)) return;
    said.add(message);
    report(message);
  };
  tidy(folder);

  return {
    create(firstLine) {
      try {
        ensureFolder(folder);
        latest = Math.max(latest, ...numbersIn(folder));
        while (!createOnce(folder, latest + 1, `${JSON.stringify(firstLine(latest + 1))}\n`)) latest += 1;
        latest += 1;
      } catch (error) {
        reportOnce(
          `The sandbox cannot keep its sessions in AGENT_SIM_HOME (${errorCode(error) ?? 'unknown error'}): they end with this process.`,
        );
        memory.create((number) => firstLine(inMemory(number)));
      }
    },
    append(number, line) {
      if (number < 0) return memory.append(inMemory(number), line);
      try {
        appendLine(folder, number, JSON.stringify(line));
      } catch (error) {
        reportOnce(
          `The sandbox cannot keep a change of a session in AGENT_SIM_HOME (${errorCode(error) ?? 'unknown error'}): it ends with this process.`,
        );
        // Under the number of the session itself: the change belongs to it.
        memory.append(inMemory(number), line);
      }
      return undefined;
    },
    news() {
      const news = memory.news().map(({ number, line }) => ({ number: inMemory(number), line }));
      const changedAt = modified(folder);
      if (changedAt === undefined || (changedAt === seenAt && !isRecent(changedAt))) return news;
      for (const number of numbersIn(folder).sort((a, b) => a - b)) {
        latest = Math.max(latest, number);
        for (const line of freshLines(number)) news.push({ number, line });
      }
      seenAt = changedAt;
      return news;
    },
  };

  /** Whole lines that have not been taken in; undefined for one that is no JSON. */
  function freshLines(number: number): unknown[] {
    const state = known.get(number) ?? { read: 0, passedOver: false };
    known.set(number, state);
    if (state.passedOver || (sizeOf(pathOf(folder, number)) ?? 0) <= state.read) return [];
    try {
      const fresh = readFrom(pathOf(folder, number), state.read);
      const end = fresh.lastIndexOf('\n') + 1;
      state.read += end;
      const lines = fresh.subarray(0, end).toString('utf8').split('\n');
      return lines.filter((line) => line !== '').map(parsedJson);
    } catch (error) {
      // Another process has tidied it away.
      if (errorCode(error) === 'ENOENT') return [];
      state.passedOver = true;
      reportOnce(
        `The file of session ${number} of the sandbox cannot be read (${errorCode(error) ?? 'unknown error'}); it is passed over.`,
      );
      return [];
    }
  }
}

function pathOf(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(6, '0')}.jsonl`);
}

/** In the order of the folder; empty where there is no folder, or none that can be read. */
function numbersIn(folder: string): number[] {
  return namesIn(folder).flatMap((name) => {
    const [, digits] = NAME.exec(name) ?? [];
    return digits === undefined ? [] : [Number(digits)];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** When a name came into the folder, or a line into one of its files; undefined where there is no folder. */
function modified(folder: string): number | undefined {
  return statOrNothing(folder)?.mtimeMs;
}

/** Undefined where there is nothing, or nothing that may be looked at. */
function statOrNothing(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function sizeOf(path: string): number | undefined {
  return statOrNothing(path)?.size;
}

function isRecent(changedAt: number): boolean {
  return Math.abs(Date.now() - changedAt) <= (changedAt % 1_000 === 0 ? WHOLE_SECONDS_TICK_MS : TICK_MS);
}

/** True for the one process that made the file. */
function createOnce(folder: string, number: number, text: string): boolean {
  const temporary = join(folder, `${TEMPORARY}${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    try {
      linkSync(temporary, pathOf(folder, number));
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      // A file system without hard links: the file is there before its line, and readers take in whole lines only.
      writeFileSync(pathOf(folder, number), text, { flag: 'wx', mode: 0o600 });
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Begins with a line break: what a killed process left of its own line stays a line of its own. */
function appendLine(folder: string, number: number, line: string): void {
  const file = openSync(pathOf(folder, number), constants.O_WRONLY | constants.O_APPEND | CAREFULLY);
  try {
    writeSync(file, `\n${line}\n`);
  } finally {
    closeSync(file);
  }
  const now = new Date();
  utimesSync(folder, now, now);
}

/** What stands in the file from `offset` on. Throws what the file system says, and for what is no file of ours. */
function readFrom(path: string, offset: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | CAREFULLY);
  try {
    const { size, uid, isFile } = statOf(file);
    if (!isFile || size > MOST_BYTES || (process.getuid && uid !== process.getuid())) throw new NoSessionFile();
    const fresh = Buffer.alloc(Math.max(0, size - offset));
    return fresh.subarray(0, readSync(file, fresh, 0, fresh.length, offset));
  } finally {
    closeSync(file);
  }
}

function statOf(file: number) {
  const stat = fstatSync(file);
  return { size: stat.size, uid: stat.uid, isFile: stat.isFile() };
}

class NoSessionFile extends Error {
  code = 'not a file of ours';
}

/** Never throws: what cannot be removed now is removed by a later start. */
function tidy(folder: string): void {
  const numbers = numbersIn(folder).sort((a, b) => b - a);
  for (const [position, number] of numbers.entries()) {
    const written = position === 0 ? undefined : modified(pathOf(folder, number));
    const age = written === undefined ? 0 : Math.abs(Date.now() - written);
    if (age > KEPT_MS || (position >= KEPT_FILES && age > DAY_MS)) remove(pathOf(folder, number));
  }
  for (const name of namesIn(folder)) {
    const written = name.startsWith(TEMPORARY) ? modified(join(folder, name)) : undefined;
    if (written !== undefined && Math.abs(Date.now() - written) > TEMPORARY_LIVES_MS) remove(join(folder, name));
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A later start tries again.
  }
}

/**
 * The log: one JSON object per line, on stderr (stdout belongs to the protocol), redacted. Causes of errors may quote a
 * vendor, and a log is read in a terminal: what JSON itself leaves as it is (C1 controls, bidi, tags) is escaped.
 */
import { escapeInvisible } from '../model/clean.ts';
import { LOG_LEVELS, type LogLevel } from '../model/log-levels.ts';
import { type Redactor, redactValue } from './secrets/redact.ts';

type Writer = (event: string, fields?: Record<string, unknown>) => void;

export type Log = Readonly<Record<Exclude<LogLevel, 'silent'>, Writer>>;

/**
 * Lines of `{time, level, event, ...fields}` at `level` and above. A field cannot replace one of the first three.
 * Never throws: a log that fails must not fail the call it speaks of.
 */
export function createLog(
  level: LogLevel,
  redactor: Redactor,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  const least = LOG_LEVELS.indexOf(level);
  const writer = (name: LogLevel): Writer => {
    if (LOG_LEVELS.indexOf(name) < least) return () => undefined;
    return (event, fields = {}) => {
      try {
        const own = { time: new Date().toISOString(), level: name, event };
        const others = Object.entries(fields).filter(([field]) => !Object.hasOwn(own, field));
        const line = redactValue({ ...own, ...Object.fromEntries(others) }, redactor.redact);
        write(`${escapeInvisible(JSON.stringify(line))}\n`);
      } catch {
        // A log that fails has no other place to say so.
      }
    };
  };
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
}

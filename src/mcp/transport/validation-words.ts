/** The SDK answers bad parameters with the dump of its validator, partly as an internal error: here they become a sentence. */
import { isRecord, parsedJson } from '../../model/json.ts';
import { INTERNAL_ERROR, INVALID_PARAMS } from './message.ts';

const MOST_ISSUES = 3;
const MOST_CHARACTERS = 200;

interface WireError {
  code: number;
  message: string;
  data?: unknown;
}

/** The same error where it holds no dump. What does not fit in a result of ours is no fault of the request. */
export function inWords(error: WireError): WireError {
  const [, what, dump = ''] = DUMP.exec(error.message) ?? [];
  const issues = issuesOf(dump);
  if (issues.length === 0) return error;
  if (what === 'result')
    return { ...error, code: INTERNAL_ERROR, message: 'The answer could not be put into the form of the protocol.' };
  const told = issues.slice(0, MOST_ISSUES).join('; ');
  return { ...error, code: INVALID_PARAMS, message: `Invalid parameters: ${told}`.slice(0, MOST_CHARACTERS) };
}

const DUMP = /^(?:Invalid \S+ (request|result): )?(\[[\s\S]*\])$/;

function issuesOf(text: string): string[] {
  const issues = parsedJson(text);
  if (!Array.isArray(issues) || !issues.every(isIssue)) return [];
  return issues.map(({ path, message }) => {
    const place = path[0] === 'params' && path.length > 1 ? path.slice(1) : path;
    return `${place.map(String).join('.') || 'params'}: ${message.replace(/^Invalid input: /, '')}`;
  });
}

function isIssue(value: unknown): value is { path: unknown[]; message: string } {
  return isRecord(value) && Array.isArray(value.path) && typeof value.message === 'string';
}

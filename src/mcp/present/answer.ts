/** From a tool's answer or a Problem to what goes on the wire: text for some hosts, structured content for others, the same facts in both. */
import { isRecord } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import { quotedPaths, verbatimPaths } from '../../model/quoted.ts';
import { bytesOf } from '../budget.ts';
import { cleanDeep, clip } from '../clean.ts';
import type { ServedTool, ToolAnswer } from '../served-tool.ts';
import { fence, newBoundary } from './fence.ts';
import { vendorLines } from './words.ts';

/** A type and not an interface: the SDK's result types have an index signature. */
export type WireResult = {
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
};

interface PresentOptions {
  /** Takes registered secrets out of everything that leaves. */
  redact: (text: string) => string;
  boundary?: string;
}

const SANDBOX_NOTE = 'From the built-in sandbox: a rule-based stand-in, not a live platform.';

/**
 * Characters of each string of third parties in an answer that is longer than its budget, one after the other until it fits.
 * Tools fill their budget with what strings usually are; bytes of other scripts, escapes and what the fence takes apart
 * come on top.
 */
const SHORTER = [200, 100, 50, 25, 12];

/** Renders an answer within its budget. `sandbox` says that the data came from the stand-in; `serves`, which tools a next step may name. */
export function presentAnswer(
  tool: Pick<ServedTool, 'output'>,
  answer: ToolAnswer,
  options: AnswerOptions,
): WireResult {
  let wire = wireOf(tool, answer, options);
  for (const most of SHORTER) {
    if (answer.shorter === undefined || sizeOf(wire) <= (answer.budget ?? 0)) break;
    wire = wireOf(tool, answer.shorter(most), options);
  }
  return wire;
}

type AnswerOptions = PresentOptions & { sandbox: boolean; serves?: (tool: string) => boolean };

/** Bytes of the longer of the two forms. */
function sizeOf({ content, structuredContent }: WireResult): number {
  const text = content.reduce((sum, block) => sum + Buffer.byteLength(block.text), 0);
  return Math.max(text, bytesOf(structuredContent ?? {}));
}

function wireOf(tool: Pick<ServedTool, 'output'>, answer: ToolAnswer, options: AnswerOptions): WireResult {
  const { serves = () => true } = options;
  const next = (answer.next ?? []).filter((step) => serves(step.split(' ', 1)[0] ?? '')).slice(0, 3);
  const text = [
    answer.headline,
    fence(answer.lines, options.boundary ?? newBoundary()),
    ...next.map((step) => `Next: ${step}`),
    options.sandbox ? SANDBOX_NOTE : '',
  ]
    .filter(Boolean)
    .join('\n');
  // Next steps end an answer, also where they are data.
  const { next: _steps, ...data } = asRecord(answer.data);
  const structuredContent = cleanDeep(
    {
      untrusted: quotedPaths(tool.output, data),
      headline: shortHeadline(answer),
      sandbox: options.sandbox || undefined,
      ...data,
      next: next.length > 0 ? next : undefined,
    },
    options.redact,
    verbatimPaths(tool.output, data),
  );
  return { content: [{ type: 'text', text: options.redact(text) }], structuredContent: asRecord(structuredContent) };
}

/** The headline on one line; a cursor stands in its own member, and is long. */
function shortHeadline({ headline, data }: ToolAnswer): string {
  const { next_cursor } = asRecord(data);
  const named = typeof next_cursor === 'string' ? headline.replaceAll(next_cursor, 'next_cursor') : headline;
  return named.replaceAll('\n', ' ');
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** Renders a Problem: everything in the first text block, the vendor's own words fenced. */
export function presentProblem(problem: Problem, options: PresentOptions): WireResult {
  const { vendor, candidates, next, retry_after_seconds, provider, sent } = problem.details;
  const quoted = vendorLines(vendor);
  if (candidates?.length)
    quoted.push(
      `closest known: ${candidates
        .slice(0, 5)
        .map((one) => clip(one, 160))
        .join(' | ')}`,
    );
  const facts = [
    `kind ${problem.kind}`,
    provider && `provider ${provider}`,
    vendor?.status !== undefined && `HTTP ${vendor.status}`,
    retry_after_seconds !== undefined && `retry after ${Math.ceil(retry_after_seconds)} s`,
    sent === 'unknown' && 'it is not known whether the request arrived',
  ].filter(Boolean);
  const text = [
    `${problem.message} (${facts.join(', ')})`,
    fence(quoted, options.boundary ?? newBoundary()),
    next ? `Next: ${next}` : '',
  ]
    .filter(Boolean)
    .join('\n');
  return { content: [{ type: 'text', text: options.redact(text) }], isError: true };
}

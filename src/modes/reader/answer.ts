/**
 * What a model answered, checked before any of it counts: each line exactly once, only modes that it was shown, words that
 * a mode may have. What is wrong is said in our own words, so that it can be asked again.
 */
import * as z from 'zod/v4';
import { foldedTitle } from '../../analysis/text-folding.ts';
import { parseJson } from '../../http/json.ts';
import { cleanLine } from '../../model/clean.ts';
import { holdsLink } from '../../model/mode-words.ts';
import {
  FIX_KINDS,
  type FixKind,
  LONGEST_DEFINITION,
  LONGEST_FIX,
  LONGEST_TITLE,
  MODE_SOURCES,
  type ModeSource,
} from '../../model/modes.ts';
import type { KnownMode } from './prompt.ts';

/** Line numbers by mode, each line of the batch once. */
export interface BatchCodes {
  assigned: { mode: string; lines: number[] }[];
  invented: InventedMode[];
  singles: number[];
}

export interface InventedMode {
  title: string;
  definition: string;
  source: ModeSource;
  fix_kind: FixKind;
  fix?: string | undefined;
  lines: number[];
}

const numbers = z.array(z.int());
const words = z.string().transform((text) => cleanLine(text).trim());
const answerSchema = z.object({
  assigned: z.array(z.object({ mode: z.string(), lines: numbers })).default([]),
  new_modes: z
    .array(
      z.object({
        title: words.pipe(z.string().min(1).max(LONGEST_TITLE)),
        definition: words.pipe(z.string().min(1).max(LONGEST_DEFINITION)),
        source: z.enum(MODE_SOURCES),
        fix_kind: z.enum(FIX_KINDS),
        fix: words.pipe(z.string().max(LONGEST_FIX)).default(''),
        lines: numbers,
      }),
    )
    .default([]),
  singles: numbers.default([]),
});

/** What was asked about: how many lines, and all modes of these agents; retired ones are no longer assigned to. */
export interface Asked {
  lines: number;
  known: readonly KnownMode[];
  retired: readonly KnownMode[];
}

/** The codes that an answer gives, or what is wrong with it. */
export function readAnswer(text: string, asked: Asked): { codes: BatchCodes } | { mistakes: string[] } {
  const value = objectIn(text);
  if (value === undefined) return { mistakes: ['It is not one JSON object.'] };
  const { data, error } = answerSchema.safeParse(value);
  if (!data) return { mistakes: error.issues.map(({ path, message }) => `${path.join('.') || 'It'}: ${message}.`) };
  const codes: BatchCodes = {
    assigned: byMode(data.assigned),
    invented: data.new_modes
      .filter(({ lines }) => lines.length > 0)
      .map(({ fix, ...mode }) => ({ ...mode, fix: fix === '' ? undefined : fix })),
    singles: data.singles,
  };
  const mistakes = [...lineMistakes(codes, asked), ...modeMistakes(codes, asked)];
  return mistakes.length > 0 ? { mistakes } : { codes };
}

/** Of a mode that is named twice, all lines. */
function byMode(assigned: BatchCodes['assigned']): BatchCodes['assigned'] {
  const modes = new Map<string, number[]>();
  for (const { mode, lines } of assigned) modes.set(mode, [...(modes.get(mode) ?? []), ...lines]);
  return [...modes].flatMap(([mode, lines]) => (lines.length > 0 ? [{ mode, lines }] : []));
}

/** The one JSON object of a text; fences, thinking and prose around it are left out. */
function objectIn(text: string): unknown {
  const said = text.replace(/<think>[\s\S]*?<\/think>/g, '');
  for (const candidate of [said, said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1)]) {
    const parsed = parseJson(candidate.trim());
    if ('value' in parsed && typeof parsed.value === 'object' && !Array.isArray(parsed.value)) return parsed.value;
  }
  return undefined;
}

function lineMistakes({ assigned, invented, singles }: BatchCodes, { lines }: Asked): string[] {
  const mistakes: string[] = [];
  const given = new Map<number, number>();
  for (const line of [...assigned, ...invented].flatMap((one) => one.lines).concat(singles))
    given.set(line, (given.get(line) ?? 0) + 1);
  const unknown = [...given.keys()].filter((line) => line < 1 || line > lines);
  const twice = [...given].filter(([, times]) => times > 1).map(([line]) => line);
  const missing = Array.from({ length: lines }, (_, index) => index + 1).filter((line) => !given.has(line));
  if (unknown.length > 0) mistakes.push(`There are lines 1 to ${lines} only, not ${shown(unknown)}.`);
  if (twice.length > 0) mistakes.push(`These lines are given more than once: ${shown(twice)}.`);
  if (missing.length > 0) mistakes.push(`These lines are not given: ${shown(missing)}.`);
  return mistakes;
}

function modeMistakes({ assigned, invented }: BatchCodes, { known, retired }: Asked): string[] {
  const mistakes: string[] = [];
  const ids = new Set(known.map(({ id }) => id));
  const unknown = assigned.filter(({ mode }) => !ids.has(mode)).length;
  if (unknown > 0)
    mistakes.push(
      `${unknown} of the modes under assigned are not among the known ones; a mode of your own is a new one.`,
    );
  const titles = new Map([...retired, ...known].map(({ id, title }) => [foldedTitle(title), id]));
  for (const [index, { title, definition, fix = '' }] of invented.entries()) {
    const name = `new_modes.${index}`;
    const folded = foldedTitle(title);
    const taken = titles.get(folded);
    if (taken !== undefined) mistakes.push(`${name} has the title of ${taken}.`);
    titles.set(folded, name);
    if ([title, definition, fix].some(holdsLink)) mistakes.push(`${name} has a link in its words.`);
  }
  return mistakes;
}

function shown(lines: readonly number[]): string {
  const first = lines.slice(0, 20).join(', ');
  return lines.length > 20 ? `${first} and ${lines.length - 20} more` : first;
}

/** An agent within the budget of an answer: its parts in order, long ones from their beginning, one of them page by page. */
import type { AppliedChange } from '../changing/changer.ts';
import type { Agent, AgentPart, AgentTarget, AgentVersion } from '../model/agents.ts';
import { Problem } from '../model/problem.ts';
import { closest } from '../providers/shared/choose.ts';
import type { HistoryShown, PartShown, TargetShown } from './agent-schema.ts';
import { budgetFor, bytesOf } from './budget.ts';
import { clip } from './clean.ts';
import { costOf, type Readable, readable, windowOf } from './part-window.ts';

/** Bytes of the first part's text, which is the most useful, and of every other's, that are shown before any gets more. */
const FIRST = 4_000;
const SHORT = 400;
/** What a part takes in the text beside what its data take. */
const PART_FRAME = 10;
const MOST_HISTORY = 10;
const MOST_NAMES = 3;
const MOST_CHOICES = 12;
/** Characters from which on a text is counted. */
const COUNTED = 300;
const MOST_ALTERED = 40;

type Redact = (text: string) => string;

export function shownTargets(targets: readonly AgentTarget[]): TargetShown[] {
  return targets.map(({ target, exposure, means, affects, by_hand }) => ({
    target,
    exposure,
    means,
    affects: affects.length > 0 ? shownAffects(affects) : undefined,
    by_hand: by_hand.length > 0 ? [...by_hand] : undefined,
  }));
}

export function shownAffects(affects: AgentTarget['affects']): NonNullable<TargetShown['affects']> {
  return affects.map(({ what, which, count, names = [] }) => ({
    what,
    which,
    count,
    names: names.length > 0 ? names.slice(0, MOST_NAMES).map((name) => clip(name, 60)) : undefined,
  }));
}

/** Changes from this home and states of the platform, newest first; what has no time stands where it stood. */
export function shownHistory(changes: readonly AppliedChange[], versions: readonly AgentVersion[] = []) {
  const here = changes.map(
    ({ change, at, target, state }): HistoryShown => ({ source: 'here', change, target, at, state }),
  );
  const kept = versions.map(
    ({ version, at, by, note, state }): HistoryShown => ({
      source: 'platform',
      version: clip(version, 60),
      at,
      by: clip(by, 60),
      note: clip(note, 120),
      state,
    }),
  );
  const all: HistoryShown[] = [];
  for (const one of kept) {
    while (here[0]?.at !== undefined && one.at !== undefined && here[0].at > one.at) all.push(...here.splice(0, 1));
    all.push(one);
  }
  all.push(...here);
  return { history: all.slice(0, MOST_HISTORY), omitted: Math.max(0, all.length - MOST_HISTORY) };
}

export interface PartsShown {
  parts: PartShown[];
  parts_total?: number | undefined;
  parts_from?: number | undefined;
  parts_omitted: number;
}

/** The parts from the one at `from` on, as many as there is room for beside `others`. Throws `invalid_input` behind the last. */
export function shownParts(agent: Agent, redact: Redact, from: number, ...others: unknown[]): PartsShown {
  const rest = agent.parts.slice(from);
  if (rest.length === 0 && from > 0)
    throw new Problem('invalid_input', `The agent has ${agent.parts.length} parts.`, {
      next: 'Without `part`, `from` is a number of parts to skip.',
    });
  const total = budgetFor('digest', ...others);
  const several = agent.objects.length > 1;
  const rows = rest.map((part) => ({ part, read: readable(part.text, redact) }));
  const floor = (index: number) => (index === 0 ? FIRST : SHORT);
  const least = rows.map(({ part, read }, index) => frameOf(part, several) + Math.min(floor(index), costOf(read.text)));
  let [used, kept] = [0, 0];
  while (kept < rows.length && (kept === 0 || used + (least[kept] ?? 0) <= total)) used += least[kept++] ?? 0;
  let spare = Math.max(0, total - used);
  const parts = rows.slice(0, kept).map(({ part, read }, index) => {
    const more = Math.min(spare, Math.max(0, costOf(read.text) - floor(index)));
    spare -= more;
    return partShown(part, read, several, 0, floor(index) + more);
  });
  return {
    parts,
    parts_total: kept < agent.parts.length ? agent.parts.length : undefined,
    parts_from: from > 0 ? from : undefined,
    parts_omitted: rest.length - kept,
  };
}

/** One part, from so many characters on. Throws `not_found` for a part that there is not, `invalid_input` for a place behind its end. */
export function shownPart(agent: Agent, id: string, redact: Redact, from: number, ...others: unknown[]): PartsShown {
  const part = agent.parts.find((one) => one.id === id.trim());
  if (!part)
    throw new Problem('not_found', 'The agent has no part of that id.', {
      candidates: closest(
        id,
        agent.parts.map((one) => one.id),
      ),
      next: 'get_agent without `part` shows all of them.',
      sent: 'no',
    });
  const read = readable(part.text, redact);
  if (from > 0 && from >= read.text.length)
    throw new Problem('invalid_input', `The part ${part.id} has ${read.text.length} characters.`, {
      next: 'With `part`, `from` is a number of its characters to skip.',
    });
  const several = agent.objects.length > 1;
  const room = budgetFor('digest', ...others) - frameOf(part, several);
  const { length } = agent.parts;
  return {
    parts: [partShown(part, read, several, from, room)],
    parts_total: length > 1 ? length : undefined,
    parts_omitted: 0,
  };
}

function frameOf(part: AgentPart, several: boolean): number {
  return (
    bytesOf({ ...partShown(part, { text: '', unseen: 0, redacted: false, altered: [] }, several, 0, 0) }) + PART_FRAME
  );
}

function partShown(
  part: AgentPart,
  { text, redacted, altered }: Readable,
  several: boolean,
  from: number,
  room: number,
): PartShown {
  const { id, kind, form, limit, choices = [], location, object, fixed } = part;
  const shown = windowOf(text, from, room);
  const last = shown.line + shown.text.split('\n').length - 1;
  const lines = altered.filter((line) => line >= shown.line && line <= last).slice(0, MOST_ALTERED);
  return {
    id,
    kind,
    form: form === 'json' ? form : undefined,
    location,
    object: several ? object : undefined,
    text: shown.text,
    characters: text.length > COUNTED || limit !== undefined || shown.omitted > 0 ? text.length : undefined,
    from: from > 0 ? from : undefined,
    line: shown.line > 1 ? shown.line : undefined,
    omitted: shown.omitted > 0 ? shown.omitted : undefined,
    limit,
    choices: choices.length > 0 ? choices.slice(0, MOST_CHOICES).map((choice) => clip(choice, 40)) : undefined,
    choices_omitted: choices.length > MOST_CHOICES ? choices.length - MOST_CHOICES : undefined,
    fixed,
    redacted: redacted || undefined,
    altered_lines: lines.length > 0 ? lines : undefined,
  };
}

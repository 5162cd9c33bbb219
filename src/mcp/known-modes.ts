/** The failure modes that a reader of failures may assign to, in the room that an answer has for them. */
import type { Mode } from '../model/modes.ts';
import { bytesOf, fit } from './budget.ts';
import { clip } from './clean.ts';

/** Longest definition in characters, tried in this order: a mode is left out only once none has one. */
const DEFINITIONS = [240, 120, 60, 0] as const;

export type KnownMode = Pick<Mode, 'id' | 'title'> & Partial<Mode>;

/**
 * Those that are not retired, with failures here first. `room`: bytes that they may take; `spare`: what nothing else needs,
 * where definitions stand whole. `later`: pages behind the first have ids and titles.
 */
export function knownModes(
  counted: readonly Mode[],
  { room, spare, later }: { room: number; spare: number; later: boolean },
): { modes: KnownMode[]; modes_omitted: number; modes_retired: number } {
  const usable = counted.filter(({ status }) => status !== 'retired');
  const rows = (longest: number): KnownMode[] =>
    usable.map((mode) => {
      const { id, title, definition, source, fix_kind, status, failures, runs, share, share_interval } = mode;
      if (later) return { id, title };
      const short = longest > 0 ? clip(definition, longest) : undefined;
      return { id, title, definition: short, source, fix_kind, status, failures, runs, share, share_interval };
    });
  const fits = (longest: number, bytes: number) =>
    fit(rows(longest), bytes).omitted === 0 && bytesOf(rows(longest)) <= bytes;
  const most = Math.max(room, spare);
  const longest = fits(WHOLE, spare) ? WHOLE : (DEFINITIONS.find((length) => fits(length, most)) ?? 0);
  const { kept, omitted } = fit(rows(longest), most);
  return { modes: kept, modes_omitted: omitted, modes_retired: counted.length - usable.length };
}

const WHOLE = Number.POSITIVE_INFINITY;

/** Counts what a walk has seen of a list: rows by id, unusable rows and repeated rows; makes the coverage of that. */
import { keepHeapSmall } from '../../http/small-heap.ts';
import { type Coverage, coverageOf, type Gap } from '../../model/coverage.ts';
import { Problem } from '../../model/problem.ts';
import type { List, RawPage } from './list.ts';
import { leftOut } from './list-end.ts';

/** The result of one pass over a list. */
export interface Pass {
  /** Highest count that the platform stated, in this pass or an earlier one. */
  total: number | undefined;
  /** Highest count that the platform stated in this pass. */
  latest: number | undefined;
  gaps: Gap[];
  /** Number of rows that came again in this pass. */
  repeats: number;
  /** Number of rows by which pages in the middle of the list were shorter than the fullest page. */
  holes: number;
  capped: boolean;
}

/** The number of rows that the platform states outside of the list. */
export interface Expectation {
  expected?: number | undefined;
  /** True where more rows than `expected` are a contradiction too. */
  exact?: boolean | undefined;
}

export interface RowsSeen<T> {
  /** Begins a pass. */
  begin(): void;
  /** Adds a page: how many of its rows are new in this pass, and how many had come before in it. */
  add(page: RawPage<T>): { fresh: number; repeats: number };
  /** Rows read so far, usable or not: compared with the platform's count. */
  covered(): number;
  /** Hands out the held rows once more than `most` are held back. */
  release(most: number): T[];
  /** Ends a pass. True when another pass may show further rows. */
  end(pass: Pass, expectation: Expectation): boolean;
  /** The coverage of the walk. Throws `unreadable` where rows came and none of them is usable. */
  coverage(pass: Pass, expectation: Expectation): Coverage;
}

/** Rows from which a list is a large one. */
const LARGE = 20_000;
/** Rows are held back as long as their pages have no more characters than this. */
const MOST_HELD = 32_000_000;

/** Counts the rows of one list over the passes of a walk. */
export function rowsSeen<T>(list: List<T>): RowsSeen<T> {
  /** State of each row, by id. */
  const seen = new Map<string, string | undefined>();
  /** Rows held back, by id: a later reading may replace them. */
  let held = new Map<string, T>();
  /** Characters of the pages that they came on. */
  let heldCharacters = 0;
  let streaming = false;
  /** Ids of this pass; undefined in the first. */
  let inPass: Set<string> | undefined;
  let passes = 0;
  /** Most rows of one pass that cannot be read, and most that have no id. */
  let unreadable = 0;
  let nameless = 0;
  /** Both counts of this pass, and the pages that held such rows. */
  let unusable = { broken: 0, without: 0, pages: new Set<string>() };
  let changed = 0;
  let repeats = 0;
  let holes = 0;
  /** Gaps of the passes so far, without those that a later pass settled. */
  let open: Gap[] = [];
  /** True when the last pass showed each seen row exactly once. */
  let still = false;
  const covered = () => seen.size + unreadable + nameless;
  const isCounted = ({ total }: Pass, expected: number | undefined) => (total ?? expected) === covered();

  return {
    covered,
    begin() {
      passes += 1;
      unusable = { broken: 0, without: 0, pages: new Set() };
      inPass = passes > 1 ? new Set() : undefined;
    },
    add({ rows, characters = 0 }) {
      heldCharacters += characters;
      let [fresh, repeated, broken, without] = [0, 0, 0, 0];
      for (const row of rows) {
        const id = row === undefined ? undefined : list.idOf(row);
        if (row === undefined) broken += 1;
        else if (id === undefined || id === '') without += 1;
        else {
          const isRepeat = inPass ? inPass.has(id) : seen.has(id);
          inPass?.add(id);
          if (isRepeat) repeated += 1;
          else fresh += 1;
          const first = held.get(id);
          if (first !== undefined && list.keeps?.(first, row)) continue;
          const state = list.stateOf?.(row);
          if (!seen.has(id) || first !== undefined) held.set(id, row);
          else if (seen.get(id) !== state) changed += 1;
          seen.set(id, state);
        }
      }
      if (seen.size >= LARGE) keepHeapSmall();
      if (broken + without > 0) {
        const page = rows.map((row) => (row && list.idOf(row)) ?? '').join('\n');
        // Unusable rows of a page that came again are not counted twice.
        if (repeated === 0 || !unusable.pages.has(page)) {
          unusable.broken += broken;
          unusable.without += without;
        }
        unusable.pages.add(page);
        unreadable = Math.max(unreadable, unusable.broken);
        nameless = Math.max(nameless, unusable.without);
      }
      return { fresh, repeats: repeated };
    },
    release(most) {
      if (most > 0 && !streaming && held.size <= most && heldCharacters <= MOST_HELD) return [];
      streaming ||= most > 0;
      const rows = [...held.values()];
      held = new Map();
      heldCharacters = 0;
      return rows;
    },
    end(pass, { expected }) {
      still = passes > 1 && pass.repeats + pass.holes === 0 && seen.size === inPass?.size;
      repeats = Math.max(repeats, pass.repeats);
      holes = Math.max(holes, pass.holes);
      const unsettled = still || isCounted(pass, expected) ? [] : open;
      open = [...unsettled.filter(({ note }) => pass.gaps.every((gap) => gap.note !== note)), ...pass.gaps];
      if (pass.capped) return false;
      if (Math.max(pass.total ?? 0, expected ?? 0) > covered()) return true;
      return repeats + holes > 0 && !isCounted(pass, expected) && !still;
    },
    coverage(pass, { expected, exact = false }) {
      const { what } = list;
      if (seen.size === 0 && covered() > 0) throw nothingReadable(list);
      const gaps: Gap[] = [...open];
      const say = (kind: Gap['kind'], count: number, note: string) => {
        if (count > 0) gaps.push({ kind, count, note });
      };
      const counts = [pass.total, expected].filter((one) => one !== undefined);
      const most = counts.length > 0 ? Math.max(...counts) : undefined;
      const short = Math.max(0, (most ?? 0) - covered());
      const were = short === 1 ? 'was' : 'were';
      say('missing', short, `${short} of the ${most} ${what} that the platform counts ${were} on no page.`);
      say('unreadable', unreadable, `${unreadable} of the ${what} came in a form that cannot be read.`);
      say(
        'without_id',
        nameless,
        `${nameless} of the ${what} came without an id that can be used, so that nothing can be said of them.`,
      );
      say('changed', changed, `${changed} of the ${what} came twice with different contents.`);
      const least = [pass.latest, exact ? expected : undefined].find((one) => one !== undefined && one < covered());
      if (least !== undefined)
        say('surplus', covered() - least, `The platform counts ${least} ${what}, but its pages held ${covered()}.`);
      else if (short === 0 && !isCounted(pass, expected) && !still) gaps.push(...leftOut(list, repeats, holes));
      return coverageOf({ read: seen.size, expected: most, unusable: unreadable + nameless, gaps });
    },
  };
}

function nothingReadable<T>({ platform, what }: List<T>): Problem {
  return new Problem('unreadable', `${platform.label} answered with a list of ${what} in which nothing can be read.`, {
    provider: platform.id,
    sent: 'yes',
    next: 'Try again; if it stays, the answer has a form that this version does not know.',
  });
}

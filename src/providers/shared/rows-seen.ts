/** What a walk has seen of a list: rows by id, those that cannot be used, those that came again; and what that comes to. */
import { type Coverage, coverageOf, type Gap } from '../../model/coverage.ts';
import { Problem } from '../../model/problem.ts';
import type { List, RawPage } from './list.ts';
import { leftOut } from './list-end.ts';

/** What one pass over a list came to. */
export interface Pass {
  /** Highest count of the platform by now, in this pass or an earlier one. */
  total: number | undefined;
  /** Highest count of the platform in this pass. */
  latest: number | undefined;
  gaps: Gap[];
  /** Rows that came again in this pass. */
  repeats: number;
  /** Rows that pages in the middle of it were shorter by than others. */
  holes: number;
  capped: boolean;
}

/** What the platform says elsewhere of how many rows there are. */
export interface Expectation {
  expected?: number | undefined;
  /** More rows than `expected` contradict it, too. */
  exact?: boolean | undefined;
}

export interface RowsSeen<T> {
  /** Begins a pass. */
  begin(): void;
  /** Rows of a page: how many this pass had not shown, and how many it had. */
  add(page: RawPage<T>): { fresh: number; repeats: number };
  /** Rows dealt with: what the platform's count is held against. */
  covered(): number;
  /** Rows to hand on when more than `most` are held back. */
  release(most: number): T[];
  /** Ends a pass. True when another one may tell more. */
  end(pass: Pass, expectation: Expectation): boolean;
  /** Throws `unreadable` where rows came and not one of them can be used. */
  coverage(pass: Pass, expectation: Expectation): Coverage;
}

/** Counts the rows of one list over the passes of a walk. */
export function rowsSeen<T>(list: List<T>): RowsSeen<T> {
  /** Id to state. While a row is held back it may be replaced. */
  const seen = new Map<string, string | undefined>();
  let held = new Map<string, T>();
  let streaming = false;
  /** Ids of this pass, where it is not the first. */
  let inPass: Set<string> | undefined;
  let passes = 0;
  /** Most rows of one pass that cannot be used, and those of this one, with the pages that held them. */
  let unreadable = 0;
  let nameless = 0;
  let unusable = { broken: 0, without: 0, pages: new Set<string>() };
  let changed = 0;
  let repeats = 0;
  let holes = 0;
  /** Gaps of the passes by now, but for those that a later pass settled. */
  let open: Gap[] = [];
  /** The last pass showed each row that is known, and none twice. */
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
    add({ rows }) {
      let [fresh, again, broken, without] = [0, 0, 0, 0];
      for (const row of rows) {
        const id = row === undefined ? undefined : list.idOf(row);
        if (row === undefined) broken += 1;
        else if (id === undefined || id === '') without += 1;
        else {
          const before = inPass ? inPass.has(id) : seen.has(id);
          inPass?.add(id);
          if (before) again += 1;
          else fresh += 1;
          const first = held.get(id);
          if (first !== undefined && list.keeps?.(first, row)) continue;
          const state = list.stateOf?.(row);
          if (!seen.has(id) || first !== undefined) held.set(id, row);
          else if (seen.get(id) !== state) changed += 1;
          seen.set(id, state);
        }
      }
      if (broken + without > 0) {
        const page = rows.map((row) => (row && list.idOf(row)) ?? '').join('\n');
        // Counted once: not on a page that came again.
        if (again === 0 || !unusable.pages.has(page)) {
          unusable.broken += broken;
          unusable.without += without;
        }
        unusable.pages.add(page);
        unreadable = Math.max(unreadable, unusable.broken);
        nameless = Math.max(nameless, unusable.without);
      }
      return { fresh, repeats: again };
    },
    release(most) {
      if (most > 0 && !streaming && held.size <= most) return [];
      streaming ||= most > 0;
      const rows = [...held.values()];
      held = new Map();
      return rows;
    },
    end(pass, { expected }) {
      still = passes > 1 && pass.repeats + pass.holes === 0 && seen.size === inPass?.size;
      repeats = Math.max(repeats, pass.repeats);
      holes = Math.max(holes, pass.holes);
      const before = still || isCounted(pass, expected) ? [] : open;
      open = [...before.filter(({ note }) => pass.gaps.every((gap) => gap.note !== note)), ...pass.gaps];
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
        `${nameless} of the ${what} came without an id, so that nothing can be said of them.`,
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

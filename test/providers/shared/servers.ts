/** The server of a world: answers in memory, and keeps what it answered. */
import { Problem } from '../../../src/model/problem.ts';
import { fifthOf, type List, type Place, pageOf, type RawPage } from '../../../src/providers/shared/list.ts';
import { dice } from './seeds.ts';
import type { World } from './worlds.ts';

export interface Row {
  id: string | undefined;
  state: string;
}
/** One answer: a page, or an error as behind the end. */
export interface Answered {
  place: Place;
  page?: RawPage<Row>;
}
export interface Server {
  list: List<Row>;
  log: Answered[];
  /** Ids that exist all the time, and those that came while the list was read. */
  truth: ReadonlySet<string>;
  late: ReadonlySet<string>;
}

class PastEnd extends Error {}

const idOf = (index: number) => `r${index}`;

/** The rows as pages show them: an index, a hole (a row that its page lacks), none (a row that no page has). */
function shown(world: World): (number | 'hole')[] {
  const stands = new Map(world.replaced);
  const rows: (number | 'hole')[] = [];
  for (let index = 0; index <= world.n; index += 1) {
    for (const [again, before] of world.twice) if (before === index && again < world.n) rows.push(again);
    if (index === world.n || world.lost.includes(index)) continue;
    rows.push(world.holes.includes(index) ? 'hole' : (stands.get(index) ?? index));
  }
  return rows;
}

export function serverOf(world: World): Server {
  const d = dice(world.seed + 77_777);
  let rows = shown(world);
  const nameless = new Set(world.nameless);
  const unreadable = new Set(world.unreadable);
  const log: Answered[] = [];
  const late = new Set<string>();
  const truth = new Set(Array.from({ length: world.n }, (_, index) => idOf(index)));
  let requests = 0;

  const rowOf = (index: number): Row | undefined => {
    if (unreadable.has(index)) return undefined;
    const state = world.restless ? `s${requests}-${log.length}-${d.int(0, 1e9)}` : 's';
    return { id: nameless.has(index) ? d.one('', undefined) : idOf(index), state };
  };
  const sizeFor = (place: Place) => {
    if (world.fixed === 'all') return Math.max(1, rows.length);
    return world.fixed ?? Math.min(place.size, world.clamp?.to ?? place.size);
  };
  const offsetOf = (place: Place, size: number) => {
    if (place.token !== undefined && (world.by === 'token' || world.cursor)) return Number(place.token.slice(1));
    if (world.by === 'token' || world.deaf || world.fixed === 'all') return 0;
    if (world.by === 'skip') return place.offset;
    return (pageOf(place) - 1) * (world.clamp?.offset === 'asked' ? place.size : size);
  };
  const count = () => {
    const all = world.n + late.size;
    const visible = new Set(rows.filter((row) => row !== 'hole')).size;
    switch (world.count) {
      case 'absent':
        return undefined;
      case 'low':
        return Math.max(0, all - world.off);
      case 'high':
        return all + world.off;
      case 'hiding':
        return visible;
      case 'changing':
        return Math.max(0, all + d.one(0, -world.off, world.off));
      default:
        return all;
    }
  };
  const pagesOf = (place: Place, size: number) => {
    const whole = Math.ceil((world.n + late.size) / size);
    if (world.total_pages === 'true') return whole;
    if (world.total_pages === 'by asked') return Math.ceil((world.n + late.size) / place.size);
    return world.total_pages === 'low' ? Math.max(1, whole - 1) : world.total_pages === 'high' ? whole + 2 : undefined;
  };
  const follows = (offset: number, size: number, number: number): { next?: string; more?: boolean } => {
    const end = offset + size;
    const on = end < rows.length;
    const token = (to: number) => (world.tokens === 'number' ? `1${String(to).padStart(6, '0')}` : `t${to}`);
    const more = world.more === 'absent' ? {} : { more: world.more === 'true' ? on : world.more === 'always' };
    if (world.by !== 'token') return { ...more, ...(world.cursor && on && { next: token(end) }) };
    const broken = number === 2;
    if (world.tokens === 'endless') return { ...more, next: token(Math.min(end, rows.length)) };
    if (!on) return more;
    if (broken && world.tokens === 'lost') return more;
    if (broken && world.tokens === 'unsendable') return { more: true };
    if (broken && world.tokens === 'stuck') return { ...more, next: token(offset) };
    if (broken && world.tokens === 'cycling') return { ...more, next: token(0) };
    return { ...more, next: token(end) };
  };
  const hits = (flaw: World['empty'], number: number) => {
    if (!flaw || flaw.page !== number) return false;
    if (!flaw.always) Object.assign(flaw, { page: 0 });
    return true;
  };
  const flaws = { failed: copy(world.failed), empty: copy(world.empty), broken: copy(world.broken) };

  const answer = (place: Place): RawPage<Row> => {
    requests += 1;
    const start = place.offset === 0 && place.token === undefined;
    if (world.moves === 'insert' && requests === world.moment) {
      const id = world.n + late.size;
      late.add(idOf(id));
      rows = [id, ...rows];
    }
    if (world.moves === 'each request' || (world.moves === 'each pass' && start)) rows = d.shuffled(rows);
    const size = sizeFor(place);
    let offset = offsetOf(place, size);
    const heavy = place.size > (world.bearable ?? place.size) && offset + size > world.heavy;
    if (heavy) throw new Problem('too_large', 'Too much at once.');
    if (offset >= rows.length && offset > 0) {
      if (world.behind === 'error' || world.behind === 'fault') throw new PastEnd('behind the end');
      if (world.behind === 'last' && rows.length > 0) offset = Math.floor((rows.length - 1) / size) * size;
    }
    const number = Math.floor(offset / size) + 1;
    if (number > 1 && hits(flaws.broken, number)) throw new PastEnd('in the middle');
    let cut = rows.slice(offset, offset + size).filter((row) => row !== 'hole');
    const failed = hits(flaws.failed, number) && offset < rows.length;
    if (failed) cut = cut.slice(0, Math.floor(cut.length / 2));
    // An empty page of tokens stands between two others; one of numbers stands in place of its rows.
    const emptied = hits(flaws.empty, number) && offset < rows.length;
    const between =
      world.tokens === 'empty page' && world.by === 'token' && number === 2 && !place.token?.startsWith('e');
    if (emptied || between) cut = [];
    const next = between ? { ...follows(offset, size, 9), next: `e${offset}` } : follows(offset, size, number);
    const total = world.count === 'page' ? cut.length : count();
    return {
      rows: cut.map(rowOf),
      ...(total !== undefined && { total }),
      ...(world.total_pages !== 'absent' && { total_pages: pagesOf(place, size) }),
      ...next,
      ...(failed && { failed }),
    };
  };

  const list: List<Row> = {
    platform: { id: 'stand-in', label: 'Stand-in' },
    what: 'runs',
    by: world.by,
    size: world.asked,
    idOf: ({ id }) => id,
    stateOf: ({ state }) => state,
    isPastEnd: (error) => error instanceof PastEnd,
    smaller: fifthOf,
    pastEndIsFault: world.behind === 'fault',
    async fetch(place) {
      if (log.length > 5_000) throw new Problem('internal', 'No end of requests.');
      try {
        const page = answer(place);
        log.push({ place, page });
        return page;
      } catch (error) {
        if (error instanceof PastEnd) log.push({ place });
        throw error;
      }
    },
  };
  return { list, log, truth, late };
}

function copy<T extends object>(flaw: T | undefined): T | undefined {
  return flaw && { ...flaw };
}

/** A provider on its dialect over real HTTP, read while the dialect lies; what came of it in a few words. */
import { type Coverage, foldCoverages } from '../../src/model/coverage.ts';
import { isProblem } from '../../src/model/problem.ts';
import { parseRef } from '../../src/model/refs.ts';
import type { Turn } from '../../src/model/schemas.ts';
import { applyThresholds } from '../../src/model/verdicts.ts';
import type { Page, Provider } from '../../src/providers/provider.ts';
import { createReading } from '../../src/reading/reading.ts';
import type { Lie } from '../faults/lies.ts';
import { openWorld, type World } from '../faults/operations.ts';
import type { Rig } from '../faults/rigs.ts';
import type { Vendor } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

export interface Lying {
  rig: Rig;
  world: World;
  /** The reading of what a lie is about, in words: `true`, `error: kind`, or what it says that it lacks. */
  read(lie: Pick<Lie, 'of' | 'told'>, threshold?: number): Promise<string>;
  close(): Promise<void>;
}

/** Runs of the session that is read: more than a page where pages are cut. */
const RUNS = 24;
const call = { signal: noDeadline() };

export async function openLying(vendor: Vendor): Promise<Lying> {
  const { rig, world } = await openWorld(vendor, { scale: RUNS });
  const session = parseRef(world.big)?.ids ?? [];
  const run = parseRef(world.failedRun)?.ids ?? [];
  /** A provider that has seen nothing yet. */
  const fresh = async <T>(use: (provider: Provider) => Promise<T>): Promise<T> => {
    const through = await rig.through(rig.front.url);
    try {
      return await use(await through.registry.provider(vendor));
    } finally {
      await through.close();
    }
  };

  const runs = (thresholds?: Record<string, number>) =>
    fresh(async (provider) => {
      const verdicts = new Map<string, string>();
      const evaluations = new Map<string, number>();
      const names = new Set<string>();
      const opened = await createReading().open(provider, session, call);
      const coverage = await opened.runs('reasons', call, (some) => {
        for (const one of some) {
          const { ref, verdict } = applyThresholds(one, thresholds);
          verdicts.set(ref, verdicts.has(ref) ? 'shown twice' : verdict);
          const own = new Set(one.evaluations.map(({ name }) => name));
          evaluations.set(ref, own.size);
          for (const name of own) names.add(name);
        }
      });
      return { verdicts, evaluations, names, status: opened.session.status, coverage };
    });
  const listed = (of: 'sessions' | 'tests') =>
    fresh(async (provider) => {
      const refs: string[] = [];
      const parts: Coverage[] = [];
      for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
        const page: Page<{ ref: string }> | undefined = await provider[of]?.list({ limit: 9, cursor }, call);
        refs.push(...(page?.items ?? []).map(({ ref }) => ref));
        if (page) parts.push(page.coverage);
        cursor = page?.next;
        if (parts.length > 50) throw new Error('The list has no end.');
      }
      return { refs, coverage: foldCoverages(parts) };
    });
  const said = () => fresh(async (provider) => (await provider.runs?.transcript(run, call))?.turns ?? []);

  const truth = {
    runs: await runs(),
    sessions: await listed('sessions'),
    tests: await listed('tests'),
    turns: await said(),
  };

  const look = async ({ of }: Pick<Lie, 'of'>, thresholds: Record<string, number>): Promise<string> => {
    if (of === 'transcript') return wordsOfTurns(truth.turns, await said());
    if (of === 'sessions' || of === 'tests') {
      const { refs, coverage } = await listed(of);
      return [rowFaults(truth[of].refs, refs, coverage), wordsOf(coverage)].filter(Boolean).join('; ') || 'true';
    }
    const { verdicts, evaluations, status, coverage } = await runs(thresholds);
    const known = truth.runs.verdicts;
    const words = [
      rowFaults([...known.keys()], [...verdicts.keys()], coverage),
      verdictFaults(known, verdicts),
      [...evaluations].some(([ref, count]) => count < (truth.runs.evaluations.get(ref) ?? 0))
        ? 'SILENT: evaluations are merged'
        : '',
      status === truth.runs.status ? '' : `session ${status}`,
      wordsOf(coverage),
    ];
    return words.filter(Boolean).join('; ') || 'true';
  };
  return {
    rig,
    world,
    async read(lie, threshold) {
      const names = threshold === undefined ? [] : [...truth.runs.names];
      const thresholds = Object.fromEntries(names.map((name) => [name, threshold ?? 0]));
      rig.tell(lie.told);
      try {
        return await look(lie, thresholds);
      } catch (error) {
        if (!isProblem(error)) throw error;
        return `error: ${error.kind}`;
      } finally {
        rig.tell();
      }
    },
    close: () => rig.close(),
  };
}

/** Rows that are made up, or left out without a word. */
function rowFaults(known: readonly string[], found: readonly string[], { complete, gaps = [] }: Coverage): string {
  if (found.some((ref) => !known.includes(ref))) return 'SILENT: rows are made up';
  if (new Set(found).size < found.length) return complete ? 'SILENT: rows are shown twice' : 'rows shown twice';
  const said = gaps.reduce((sum, { kind, count = 0 }) => sum + (kind === 'never_ran' ? count : 0), 0);
  if (complete && found.length + said < known.length) return `SILENT: ${found.length} of ${known.length}`;
  return '';
}

function verdictFaults(known: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string {
  const open = { inconclusive: 0, pending: 0 };
  for (const [ref, verdict] of found) {
    const right = known.get(ref);
    if (verdict === right) continue;
    if (verdict === 'inconclusive' || verdict === 'pending') open[verdict] += 1;
    else return `SILENT: ${right} is told as ${verdict}`;
  }
  const words = Object.entries(open).map(([word, count]) =>
    count === 0 ? '' : `${count === found.size ? 'all' : right(known, found, word)} ${word}`,
  );
  return words.filter(Boolean).join(', ');
}

/** Which runs are open: those that passed, those that failed, or some of both. */
function right(known: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>, word: string): string {
  const verdicts = new Set([...found].filter(([, verdict]) => verdict === word).map(([ref]) => known.get(ref)));
  return verdicts.size === 1 ? `those that ${[...verdicts][0]}` : 'some';
}

function wordsOf({ complete, missing, unreadable, gaps = [] }: Coverage): string {
  if (complete) return gaps.map(({ kind, count }) => `${count} ${kind}`).join(', ');
  const others = gaps.filter(({ kind }) => !['missing', 'unreadable', 'without_id'].includes(kind));
  return [
    missing === undefined ? '' : `${missing} missing`,
    unreadable === undefined ? '' : `${unreadable} unreadable`,
    ...new Set(others.map(({ kind }) => kind)),
  ]
    .filter(Boolean)
    .join(', ');
}

function wordsOfTurns(known: readonly Turn[], turns: readonly Turn[]): string {
  if (turns.length < known.length) return `SILENT: ${turns.length} of ${known.length} turns`;
  const texts = turns.filter(({ text }, index) => text !== known[index]?.text);
  if (texts.some(({ text }) => /[A-Za-z0-9+/]{200}/.test(text))) return 'SILENT: sound is told as words';
  if (texts.some(({ text }) => text.trim() === '')) return 'SILENT: turns without words';
  const speakers = turns.filter(({ speaker }, index) => speaker !== known[index]?.speaker);
  if (speakers.some(({ speaker }) => speaker !== 'unknown')) return 'SILENT: speakers are made up';
  if (texts.length > 0) return 'places for what cannot be shown';
  return speakers.length > 0 ? 'unknown speakers' : 'true';
}

/** What a vendor holds, read while it was honest; and what an answer under a lie states that is not so. */
import { parseRef } from '../../src/model/refs.ts';
import { at, list, text } from '../support/data.ts';
import { noDeadline } from '../support/waiting.ts';
import { call, type Operation, type World } from './operations.ts';
import type { Rig } from './rigs.ts';

export interface Truth {
  /** Verdicts of every run of both sessions, by reference. */
  verdicts: ReadonlyMap<string, string>;
  /** Runs of a session, by its reference. */
  runs: ReadonlyMap<string, readonly string[]>;
  sessions: readonly string[];
  tests: readonly string[];
  /** What was said in the run that failed. */
  turns: readonly unknown[];
}

export async function readTruth(rig: Rig, world: World): Promise<Truth> {
  const signal = noDeadline();
  const context = rig.context(signal);
  const verdicts = new Map<string, string>();
  const runs = new Map<string, string[]>();
  for (const session of [world.big, world.small]) {
    const opened = await rig.provider.sessions?.open(parseRef(session)?.ids ?? [], { signal });
    const own: string[] = [];
    for await (const page of opened?.runs('verdicts', { signal }) ?? [])
      for (const { ref, verdict } of page.runs) {
        verdicts.set(ref, verdict);
        own.push(ref);
      }
    runs.set(session, own);
  }
  const all = async (tool: string, member: string) => {
    const refs: string[] = [];
    for (let cursor: unknown, first = true; first || cursor !== undefined; first = false) {
      const { data } = (await call(tool, { limit: 50, ...(first ? {} : { cursor }) }, context)).answer;
      refs.push(...refsOf(at(data, member)));
      cursor = at(data, 'next_cursor');
    }
    return refs;
  };
  const turns = (await call('get_transcript', { run: world.failedRun }, context)).answer.data;
  return {
    verdicts,
    runs,
    sessions: await all('list_sessions', 'sessions'),
    tests: await all('list_tests', 'tests'),
    turns: list(at(turns, 'turns')),
  };
}

function refsOf(rows: unknown): string[] {
  return list(rows).map((one) => text(at(one, 'ref')));
}

/** Verdicts that say nothing of the agent. */
const OPEN = ['inconclusive', 'pending'];

/** What an answer states that is not so, or leaves out without a word; '' where it can be stood by. */
export function untruth(operation: Operation, truth: Truth, world: World, data: unknown, shown: string): string {
  const complete = at(at(data, 'coverage'), 'complete') !== false;
  if (!complete && !shown.startsWith('Incomplete:')) return 'it is short, and its first line does not say so';
  switch (operation) {
    case 'page':
      return (
        verdictFault(truth, list(at(data, 'runs'))) ||
        countFault(Number(at(data, 'total')) + neverRan(data), truth.runs.get(world.big)?.length ?? 0, complete, 'runs')
      );
    case 'session':
      return sessionFault(truth, world.small, data, complete);
    case 'clusters':
      return clusterFault(truth, data);
    case 'list':
      return listFault(truth.sessions, data, 'sessions', complete);
    case 'tests':
      return listFault(truth.tests, data, 'tests', complete);
    case 'run':
      return verdictFault(truth, [at(data, 'run')]) || turnsFault(truth.turns, list(at(data, 'excerpt') ?? []), false);
    case 'transcript':
      return turnsFault(truth.turns, list(at(data, 'turns')), true);
    default:
      return '';
  }
}

/** Runs that are said never to have been executed. */
function neverRan(data: unknown): number {
  const gaps = list(at(at(data, 'coverage'), 'gaps') ?? []);
  return gaps.reduce<number>((sum, gap) => sum + (at(gap, 'kind') === 'never_ran' ? Number(at(gap, 'count')) : 0), 0);
}

function verdictFault({ verdicts }: Truth, runs: readonly unknown[]): string {
  for (const run of runs) {
    const [ref, verdict] = [text(at(run, 'ref')), text(at(run, 'verdict'))];
    const known = verdicts.get(ref);
    if (known === undefined) return `${ref} is made up`;
    if (verdict !== known && !OPEN.includes(verdict)) return `${ref} is ${known}, and is told as ${verdict}`;
  }
  return '';
}

function countFault(count: number, known: number, complete: boolean, what: string): string {
  if (count > known) return `${count} ${what} of ${known}`;
  return complete && count < known ? `${count} of ${known} ${what}, without a word` : '';
}

function sessionFault(truth: Truth, ref: string, data: unknown, complete: boolean): string {
  const runs = truth.runs.get(ref) ?? [];
  const counts = at(at(data, 'session'), 'counts');
  const told = (word: string) => Number(at(counts, word) ?? 0);
  const known = (word: string) => runs.filter((run) => truth.verdicts.get(run) === word).length;
  for (const word of ['passed', 'failed', 'error'])
    if (told(word) > known(word)) return `${told(word)} ${word} of ${known(word)}`;
  if (!complete && at(at(data, 'session'), 'pass_rate') !== undefined) return 'a rate of what was read in part';
  // Runs that were not read are counted by the platform alone.
  const read = ['passed', 'failed', 'error', 'inconclusive', 'pending'].reduce((sum, word) => sum + told(word), 0);
  return (
    verdictFault(truth, list(at(data, 'failed_runs'))) ||
    countFault(read + neverRan(data), runs.length, complete, 'runs')
  );
}

function clusterFault({ verdicts }: Truth, data: unknown): string {
  for (const cluster of list(at(data, 'clusters')))
    for (const ref of list(at(cluster, 'runs')).map(text)) {
      const verdict = verdicts.get(ref);
      if (verdict !== 'failed' && verdict !== 'error') return `${ref}, which is ${verdict}, is among the failures`;
    }
  return '';
}

function listFault(known: readonly string[], data: unknown, member: string, complete: boolean): string {
  const refs = refsOf(at(data, member));
  const strange = refs.find((ref) => !known.includes(ref));
  if (strange !== undefined) return `${strange} is made up`;
  if (new Set(refs).size < refs.length) return 'one is listed twice';
  if (!complete || at(data, 'next_cursor') !== undefined) return '';
  return countFault(refs.length, known.length, true, member);
}

/**
 * `all`: every turn is wanted. Turns that cannot be shown have a place in words of ours; what the lie put in their place
 * may be shown as it came.
 */
function turnsFault(known: readonly unknown[], turns: readonly unknown[], all: boolean): string {
  if (all && turns.length < known.length) return `${turns.length} of ${known.length} turns`;
  for (const turn of turns) {
    const own = known.find((one) => at(one, 'index') === at(turn, 'index'));
    const [speaker, said] = [at(turn, 'speaker'), text(at(turn, 'text'))];
    if (/[A-Za-z0-9+/]{200}/.test(said)) return 'sound is shown as words';
    if (said === '') return 'a turn without words';
    const wasSaid = text(at(own, 'text'));
    if (said !== wasSaid && !/^[[({<]|^42$|^Hello\.$/.test(said))
      return `"${said.slice(0, 60)}" for "${wasSaid.slice(0, 60)}"`;
    if (speaker !== at(own, 'speaker') && speaker !== 'unknown') return `${speaker} instead of ${at(own, 'speaker')}`;
  }
  return '';
}

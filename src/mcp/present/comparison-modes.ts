/** How it reads what became of failure modes between two sessions. Only ids stand outside the fence. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import type { CompareSessions } from '../tools/compare-sessions.ts';
import { withoutMode } from './modes.ts';
import { stepsWith } from './pool.ts';

type Modes = CompareSessions['modes'];
type Change = Modes['persisting'][number];
type Relocation = Modes['relocated'][number];

/** Modes that the first line names. */
const NAMED = 3;

/** `2 new failure modes (M-1, M-2)`; '' for none. */
export function newModes({ counts, new: list }: Modes): string {
  return counts.new > 0 ? `${plural(counts.new, 'new failure mode')}${named(list, counts.new)}` : '';
}

/** `2 failure modes resolved (M-1, M-2)`; '' for none. */
export function resolvedModes({ counts, resolved }: Modes): string {
  return counts.resolved > 0
    ? `${plural(counts.resolved, 'failure mode')} resolved${named(resolved, counts.resolved)}`
    : '';
}

function named(list: readonly { id: string }[], of: number): string {
  const ids = list.slice(0, NAMED).map(({ id }) => id);
  return ids.length === 0 ? '' : ` (${ids.join(', ')}${of > ids.length ? ', …' : ''})`;
}

/** Tests that were not mended although their mode went. */
export function relocatedTests({ counts, relocated }: Modes): string {
  if (counts.relocated === 0) return '';
  const [first] = relocated;
  const which = first ? ` (${modesOf(first)}${counts.relocated > 1 ? ', …' : ''})` : '';
  return `${plural(counts.relocated, 'test')} still ${counts.relocated === 1 ? 'fails' : 'fail'}, but for another mode${which}: moved, not mended.`;
}

function modesOf({ from, to }: Relocation): string {
  return `${from.join(', ')} → ${to.length > 0 ? to.join(', ') : 'none'}`;
}

/** `12 failures before (all coded), 14 after (5 nobody has read, 1 of no mode).`; '' where nothing failed. */
export function readOf({ before, after, counts }: Modes): string {
  const [failures, uncoded] = [before.failures + after.failures, before.uncoded + after.uncoded];
  if (failures === 0) return '';
  if (uncoded === failures)
    return `Nobody has read why ${plural(before.failures, 'failure')} before and ${after.failures} after came about: nothing is said of causes.`;
  const side = ({ failures: own, ...counts }: Modes['before']) =>
    own > 0 ? ` (${[counts.uncoded === 0 && 'all coded', withoutMode(counts)].filter(Boolean).join(', ')})` : '';
  const open = uncoded > 0 && counts.unsettled > 0 ? ' What those could be is left unsettled.' : '';
  return `${plural(before.failures, 'failure')} before${side(before)}, ${after.failures} after${side(after)}.${open}`;
}

/** The call that lists what nobody has read, of the side after where there is any. */
export function readingStep({ before, after, modes }: CompareSessions): string[] {
  const session = modes.after.uncoded > 0 ? after.ref : modes.before.uncoded > 0 ? before.ref : undefined;
  if (session === undefined) return [];
  return stepsWith(session, nextCall('list_failures', { session }, 'lists what nobody has read'));
}

/** Lines of what came or moved, then of what went, then of what is left. */
export function modeLines({ new: added, relocated, resolved, unsettled, untested = [], persisting }: Modes) {
  return {
    came: [
      ...added.map((one) => `mode NEW: ${changeOf(one)}${ofTests(one, 'had a verdict before')}`),
      ...relocated.map((one) => `MOVED ${testOf(one)} · ${modesOf(one)}`),
    ],
    went: resolved.map(
      (one) =>
        `mode resolved: ${changeOf(one)}${ofTests(one, 'judged again')}${one.relocated > 0 ? ` · ${one.relocated} still ${one.relocated === 1 ? 'fails' : 'fail'} for another mode` : ''}`,
    ),
    left: [
      ...unsettled.map((one) => {
        const tests = one.because === 'not_run_before' ? '' : ofTests(one, 'judged on the other side');
        return `mode unsettled: ${changeOf(one)}${tests} · ${whyOpen(one)}`;
      }),
      ...untested.map((one) => `mode not wholly tested again: ${changeOf(one)}${ofTests(one, 'judged again')}`),
      ...persisting.map((one) => `mode persisting: ${changeOf(one)}${ofTests(one, 'judged before')}`),
    ],
  };
}

function testOf({ test, name }: Relocation): string {
  return [name === undefined ? '' : `"${name}"`, test].filter(Boolean).join(' · ');
}

/** `M-1a2b3c · title · source agent · 12 failures in 7 runs before, 2 in 1 after`. */
function changeOf({ id, title, source, before, after, runs_before, runs_after }: Change): string {
  const counts = [
    before > 0 && `${plural(before, 'failure')} in ${plural(runs_before, 'run')} before`,
    after > 0 && `${plural(after, 'failure')} in ${plural(runs_after, 'run')} after`,
  ];
  return [id, title, source && `source ${source}`, counts.filter(Boolean).join(', ')].filter(Boolean).join(' · ');
}

function ofTests({ tests, tests_judged }: Change, what: string): string {
  return tests === 0 ? '' : ` · ${tests_judged} of ${plural(tests, 'test')} ${what}`;
}

function whyOpen({ because, unread, unread_in_tests, before, tests }: Modes['unsettled'][number]): string {
  const other = before > 0 ? 'after' : 'before';
  const open = {
    reading: `runs ${other} are missing or go on`,
    tests_unknown: 'runs do not tell their tests',
    not_run_before: `only in ${plural(tests, 'test')} that ${tests === 1 ? 'was' : 'were'} not judged before`,
    unread: `could be among ${plural(unread, 'failure')} ${other} that nobody has read${unread_in_tests > 0 ? `, ${unread_in_tests} in its tests` : ''}`,
    reading_before: 'runs before are missing or go on: it may have failed in tests not judged after',
    unread_before: `could be among ${plural(unread, 'failure')} before that nobody has read, in tests not known to be judged after`,
  };
  return open[because];
}

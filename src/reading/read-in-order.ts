/** Reads several sessions, a few at the same time, and shows their runs session by session in the order given. */
import { setMaxListeners } from 'node:events';
import type { Run } from '../model/schemas.ts';
import type { RunDepth } from '../providers/provider.ts';
import { mapLimited } from '../providers/shared/concurrency.ts';
import type { CoveredSession } from './pool-coverage.ts';
import type { OpenedSession, ReadingCall, RunVisitor } from './reading.ts';

/** Sessions read at the same time: the first of them is shown as it comes, the others wait for their turn. */
const READ_AT_ONCE = 4;
/** A session of which the platform counts more runs is read when its turn has come, so that few runs wait. */
const MOST_AHEAD = 500;

/** What was found of each, in the order given. The first problem ends the reading of all. */
export async function readInOrder(
  members: readonly OpenedSession[],
  depth: RunDepth,
  call: ReadingCall,
  visit: RunVisitor,
): Promise<CoveredSession[]> {
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, over.signal]);
  setMaxListeners(0, signal);
  const places = members.map((member) => placeOf(member, visit));
  let turn = 0;
  let told = 0;
  const tellHeld = () => {
    const held = places.reduce((sum, place) => sum + place.held(), 0);
    if (held !== told) call.onHeld?.(held);
    told = held;
  };
  const moveOn = () => {
    while (places[turn]?.done) {
      turn += 1;
      places[turn]?.begin();
    }
  };
  places[0]?.begin();
  try {
    return await mapLimited(places, READ_AT_ONCE, async (place) => {
      const { member } = place;
      if (member.session.counts.runs > MOST_AHEAD) await place.turn;
      const onHeld = (runs: number) => {
        place.atPlatform = runs;
        tellHeld();
      };
      const coverage = await member.runs(depth, { ...call, signal, onHeld }, (runs) => {
        if (!place.show(runs)) tellHeld();
      });
      place.done = true;
      place.atPlatform = 0;
      moveOn();
      tellHeld();
      return { ref: member.ref, coverage };
    });
  } catch (error) {
    over.abort(error);
    throw error;
  }
}

/** One session's place: until its turn has begun, what is read of it waits. */
function placeOf(member: OpenedSession, visit: RunVisitor) {
  let waiting: (readonly Run[])[] = [];
  let begun = false;
  let begin = () => {};
  const turn = new Promise<void>((resolve) => {
    begin = () => {
      begun = true;
      for (const runs of waiting) visit(runs, member);
      waiting = [];
      resolve();
    };
  });
  return {
    member,
    /** Resolves when its turn begins. */
    turn,
    begin: () => begin(),
    /** It has been read to its end. */
    done: false,
    /** Runs that were read and that the platform's reader holds back. */
    atPlatform: 0,
    /** Shows the runs; false where they wait. */
    show(runs: readonly Run[]): boolean {
      if (begun) visit(runs, member);
      else waiting.push(runs);
      return begun;
    },
    /** Runs that were read and not shown. */
    held(): number {
      return this.atPlatform + waiting.reduce((sum, runs) => sum + runs.length, 0);
    },
  };
}

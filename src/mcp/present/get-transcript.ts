/** The text of `get_transcript`. */
import type { GetTranscript } from '../tools/get-transcript.ts';
import { type Rendering, sentences } from './rendering.ts';
import { coverageLine, turnLine } from './words.ts';

export function presentGetTranscript(data: GetTranscript): Rendering {
  const { run, run_status, turns, coverage, omitted_before: before, omitted_after: after, around_turn } = data;
  const [first] = turns;
  const last = turns.at(-1);
  const going = run_status === undefined ? '' : `the run is ${run_status}`;
  return {
    headline: sentences(
      coverage.complete ? '' : coverageLine(coverage, 'the turns below, which may not be the last ones'),
      [
        first && last
          ? `Turns ${first.index}–${last.index} of ${run} (${[`${coverage.read} ${coverage.complete ? 'in all' : 'were read'}`, going].filter(Boolean).join('; ')})`
          : `${run} has no turns${going && ` (${going})`}`,
        before > 0 ? `; ${before} before left out` : '',
        after > 0 ? `; ${after} after left out: get_transcript run=${run} from=${(last?.index ?? -1) + 1}` : '',
        around_turn === undefined ? '' : `; the failure points at turn ${around_turn}`,
        '.',
        data.speaker_inferred ? ' The platform does not say who speaks: speakers are inferred.' : '',
      ].join(''),
    ),
    lines: turns.map(turnLine),
  };
}

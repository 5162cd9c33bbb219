/** The runs that failed by one mode. */
import type { Mode } from '../model/modes.ts';
import { Problem } from '../model/problem.ts';
import type { Opened } from '../reading/reading.ts';
import { codedReading, type ModeContext, readFailures } from './mode-reading.ts';
import type { Thresholds } from './session-counts.ts';

/**
 * The runs that have a failure of a mode, which is named by its id or its whole title; how many failures nobody has read
 * beside, and why clusters of the platform that a mode adopted could not be read. Throws `invalid_input` for one that the book does not have for these sessions, with the ids that it has.
 */
export async function runsOfMode(
  opened: Opened,
  name: string,
  context: ModeContext,
  thresholds?: Thresholds,
): Promise<{
  of: ReadonlySet<string>;
  said: Pick<Mode, 'id' | 'failures' | 'runs' | 'coded_by'>;
  uncoded: number;
  problem: string | undefined;
}> {
  const reading = await codedReading(opened, await readFailures(opened, context, thresholds), context);
  const [{ modeIds, storedMode }, { foldedTitle }] = await Promise.all([
    import('../modes/tally.ts'),
    import('../analysis/text-folding.ts'),
  ]);
  const ids = modeIds(reading.entries);
  const wanted = foldedTitle(name);
  const found = ids.filter(
    (id) => id === name.trim() || foldedTitle(storedMode(reading.entries, id)?.title ?? '') === wanted,
  );
  const [id, ...others] = found;
  if (id === undefined || others.length > 0) {
    const which =
      others.length > 0
        ? `${found.length} failure modes have that title.`
        : 'No failure mode of these sessions has that id or title.';
    throw new Problem('invalid_input', which, {
      candidates: (others.length > 0 ? found : ids).slice(0, 5),
      next:
        ids.length > 0
          ? 'Pass the id of one, as list_failures shows them.'
          : 'Nothing has been read yet: list_failures shows what there is to read.',
    });
  }
  const { tally } = reading;
  const { failures = [], runs = new Set<string>(), coded_by } = tally.modes.get(id) ?? {};
  return {
    of: runs,
    said: { id, failures: failures.length, runs: runs.size, coded_by },
    uncoded: tally.uncoded.length,
    problem: reading.vendorProblem,
  };
}

/** How the demo plays the assistant that reads failures: list them, name the modes its script knows, save them. */
import * as z from 'zod/v4';
import { plural } from '../model/plural.ts';
import { withoutUndefined } from '../model/without-undefined.ts';
import { KNOWN_MODES, type KnownMode, readReason } from './demo-modes.ts';
import type { Walk } from './demo-walk.ts';

const pageShape = z.object({
  failures: z.array(z.object({ id: z.string(), reason: z.string().optional() })),
  modes: z.array(z.object({ id: z.string(), title: z.string() })).default([]),
  total: z.number(),
  next_cursor: z.string().optional(),
});
const clustersShape = z.object({
  clusters: z.array(z.object({ title: z.string(), source: z.string(), runs: z.array(z.string()) })),
  next_cursor: z.string().optional(),
});
type Line = z.infer<typeof pageShape>['failures'][number];

/** Lines shown of a list of failures. */
const SHOWN = 9;

/** Reads what no mode explains in a session, and saves it. */
export async function readFailures({ say, print }: Walk, session: string): Promise<void> {
  const lines: Line[] = [];
  const known = new Map<string, string>();
  let failures = 0;
  for (let cursor: string | undefined, shown = SHOWN; ; shown = 1) {
    const page = pageShape.parse(await say('list_failures', withoutUndefined({ session, cursor }), shown));
    lines.push(...page.failures);
    for (const { id, title } of page.modes) known.set(title, id);
    failures = page.total;
    cursor = page.next_cursor;
    if (cursor === undefined) break;
  }
  if (lines.length === 0) {
    print.note(failures > 0 ? 'Nothing to read: every failure is of a mode that is known.' : 'Nothing failed.');
    return;
  }
  const modes = KNOWN_MODES.flatMap((mode) => {
    const failures = lines.filter(({ reason = '' }) => readReason(reason) === mode).map(({ id }) => id);
    return failures.length > 0 ? [savedAs(mode, known.get(mode.title), failures)] : [];
  });
  const read = modes.reduce((sum, { failures }) => sum + failures.length, 0);
  const rest = lines.length - read;
  print.note(
    `Read by the demo's script, as an assistant would: ${plural(read, 'line')}, ${plural(modes.length, 'mode')}${rest > 0 ? `; ${rest} it cannot read stay uncoded` : ''}.`,
  );
  if (modes.length > 0) await say('save_failure_modes', { session, modes }, 6);
}

/** The modes of a session that the script can mend, the largest first, each with one of its runs. */
export async function modesOf(
  { client, say }: Walk,
  session: string,
  lines: number,
): Promise<{ mode: KnownMode; run: string }[]> {
  const found: { mode: KnownMode; run: string }[] = [];
  for (let cursor: string | undefined, first = lines > 0; ; first = false) {
    const args = withoutUndefined({ session, cursor });
    const data = first
      ? await say('get_failure_clusters', args, lines)
      : (await client.call('get_failure_clusters', args)).data;
    const { clusters, next_cursor } = clustersShape.parse(data);
    for (const { source, title, runs } of clusters) {
      const mode = source === 'mode' ? KNOWN_MODES.find((known) => known.title === title) : undefined;
      if (mode && runs[0] !== undefined) found.push({ mode, run: runs[0] });
    }
    cursor = next_cursor;
    if (cursor === undefined) return found;
  }
}

/** A mode with its failures as it is saved: one that is known by its id. */
function savedAs({ title, definition, fix_kind, bullet }: KnownMode, id: string | undefined, failures: string[]) {
  if (id !== undefined) return { id, failures };
  return { title, definition, source: 'agent', fix_kind, fix: bullet.replace(/^- /, ''), failures };
}

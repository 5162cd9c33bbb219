/** How the demo plays the assistant that reads failures: list them, name the modes its script knows, save them. */
import * as z from 'zod/v4';
import { plural } from '../model/plural.ts';
import { withoutUndefined } from '../model/without-undefined.ts';
import { KNOWN_MODES, type KnownMode, readReason } from './demo-modes.ts';
import type { Printer } from './demo-print.ts';

/** Makes a call, shows it and so many lines of its answer, and gives its data. */
export type Say = (tool: string, args: Record<string, unknown>, lines: number) => Promise<Record<string, unknown>>;

const pageShape = z.object({
  failures: z.array(z.object({ id: z.string(), reason: z.string().optional() })),
  modes: z.array(z.object({ id: z.string(), title: z.string() })).default([]),
  total: z.number(),
  next_cursor: z.string().optional(),
});
type Line = z.infer<typeof pageShape>['failures'][number];

/** Lines shown of a list of failures. */
const SHOWN = 9;

/** Reads what no mode explains in a session, and saves it. */
export async function readFailures(session: string, say: Say, print: Printer): Promise<void> {
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

/** A mode with its failures as it is saved: one that is known by its id. */
function savedAs({ title, definition, fix_kind, bullet }: KnownMode, id: string | undefined, failures: string[]) {
  if (id !== undefined) return { id, failures };
  return { title, definition, source: 'agent', fix_kind, fix: bullet.replace(/^- /, ''), failures };
}

/** What goes wrong with writes besides refusals: somebody else edits at the same time, a member is taken and ignored. */
import type { CognigySwitches } from './switches.ts';

/** Runs `edit` once, after a read. */
export function meddleAfter(switches: CognigySwitches, edit: () => void): void {
  if (switches.agents_meddles !== 'after_read') return;
  switches.agents_meddles = 'off';
  edit();
}

/** Runs `edit` once, before a write is applied. */
export function meddleBefore(switches: CognigySwitches, edit: () => void): void {
  if (switches.agents_meddles !== 'before_write') return;
  switches.agents_meddles = 'off';
  edit();
}

/** What is written of `sent`: a member that is ignored stays what it was. */
export function withoutIgnored(
  { agents_ignores }: CognigySwitches,
  sent: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  if (agents_ignores === '' || !Object.hasOwn(sent, agents_ignores)) return sent;
  const { [agents_ignores]: _, ...rest } = sent;
  return Object.hasOwn(before, agents_ignores) ? { ...rest, [agents_ignores]: before[agents_ignores] } : rest;
}

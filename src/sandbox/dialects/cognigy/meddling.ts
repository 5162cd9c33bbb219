/** What goes wrong with writes besides refusals: somebody else edits at the same time, a member is taken and ignored. */
import type { CognigySwitches } from './switches.ts';

/** Runs `edit` once, after a read. */
export function meddleAfter(switches: CognigySwitches, edit: () => void): void {
  if (switches.meddles !== 'after_read') return;
  switches.meddles = 'off';
  edit();
}

/** Runs `edit` once, before a write is applied. */
export function meddleBefore(switches: CognigySwitches, edit: () => void): void {
  if (switches.meddles !== 'before_write') return;
  switches.meddles = 'off';
  edit();
}

/** What is written of `sent`: a member that is ignored stays what it was. */
export function withoutIgnored(
  { ignores }: CognigySwitches,
  sent: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  if (ignores === '' || !Object.hasOwn(sent, ignores)) return sent;
  const { [ignores]: _, ...rest } = sent;
  return Object.hasOwn(before, ignores) ? { ...rest, [ignores]: before[ignores] } : rest;
}

/**
 * What is sent to change members of an agent. `metadata`, `attributes` and `workflows` are replaced whole by Coval, so that such
 * a whole is sent as it was just read, with the one member changed, and not at all where it was not read as it stands there.
 */
import { isRecord } from '../../model/json.ts';
import type { AgentWrite } from '../provider.ts';
import { memberAt, revisionOf, withMember } from '../shared/agent-parts.ts';
import { editsOf } from '../shared/agent-write.ts';
import { whyNotSentBack } from '../shared/wholes.ts';
import { type Opened, problem } from './opened-agent.ts';
import { PLATFORM } from './settings.ts';

/** A member that is to get a value. */
export interface MemberEdit {
  path: readonly string[];
  value: unknown;
}

/** The edits of a write, with the members that they are of. Throws as `editsOf`. */
export function memberEdits({ agent, rows }: Opened, write: AgentWrite): MemberEdit[] {
  return editsOf(PLATFORM, agent, write).flatMap(({ id, value }) => {
    const row = rows.find((one) => one.id === id);
    return row ? [{ path: row.path, value }] : [];
  });
}

/** The body of a PATCH: null and undefined would leave a member as it is, so that neither is ever a value here. */
export function bodyOf(record: Record<string, unknown>, edits: readonly MemberEdit[]): Record<string, unknown> {
  let after: Record<string, unknown> = record;
  for (const { path, value } of edits) after = withMember(after, path, value);
  const names = [...new Set(edits.map(({ path: [name = ''] }) => name))];
  for (const name of names) {
    const whole = after[name];
    if (isRecord(record[name])) checkWhole(name, record[name]);
    else if (edits.some(({ path }) => path[0] === name && path.length > 1))
      throw problem('conflict', `agent.${name} of the agent is no object any more; nothing was sent.`);
    if (whole === null || whole === undefined || (isRecord(whole) && Object.keys(whole).length === 0))
      throw problem('unsupported', `Coval takes such a value of agent.${name} for something else; nothing was sent.`);
  }
  return Object.fromEntries(names.map((name) => [name, after[name]]));
}

/** Throws where a whole that is to be sent back is not what stands at Coval: where it shows masks, or was not read exactly. */
function checkWhole(name: string, whole: Record<string, unknown>): void {
  const why = whyNotSentBack(whole);
  if (why === undefined) return;
  throw problem(
    'refused',
    `Coval replaces agent.${name} as a whole, and ${why}. Nothing was sent.`,
    'Change it in Coval.',
  );
}

/** Whether all edited members hold what they are to get. */
export const holdsAll = (record: Record<string, unknown>, edits: readonly MemberEdit[]) =>
  edits.every(({ path, value }) => revisionOf(memberAt(record, path)) === revisionOf(value));

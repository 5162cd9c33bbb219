/**
 * What is sent to change members of an agent. `metadata`, `attributes` and `workflows` are replaced whole by Coval, so that such
 * a whole is sent as it was just read, with the one member changed, and not at all where it was not read as it stands there.
 */
import { isRecord } from '../../model/json.ts';
import type { AgentWrite } from '../provider.ts';
import { type MemberEdit, withEdits } from '../shared/agent-parts.ts';
import { editsOf } from '../shared/agent-write.ts';
import { whyNotSentBack } from '../shared/wholes.ts';
import { type Opened, refuse } from './opened-agent.ts';
import { PLATFORM } from './settings.ts';

/** The edits of a write, with the members that they are of. Throws as `editsOf`. */
export function memberEdits({ agent, rows }: Opened, write: AgentWrite): MemberEdit[] {
  return editsOf(PLATFORM, agent, write).flatMap(({ id, value }) => {
    const row = rows.find((one) => one.id === id);
    return row ? [{ path: row.path, value }] : [];
  });
}

/** The body of a PATCH: null and undefined would leave a member as it is, so that neither is ever a value here. */
export function bodyOf(record: Record<string, unknown>, edits: readonly MemberEdit[]): Record<string, unknown> {
  const after = withEdits(record, edits);
  const names = [...new Set(edits.map(({ path: [name = ''] }) => name))];
  for (const name of names) {
    const whole = after[name];
    if (isRecord(record[name])) checkWhole(name, record[name]);
    else if (edits.some(({ path }) => path[0] === name && path.length > 1))
      throw refuse('conflict', `agent.${name} is no longer an object at Coval. The edit was not sent.`);
    if (whole === null || whole === undefined || (isRecord(whole) && Object.keys(whole).length === 0))
      throw refuse(
        'unsupported',
        `Coval leaves agent.${name} as it is where it is sent an empty value. The edit was not sent.`,
      );
  }
  return Object.fromEntries(names.map((name) => [name, after[name]]));
}

/** Throws where a whole that is to be sent back is not what stands at Coval: where it shows masks, or was not read exactly. */
function checkWhole(name: string, whole: Record<string, unknown>): void {
  const why = whyNotSentBack(whole);
  if (why === undefined) return;
  throw refuse(
    'refused',
    `Coval replaces agent.${name} as a whole, and ${why}. Nothing was sent.`,
    'Change it in Coval.',
  );
}

/** Finds the clone of a flow whose answer was lost, or named none: by its mark, else as the only flow that is new. */
import { createHash } from 'node:crypto';
import type { CallContext, StepResult } from '../provider.ts';
import { partsOf } from '../shared/agent-parts.ts';
import { unsent } from '../shared/agent-write.ts';
import type { Api } from '../shared/api.ts';
import { markOfCopy } from '../shared/marked-name.ts';
import { collect, walk } from '../shared/pages.ts';
import type { FlowRead } from './agent-objects.ts';
import type { Opened } from './agent-write.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type NamedObject, toNamed } from './named.ts';
import { idOf, type WireNamed } from './wire.ts';

/** Flows that are told apart from the clone. */
const MOST_TOLD = 1000;

/** All that the key may see, as they are now. */
export async function namedNow(
  api: Api,
  row: typeof ENDPOINTS.listFlows | typeof ENDPOINTS.listAgents,
  { signal }: CallContext,
): Promise<NamedObject[]> {
  const { rows } = await collect(walk<WireNamed>(api.list(row, { signal })));
  return rows.flatMap((wire) => toNamed(wire) ?? []);
}

/** Short hashes of the ids of all flows: what comes later is none of them. Empty where they could not be listed whole. */
export async function flowsBefore({ api }: Opened, { signal }: CallContext): Promise<StepResult> {
  const { rows, coverage } = await collect(walk(api.list(ENDPOINTS.listFlows, { signal }))).catch((error: unknown) => {
    throw unsent(error);
  });
  const told = coverage.complete && rows.length <= MOST_TOLD;
  return { flows_before: told ? rows.map((row) => shortHash(idOf(row) ?? '')).join(' ') : '' };
}

const shortHash = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 8);

/** `before`: what `flowsBefore` gave. Undefined where nothing tells which flow it is. */
export async function findClone(
  opened: Opened,
  mark: string,
  before: string | undefined,
  call: CallContext,
): Promise<StepResult | undefined> {
  const { api, read, readFlow } = opened;
  const { rows, coverage } = await collect(walk(api.list(ENDPOINTS.listFlows, { signal: call.signal })));
  const marked = rows.find((row) => markOfCopy(toNamed(row)?.name) === mark);
  if (marked) return idsOf(marked);
  if (!before || !coverage.complete) return undefined;
  const known = new Set(before.split(' '));
  const [added, another] = rows.filter((row) => !known.has(shortHash(idOf(row) ?? '')));
  const ids = added && !another ? idsOf(added) : undefined;
  // Somebody else may have made it: a flow that says anything else is none of ours.
  return ids && textsOf(await readFlow(String(ids.flow), call)) === textsOf(read) ? ids : undefined;
}

function idsOf(row: WireNamed): StepResult | undefined {
  const flow = toNamed(row);
  return flow && { flow: flow.id, flow_reference: flow.reference };
}

const textsOf = ({ objects }: FlowRead) =>
  JSON.stringify(objects.flatMap(({ record, rows }) => partsOf(record, rows).map(({ id, text }) => [id, text])));

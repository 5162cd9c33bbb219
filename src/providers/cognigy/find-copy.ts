/** Finds the clone of a flow whose answer was lost, or named none: by its mark, else as the only flow that is new. */
import { Problem } from '../../model/problem.ts';
import type { CallContext, StepResult } from '../provider.ts';
import { partsOf } from '../shared/agent-parts.ts';
import { beforeSending } from '../shared/agent-write.ts';
import type { Api } from '../shared/api.ts';
import { idsBefore, wasBefore } from '../shared/known-before.ts';
import { markOfCopy } from '../shared/marked-name.ts';
import { collect, walk } from '../shared/pages.ts';
import type { FlowRead } from './agent-objects.ts';
import type { Opened } from './agent-write.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type NamedObject, toNamed } from './named.ts';
import { PLATFORM } from './settings.ts';
import { idOf, type WireNamed } from './wire.ts';

/** All that the key may see, as they are now. */
export async function namedNow(
  api: Api,
  row: typeof ENDPOINTS.listFlows | typeof ENDPOINTS.listAgents,
  { signal }: CallContext,
): Promise<NamedObject[]> {
  const { rows } = await collect(walk<WireNamed>(api.list(row, { signal })));
  return rows.flatMap((wire) => toNamed(wire) ?? []);
}

/** The one that is meant. Throws `unreadable` where none is seen and not all could be listed: then it may be there still. */
export async function seenNow(
  api: Api,
  row: typeof ENDPOINTS.listFlows | typeof ENDPOINTS.listAgents,
  isMeant: (one: NamedObject) => boolean,
  { signal }: CallContext,
): Promise<NamedObject | undefined> {
  const { rows, coverage } = await collect(walk<WireNamed>(api.list(row, { signal })));
  const found = rows.flatMap((wire) => toNamed(wire) ?? []).find(isMeant);
  if (found || coverage.complete) return found;
  throw new Problem('unreadable', `Not all ${row.what} could be listed, so that it is not known whether it is there.`, {
    provider: PLATFORM.id,
    next: 'Look for it in Cognigy, or ask again later.',
  });
}

/** Short hashes of the ids of all flows: what comes later is none of them. Empty where they could not be listed whole. */
export async function flowsBefore({ api }: Opened, { signal }: CallContext): Promise<StepResult> {
  const { rows, coverage } = await beforeSending(collect(walk(api.list(ENDPOINTS.listFlows, { signal }))));
  return {
    flows_before: idsBefore(
      rows.map((row) => idOf(row) ?? ''),
      coverage.complete,
    ),
  };
}

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
  const [added, another] = rows.filter((row) => !wasBefore(before, idOf(row) ?? ''));
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

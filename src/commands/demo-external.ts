/** The demo's second scene: an agent that lives elsewhere, of which the platform only has a record. */
import * as z from 'zod/v4';
import { applyTo, listAgents, readParts, revertAll } from './demo-agent.ts';
import { KNOWN_MODES } from './demo-modes.ts';
import { startOf, type Walk } from './demo-walk.ts';

const agentShape = z.object({
  agent: z.object({ parts: z.array(z.object({ id: z.string(), kind: z.string(), fixed: z.string().optional() })) }),
});
const proposalShape = z.object({ change: z.string() });
const refusedShape = z.object({ outcome: z.literal('refused'), lives_at: z.string() });
const comparedShape = z.object({ matched: z.number(), broken: z.array(z.unknown()), fixed: z.array(z.unknown()) });

/** Kinds of parts in which a record describes how its agent behaves. */
const DESCRIBES = new Set(['prompt', 'description']);

/** Shows it where the platform has such an agent: refused, with the patch; the record alone changes, and no conversation. */
export async function external(walk: Walk): Promise<void> {
  const { print, say, run, client, provider } = walk;
  const agent = (await listAgents(client, provider)).find(({ ownership }) => ownership !== 'platform');
  if (!agent) return;

  print.step('Another agent lives elsewhere; the platform only has a record of it');
  const { parts } = agentShape.parse(await say('get_agent', { agent: agent.ref }, 6)).agent;
  const part = parts.find(({ kind, fixed }) => DESCRIBES.has(kind) && fixed === undefined);
  if (!part) throw new Error(`The record of ${agent.ref} has no description.`);
  const start = await startOf(walk, agent);
  const before = await run({ ...start, key: 'demo-record-before' });

  print.step('A change of it is refused, with the patch and where that has to go');
  const was = await readParts(client, agent.ref);
  const text = was.get(part.id) ?? '';
  const rule = KNOWN_MODES[0]?.bullet ?? '';
  const last = text.split('\n').findLast((line) => line.trim() !== '') ?? '';
  const edits = [{ part: part.id, old: last, new: last === '' ? rule : `${last}\n${rule}` }];
  const { change } = proposalShape.parse(await say('propose_agent_change', { agent: agent.ref, edits }, 9));
  refusedShape.parse(await say('apply_agent_change', { change, target: 'live' }, 3));

  print.step('Asked for, the record is changed, and its conversations are as they were');
  const record = { change, target: 'record' };
  await applyTo(record, say, 3);
  const after = await run({ ...start, key: 'demo-record-after' });
  const { matched, broken, fixed } = comparedShape.parse(await say('compare_sessions', { before, after }, 6));
  if (broken.length + fixed.length > 0) throw new Error('Changing a record changed conversations.');
  await revertAll([record], say);
  const is = await readParts(client, agent.ref);
  if ([...was].some(([id, value]) => is.get(id) !== value))
    throw new Error(`The record of ${agent.ref} is not what it was.`);
  print.note(
    `Measured: of ${matched} tests that ran before and after the record was changed, none came out differently; the record holds what it held, byte for byte.`,
  );
}

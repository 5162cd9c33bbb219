/** What an agent says: the instructions of the first job node of a flow and of the AI agent behind it, live or in a snapshot. */
import type { Engine, WorldAgent } from '../../engine/types.ts';
import type { AiAgentRecord, FlowRecord, NodeRecord, Resources } from './resources.ts';
import { PROJECT } from './world.ts';

export const JOB = 'aiAgentJob';

/** The configuration of a node as it is read: instructions of a seeded job node are the live text of its agent. */
export function configOf(engine: Engine, { config, follows }: NodeRecord): Record<string, unknown> {
  const agent = engine.agents.find(({ id }) => id === follows);
  return agent ? { ...config, instructions: engine.texts.live(agent) } : config;
}

/** Puts a configuration; the instructions of a seeded job node become the live text, where they are another. */
export function putConfig(
  engine: Engine,
  resources: Resources,
  node: NodeRecord,
  config: Record<string, unknown>,
): void {
  const agent = engine.agents.find(({ id }) => id === node.follows);
  const { instructions } = config;
  // The live text is kept where it lives; the member stays in its place.
  resources.nodes.put({ ...node, config: agent ? { ...config, instructions: '' } : config });
  if (agent) setText(engine, agent, String(instructions ?? ''));
}

/** Makes it the live text of an agent; an equal one is not written. */
export function setText({ texts }: Engine, agent: WorldAgent, text: string): void {
  if (text !== texts.live(agent)) texts.setLive(agent, text);
}

export function nodesOf({ nodes }: Resources, flow: FlowRecord): NodeRecord[] {
  return nodes.all().filter((node) => node.flow === flow._id);
}

/** Nodes in the order in which they are executed; children are none of them. */
export function inChartOrder(nodes: readonly NodeRecord[]): NodeRecord[] {
  const ordered: NodeRecord[] = [];
  let at = nodes.find(({ type }) => type === 'start');
  while (at && !ordered.includes(at)) {
    ordered.push(at);
    const { next } = at;
    at = nodes.find(({ _id }) => _id === next);
  }
  return ordered;
}

/**
 * What a run on `flow` follows. `entrypoint` is the project or a snapshot, in which the flow has what it had when the
 * snapshot was made; undefined where the snapshot does not have the flow.
 */
export function textFor(
  engine: Engine,
  resources: Resources,
  flow: FlowRecord,
  entrypoint: string,
): string | undefined {
  const content = entrypoint === PROJECT ? undefined : resources.snapshots.get(entrypoint)?.content;
  const nodes = content?.nodes ?? resources.nodes.all();
  const agents: readonly AiAgentRecord[] = content?.agents ?? resources.agents.all();
  if (content && !content.flows.some(({ _id }) => _id === flow._id)) return undefined;
  const job = inChartOrder(nodes.filter((node) => node.flow === flow._id)).find(
    ({ type, isDisabled }) => type === JOB && !isDisabled,
  );
  if (!job) return '';
  const config = content ? job.config : configOf(engine, job);
  const persona = agents.find(({ referenceId }) => referenceId === config.aiAgent);
  const parts = [config.instructions, persona?.instructions];
  return parts.filter((part): part is string => typeof part === 'string' && part.trim() !== '').join('\n\n');
}

/** The members of an agent: what a partial PUT makes of them, and in what two versions differ. `agent` is taken member by member. */
import { isRecord } from '../../../model/json.ts';
import type { Content } from './agent-seeds.ts';
import type { SynthflowSwitches } from './switches.ts';

/** Members that a PUT does not change: the type cannot be, and the deprecated list of reasons is ignored (changelog 2026-03-20). */
const NOT_WRITTEN = ['model_id', 'type', 'end_call_reasons', 'attached_phone_numbers'];

export function promptOf(content: Content): string {
  const { agent } = content;
  return isRecord(agent) && typeof agent.prompt === 'string' ? agent.prompt : '';
}

export function withoutPrompt(content: Content): Record<string, unknown> {
  const { agent } = content;
  if (!isRecord(agent)) return { ...content };
  const { prompt: _, ...rest } = agent;
  return { ...content, agent: rest };
}

/** `over` in place of members of `content`. */
export function overlaid(content: Content, over: Content): Record<string, unknown> {
  const agents = [content.agent, over.agent].filter(isRecord);
  return { ...content, ...over, agent: Object.assign({}, ...agents) };
}

/** The members of `content` that are another in `base`. */
export function differences(base: Content, content: Content): Record<string, unknown> {
  const differing = (one: Content, other: Content) =>
    Object.fromEntries(Object.entries(other).filter(([name, value]) => !isEqual(one[name], value)));
  const { agent: _, ...members } = differing(base, content);
  const inner = differing(isRecord(base.agent) ? base.agent : {}, isRecord(content.agent) ? content.agent : {});
  return Object.keys(inner).length > 0 ? { ...members, agent: inner } : members;
}

/** What a PUT with this body makes of it. */
export function changed(
  content: Content,
  body: Content,
  { put_arrays, agents_ignores }: Pick<SynthflowSwitches, 'put_arrays' | 'agents_ignores'>,
): Record<string, unknown> {
  const written = (before: Content, members: Content) => {
    const after: Record<string, unknown> = { ...before };
    for (const [name, value] of Object.entries(members)) {
      if (name === agents_ignores || NOT_WRITTEN.includes(name)) continue;
      after[name] = put_arrays === 'merge' ? merged(before[name], value) : value;
    }
    return after;
  };
  const { agent, ...members } = body;
  const inner = isRecord(content.agent) ? content.agent : {};
  return { ...written(content, members), agent: isRecord(agent) ? written(inner, agent) : inner };
}

/** Lists are joined, without what stands in both; members of objects are added. */
function merged(before: unknown, value: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(value))
    return [...before, ...value.filter((one) => !before.some((other) => isEqual(other, one)))];
  return isRecord(before) && isRecord(value) ? { ...before, ...value } : value;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

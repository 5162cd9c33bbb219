/** Why new texts of parts are not sent: limits, choices, JSON that is no longer what it was. In trusted sentences. */
import type { AgentPart } from '../model/agents.ts';
import { parsedJson } from '../model/json.ts';
import type { OpenAgent } from '../providers/provider.ts';
import { jsonFault, typeOf } from '../providers/shared/agent-parts.ts';
import { partOf } from './reading-back.ts';

/** Why the platform would not take these texts of parts: each by itself, else all together. */
export function problemsIn(opened: OpenAgent, object: string, parts: ReadonlyMap<string, string>): string[] {
  const alone = [...parts].flatMap(([id, after]) => {
    const part = partOf(opened.agent, id);
    return part ? problemsOf(part, after) : [];
  });
  return alone.length > 0 ? alone : [...(opened.problems?.({ object, parts }) ?? [])];
}

function problemsOf(part: AgentPart, after: string): string[] {
  const { id, limit, choices } = part;
  const problems: string[] = [];
  if (limit !== undefined && after.length > limit)
    problems.push(`The part ${id} would have ${after.length} characters; the platform takes at most ${limit}.`);
  if (choices !== undefined && !choices.includes(after))
    problems.push(`The part ${id} would hold a value that the platform does not take; it takes ${choices.join(', ')}.`);
  const fault = jsonFault(part, after) ?? itemFault(part, after);
  if (fault !== undefined) problems.push(`The part ${id} would ${fault}`);
  return problems;
}

/** Of a list: types of items that it had none of. A list that was empty may hold anything. */
function itemFault({ form, text }: AgentPart, after: string): string | undefined {
  if (form !== 'json') return undefined;
  const [known, items] = [text, after].map((one) => {
    const value = parsedJson(one);
    return Array.isArray(value) ? [...new Set(value.map(typeOf))] : [];
  });
  const odd = known?.length ? (items ?? []).filter((type) => !known.includes(type)) : [];
  return odd.length > 0 ? `hold items of a type that the list has none of now: ${odd.join(', ')}.` : undefined;
}

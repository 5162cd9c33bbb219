/** The calls that answers offer to go on with, read as a client would read them. */

export interface OfferedCall {
  tool: string;
  args: Record<string, unknown>;
}

const CALL = /^([a-z_]+)((?: [a-z_]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]\S*))*)(?= |$)/;
const ARGUMENT = / ([a-z_]+)=("(?:[^"\\]|\\.)*"|[^\s"]\S*)/g;

/** The call that a line begins with; undefined where it begins with none of `tools`. */
export function offeredCall(line: string, tools: ReadonlySet<string>): OfferedCall | undefined {
  const [, tool, written = ''] = CALL.exec(line) ?? [];
  if (tool === undefined || !tools.has(tool)) return undefined;
  const args: Record<string, unknown> = {};
  for (const [, name = '', value = ''] of written.matchAll(ARGUMENT))
    args[name] = value.startsWith('"') ? String(JSON.parse(value)) : value;
  return { tool, args };
}

/** The calls that answers offer to go on with, read as a client would read them, and made. */
import type { Answer, Connected } from './clients.ts';

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

/** The next steps of an answer: lines of its text that begin with `Next:`. An error names what to do, which may be no call. */
export function offersOf({ text, isError }: Answer): string[] {
  return isError ? [] : [...text.matchAll(/^Next: (.+)$/gm)].map(([, line = '']) => line);
}

/** Outcomes of a start that no call which was offered may come to. */
const NOT_OFFERED: ReadonlySet<unknown> = new Set(['already_started', 'refused', 'unknown']);
const DEEPEST = 4;

export interface Followed {
  /** Calls that were offered and made. */
  made: number;
  /** What is wrong with them; empty when each works as it stands. */
  faults: string[];
}

/**
 * Makes calls, and each call that their answers offer at once, before another call can change what it rests on; and so on,
 * a few steps deep.
 */
export async function followingCalls(server: Connected) {
  const names = new Set((await server.client.listTools()).tools.map(({ name }) => name));
  const followed: Followed = { made: 0, faults: [] };
  const seen = new Set<string>();
  const follow = async (answer: Answer, depth: number): Promise<void> => {
    for (const line of offersOf(answer)) {
      if (seen.has(line) || depth > DEEPEST) continue;
      seen.add(line);
      const offered = offeredCall(line, names);
      followed.made += 1;
      if (!offered) {
        followed.faults.push(`no call: ${line}`);
        continue;
      }
      const next = await server.call(offered.tool, offered.args);
      if (next.isError) followed.faults.push(`fails: ${line}\n${next.text}`);
      else if (NOT_OFFERED.has(next.data.outcome))
        followed.faults.push(`comes to ${String(next.data.outcome)}: ${line}`);
      await follow(next, depth + 1);
    }
  };
  const call = async (tool: string, args: Record<string, unknown> = {}): Promise<Answer> => {
    const answer = await server.call(tool, args);
    await follow(answer, 1);
    return answer;
  };
  return { call, followed };
}

/** Makes every reading call that a server's answers offered so far; what is wrong with them. */
export async function readingOffers(server: Connected): Promise<Followed> {
  const { tools } = await server.client.listTools();
  const reading = new Set(tools.filter(({ annotations }) => annotations?.readOnlyHint).map(({ name }) => name));
  const followed: Followed = { made: 0, faults: [] };
  for (const line of [...server.offered]) {
    const offered = offeredCall(line, new Set(tools.map(({ name }) => name)));
    if (!offered) followed.faults.push(`no call: ${line}`);
    if (!offered || !reading.has(offered.tool)) continue;
    followed.made += 1;
    const { isError, text } = await server.call(offered.tool, offered.args);
    if (isError) followed.faults.push(`fails: ${line}\n${text}`);
  }
  return followed;
}

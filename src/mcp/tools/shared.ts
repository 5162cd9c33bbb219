/** Argument fragments and steps that several tools share, so that they mean the same everywhere. */

import * as z from 'zod/v4';
import { fromCommaList } from '../../model/comma-list.ts';
import { type Coverage, coverageOf } from '../../model/coverage.ts';
import { plural } from '../../model/plural.ts';
import { Problem } from '../../model/problem.ts';
import { formatRef, MOST_POOLED, type Ref } from '../../model/refs.ts';
import type { Run, Status, Turn } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { Provider } from '../../providers/provider.ts';
import { mapLimited } from '../../providers/shared/concurrency.ts';
import { pooled } from '../../reading/pool.ts';
import { type Opened, unsupported } from '../../reading/reading.ts';
import { clip } from '../clean.ts';
import type { ToolContext } from '../tool.ts';

/** Sessions of one call that are opened at the same time. */
const OPENED_AT_ONCE = 6;

export const providerArgument = z.string().optional().describe('Platform, e.g. synthflow');
export const limitArgument = z.int().min(1).max(100).optional().describe('Default 20');
export const cursorArgument = z
  .string()
  .optional()
  .describe('next_cursor of the page before; other arguments unchanged');
export const sessionArgument = z
  .string()
  .describe('<provider>/session/<id>, or several separated by commas, read as one');
export const runArgument = z.string().describe('<provider>/run/<id>');
export const testArgument = z.string().describe('<provider>/suite/<id> or <provider>/case/<id>');
export const agentArgument = z.string().describe('<provider>/agent/<id>');
export const changeArgument = z.string().describe('Id that propose_agent_change gave');
export const confirmArgument = z.string().optional().describe('Token from its preview');
export const detailArgument = z.enum(['digest', 'full']).optional().describe('Default digest');
export const thresholdsArgument = z
  .record(z.string(), z.number())
  .optional()
  .describe('Evaluation name -> lowest passing score, where the platform shows no threshold');

/**
 * The session that a reference names, or the sessions of several references separated by commas as one, opened: the
 * state is read, the runs can be. Throws `invalid_input` for more than `MOST_POOLED`, and what resolving and opening throw.
 */
export async function openSession(text: string, context: ToolContext): Promise<Opened> {
  return openSessions(await resolveSessions(text, context), context);
}

/** The same for sessions that are named already. `began`: as in `ToolContext`. */
export async function openSessions(
  named: Awaited<ReturnType<typeof resolveSessions>>,
  { reading, signal, began, atWork }: Pick<ToolContext, 'reading' | 'signal' | 'began' | 'atWork'>,
): Promise<Opened> {
  const opened = await mapLimited(named, OPENED_AT_ONCE, async ({ provider, ref }) => {
    const one = await reading.open(provider, ref.ids, { signal, began });
    atWork();
    return one;
  });
  return pooled(opened, reading);
}

/** The sessions that one or several references name, each once, in the order given. Throws as `openSession`. */
export async function resolveSessions(text: string, { registry }: Pick<ToolContext, 'registry'>) {
  const parts = fromCommaList(text);
  if (parts.length > MOST_POOLED)
    throw new Problem('invalid_input', `${parts.length} sessions were named; ${MOST_POOLED} can be read as one.`, {
      next: `Pass at most ${MOST_POOLED} references, separated by commas.`,
    });
  const named = new Map<string, Awaited<ReturnType<typeof registry.resolve>>>();
  for (const part of parts.length > 0 ? parts : [text]) {
    const resolved = await registry.resolve(part, ['session']);
    named.set(printRef(resolved.ref), resolved);
  }
  return [...named.values()];
}

/** The status of a session that goes on; undefined for one that has ended. */
export function openStatus({ session }: Pick<Opened, 'session'>): Status | undefined {
  return isTerminal(session.status) ? undefined : session.status;
}

/** The run a reference names, with the operations to read more of it. */
export async function readRun(
  text: string,
  context: ToolContext,
): Promise<{ provider: Provider; ids: readonly string[]; run: Run }> {
  const { provider, ref } = await context.registry.resolve(text, ['run']);
  if (!provider.runs) throw unsupported(provider, 'reading runs');
  return { provider, ids: ref.ids, run: await provider.runs.get(ref.ids, { signal: context.signal }) };
}

/** The agent that a reference names, and the operations on agents of its platform. Throws what resolving throws, and `unsupported`. */
export async function resolveAgent(text: string, { registry }: Pick<ToolContext, 'registry'>) {
  const { provider, ref } = await registry.resolve(text, ['agent']);
  if (!provider.agents) throw unsupported(provider, 'reading and changing agents');
  return { provider, agents: provider.agents, ref };
}

/** All turns of a run: what the run itself carries, else one more read. */
export async function readTurns(
  provider: Provider,
  ids: readonly string[],
  run: Run | undefined,
  context: Pick<ToolContext, 'signal'>,
) {
  if (run?.transcript && run.transcript.length > 0)
    return { turns: run.transcript, speaker_inferred: run.speaker_inferred };
  if (!provider.runs) throw unsupported(provider, 'transcripts');
  const answer = await provider.runs.transcript(ids, { signal: context.signal });
  return { turns: answer.turns, speaker_inferred: answer.speaker_inferred };
}

/** The turns that were read of those that the platform counts; to a run that goes on more may come. */
export function coverageOfTurns({ turns: counted = 0, status }: Run, read: number): Coverage {
  const count = isTerminal(status) ? counted - read : 0;
  if (count <= 0) return coverageOf({ read });
  const note = `The platform counts ${plural(counted, 'turn')} of this run, and ${count} of them did not come.`;
  return coverageOf({ read, expected: counted, gaps: [{ kind: 'missing', count, note }] });
}

export function printRef(ref: Ref): string {
  return formatRef(ref.provider, ref.kind, ...ref.ids);
}

/** A date argument as ISO 8601; also takes `24h`, `7d` and `2w` back from now. Throws `invalid_input`. */
export function readTime(name: string, text: string | undefined, now = Date.now()): string | undefined {
  if (text === undefined) return undefined;
  const back = /^(\d{1,4})\s*(h|d|w)$/i.exec(text.trim());
  const hours = { h: 1, d: 24, w: 168 }[back?.[2]?.toLowerCase() ?? ''];
  if (back && hours !== undefined) return new Date(now - Number(back[1]) * hours * 3_600_000).toISOString();
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new Problem('invalid_input', `\`${name}\` is not a time.`, {
      next: 'Pass ISO 8601, e.g. 2026-11-21T18:00:00Z, or a span back from now: 24h, 7d, 2w.',
    });
  }
  return new Date(time).toISOString();
}

/** A turn cut to `limit` characters, so that one long turn cannot eat an answer. */
export function shortTurn(turn: Turn, limit: number): Turn {
  return turn.text.length <= limit ? turn : { ...turn, text: clip(turn.text, limit) };
}

/** What a run itself shows of a concept: backs a reason that says so, and decides between readings of it. */
import type { Run } from '../../model/schemas.ts';
import { normalise } from './text.ts';

const SLOW_SECONDS = 5;
const GAP_SECONDS = 7;
const AGENT_ENDED = /agent|assistant|bot/i;
const ENDED = /hang|hung|end|clos|terminat/i;

/** Weight per concept id; empty where the vendor tells nothing. */
export function signsOf(run: Run): Record<string, number> {
  const signs: Record<string, number> = {};
  const turns = run.transcript ?? [];
  if ((run.latency_seconds ?? 0) > SLOW_SECONDS) signs.slow = 0.8;
  const said = new Map<string, number>();
  let earlier: number | undefined;
  for (const turn of turns) {
    if (turn.speaker === 'agent') {
      const line = normalise(turn.text);
      said.set(line, (said.get(line) ?? 0) + 1);
    }
    if (turn.at_seconds !== undefined) {
      if (earlier !== undefined && turn.at_seconds - earlier > GAP_SECONDS) signs.slow = 0.8;
      earlier = turn.at_seconds;
    }
  }
  if ([...said.values()].some((times) => times > 2)) signs.loop = 0.8;
  const reason = (run.ended_reason ?? '').slice(0, 200);
  if (AGENT_ENDED.test(reason) && ENDED.test(reason)) signs.hang_up = 0.5;
  return signs;
}

const TOOL = /[a-z][a-z0-9]{0,40}(?:_[a-z0-9]{1,40}){1,6}/g;

/**
 * A reason that names a tool which the transcript shows being called speaks of how it was called; one that names a tool
 * which is nowhere in it speaks of a missing call. Tells nothing where the transcript shows no tools at all.
 */
export function toolSigns(reason: string, run: Run): Record<string, number> {
  const calls = (run.transcript ?? []).filter(({ speaker }) => speaker === 'tool');
  if (calls.length === 0) return {};
  const named = reason.slice(0, 1200).toLowerCase().match(TOOL) ?? [];
  if (named.length === 0) return {};
  const called = named.some((name) => calls.some(({ text }) => text.toLowerCase().includes(name)));
  return called ? { tool_arguments: 0.8 } : { tool_missing: 0.8 };
}

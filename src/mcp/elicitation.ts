/**
 * Questions to a person through the client: whether it can ask, the question, and what came of it. In the newer era the
 * question is an answer, and the client calls again; in the older one it is a request of ours while the call goes on.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import type { PersonAnswer } from '../home/asking.ts';
import { type Answered, TOKEN_LIVES_MS } from '../home/confirmations.ts';
import { isRecord } from '../model/json.ts';
import { anyOf } from './any-signal.ts';
import type { ToolQuestion } from './tool.ts';

/** True where each request stands for itself, and no request goes to the client. */
export function isStateless(server: Server): boolean {
  return (server.getNegotiatedProtocolVersion() ?? '') >= '2026-07-28';
}

/** True when the client can show a form: offered at `initialize`, or in the newer era with this very request. */
export function canElicit(server: Server, ctx: ServerContext): boolean {
  const envelope: Record<string, unknown> | undefined = ctx.mcpReq.envelope;
  const capabilities: unknown = isStateless(server)
    ? envelope?.[CLIENT_CAPABILITIES_META_KEY]
    : server.getClientCapabilities();
  const offered = isRecord(capabilities) ? capabilities.elicitation : undefined;
  // Without a word on forms, forms are meant (MCP 2025-11-25, elicitation capability).
  return isRecord(offered) && (offered.form !== undefined || offered.url === undefined);
}

/** The question as a result that makes the client ask a person and call again with the answer. */
export function askPerson(question: ToolQuestion): InputRequiredResult {
  return inputRequired({
    inputRequests: { confirm: inputRequired.elicit(formOf(question)) },
    requestState: question.state,
  });
}

/** What came of the question, when this call carries an answer. */
export function elicitedAnswer(ctx: ServerContext): PersonAnswer | undefined {
  const state = ctx.mcpReq.requestState<unknown>();
  if (typeof state !== 'string' || ctx.mcpReq.inputResponses === undefined) return undefined;
  return answerOf(ctx.mcpReq.inputResponses.confirm, state);
}

/**
 * Asks now and waits as long as the question is good. A client that gives an error, nonsense or nothing failed; a call
 * that was cancelled, or whose client has left, asked nothing.
 */
export async function askNow(
  question: ToolQuestion,
  { mcpReq }: ServerContext,
  ending: AbortSignal | undefined,
): Promise<PersonAnswer> {
  const { state } = question;
  const { signal, release } = anyOf(mcpReq.signal, ending);
  try {
    const request = { method: 'elicitation/create', params: { mode: 'form', ...formOf(question) } };
    const response = await mcpReq.send(request, z.unknown(), { signal, timeout: TOKEN_LIVES_MS });
    return signal.aborted ? { state, outcome: 'never_asked' } : answerOf(response, state);
  } catch {
    return { state, outcome: signal.aborted ? 'never_asked' : 'failed' };
  } finally {
    release();
  }
}

const STARTS = { title: 'Start it?', description: 'Yes starts the simulations now' };

function formOf({ ask, form, yes = STARTS }: ToolQuestion) {
  const proceed = { type: 'boolean' as const, ...yes };
  return {
    message: ask,
    requestedSchema: { type: 'object' as const, properties: { proceed, ...form }, required: ['proceed'] },
  };
}

/** Anything unexpected starts nothing. */
function answerOf(response: unknown, state: string): PersonAnswer {
  const outcome = outcomeOf(response);
  const content = isRecord(response) && isRecord(response.content) ? response.content : {};
  if (outcome !== 'accepted' || (content.further_runs ?? undefined) === undefined) return { state, outcome };
  const { further_runs } = content;
  return typeof further_runs === 'number' && Number.isSafeInteger(further_runs) && further_runs >= 0
    ? { state, outcome, further_runs }
    : { state, outcome: 'malformed' };
}

function outcomeOf(response: unknown): Answered {
  if (!isRecord(response)) return 'failed';
  if (response.action === 'decline') return 'declined';
  if (response.action === 'cancel') return 'dismissed';
  // A word that is not known may be somebody's no.
  if (response.action !== 'accept') return typeof response.action === 'string' ? 'malformed' : 'failed';
  if (!isRecord(response.content) || typeof response.content.proceed !== 'boolean') return 'malformed';
  return response.content.proceed ? 'accepted' : 'declined';
}

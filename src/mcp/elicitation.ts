/** Questions to a person through the client, in either protocol era: whether it can ask, the question, and the answer. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Answered } from '../home/confirmations.ts';
import type { ToolContext, ToolQuestion } from './tool.ts';

/** True when the client offers elicitation: at `initialize`, or in the newer era with this very request. */
export function canElicit(server: Server, ctx: ServerContext): boolean {
  const envelope: Record<string, unknown> | undefined = ctx.mcpReq.envelope;
  const capabilities = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  return (
    typeof capabilities === 'object' &&
    capabilities !== null &&
    'elicitation' in capabilities &&
    capabilities.elicitation !== undefined
  );
}

/** The question as a result that makes the client ask a person and call again with the answer. */
export function askPerson({ ask, state, form }: ToolQuestion): InputRequiredResult {
  return inputRequired({
    inputRequests: {
      confirm: inputRequired.elicit({
        message: ask,
        requestedSchema: {
          type: 'object',
          properties: {
            proceed: { type: 'boolean', title: 'Start it?', description: 'Yes starts the simulations now' },
            ...form,
          },
          required: ['proceed'],
        },
      }),
    },
    requestState: state,
  });
}

/** What came of the question, when this call carries an answer. Anything unexpected starts nothing. */
export function elicitedAnswer(ctx: ServerContext): ToolContext['answer'] {
  const state = ctx.mcpReq.requestState<unknown>();
  const response = ctx.mcpReq.inputResponses?.confirm;
  if (typeof state !== 'string' || ctx.mcpReq.inputResponses === undefined) return undefined;
  return { state, outcome: outcomeOf(response), further_runs: furtherRuns(response) };
}

function outcomeOf(response: unknown): Answered {
  if (typeof response !== 'object' || response === null || !('action' in response)) return 'failed';
  if (response.action === 'decline') return 'declined';
  if (response.action === 'cancel') return 'dismissed';
  if (response.action !== 'accept') return 'failed';
  if (!('content' in response)) return 'malformed';
  const { content } = response;
  if (typeof content !== 'object' || content === null || !('proceed' in content)) return 'malformed';
  if (typeof content.proceed !== 'boolean') return 'malformed';
  return content.proceed ? 'accepted' : 'declined';
}

/** The further runs of an accepted form; NaN for what is no number, which the starter does not take for an answer. */
function furtherRuns(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || !('content' in response)) return undefined;
  const { content } = response;
  if (typeof content !== 'object' || content === null || !('further_runs' in content)) return undefined;
  const { further_runs: runs } = content;
  if (runs === null || runs === undefined) return undefined;
  return typeof runs === 'number' ? runs : Number.NaN;
}

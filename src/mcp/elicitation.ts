/** Questions to a person through the client, in either protocol era: whether it can ask, the question, and the answer. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Answered, ToolContext, ToolQuestion } from './tool.ts';

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
export function askPerson({ ask, state }: ToolQuestion): InputRequiredResult {
  return inputRequired({
    inputRequests: {
      confirm: inputRequired.elicit({
        message: ask,
        requestedSchema: {
          type: 'object',
          properties: {
            proceed: { type: 'boolean', title: 'Start it?', description: 'Yes starts the simulations now' },
          },
          required: ['proceed'],
        },
      }),
    },
    requestState: state,
  });
}

/** What a person answered, when this call carries an answer. Anything unexpected is `cancelled`: it never starts. */
export function elicitedAnswer(ctx: ServerContext): ToolContext['answer'] {
  const state = ctx.mcpReq.requestState<unknown>();
  const response = ctx.mcpReq.inputResponses?.confirm;
  if (typeof state !== 'string' || ctx.mcpReq.inputResponses === undefined) return undefined;
  return { state, outcome: outcomeOf(response) };
}

function outcomeOf(response: unknown): Answered {
  if (typeof response !== 'object' || response === null || !('action' in response)) return 'cancelled';
  if (response.action === 'decline') return 'declined';
  if (response.action !== 'accept' || !('content' in response)) return 'cancelled';
  const { content } = response;
  if (typeof content !== 'object' || content === null || !('proceed' in content)) return 'cancelled';
  return content.proceed === true ? 'accepted' : 'declined';
}

/**
 * The one place that knows the MCP SDK: registration, toolset filter, error boundary. The same factory serves both
 * protocol eras; what the eras do differently (elicitation, subscriptions) is the SDK's business.
 */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Config } from '../config.ts';
import type { Log } from '../http/log.ts';
import { isProblem, Problem, toProblem } from '../model/problem.ts';
import type { Registry } from '../providers/registry.ts';
import type { Starter } from '../starting/starting.ts';
import { argumentProblem, coerceArguments } from './arguments.ts';
import { catalogue } from './catalogue.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { presentAnswer, presentProblem } from './present/answer.ts';
import { registerPrompts } from './prompts/register.ts';
import type { Reader } from './reader.ts';
import { registerResources } from './resources/register.ts';
import type { Watcher } from './resources/watcher.ts';
import { type Answered, isQuestion, type Tool, type ToolContext } from './tool.ts';

/** Hosts give up at 60 s; an answer that says so beats a host's timeout. */
const CALL_DEADLINE_MS = 56_000;
/** Time for a tool to end once its call is over. One that does not hear it is answered for. */
const GRACE_MS = 1_500;

export interface ServerRooms {
  version: string;
  config: Config;
  registry: Registry;
  reader: Reader;
  starter(): Promise<Starter>;
  log: Log;
  redact(text: string): string;
  watcher: Watcher;
  /** Default 56 s; tests have less patience. */
  callDeadlineMs?: number;
}

/** A server instance for one connection of either era. */
export function createServer(rooms: ServerRooms): Server {
  const { tools, wireTools } = catalogue(rooms.config);
  const server = new Server(
    { name: 'agent-simulation-mcp', title: 'Agent simulation', version: rooms.version },
    {
      capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} },
      instructions: INSTRUCTIONS,
    },
  );

  server.setRequestHandler('tools/list', () => ({ tools: wireTools }));
  server.setRequestHandler('tools/call', async (request, ctx): Promise<CallToolResult | InputRequiredResult> => {
    const { name, arguments: args = {} } = request.params;
    const tool = tools.get(name);
    if (!tool) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no tool of that name. Tools: ${[...tools.keys()].join(', ')}.`,
      );
    }
    return callTool(tool, args, server, ctx, rooms);
  });
  server.setRequestHandler('resources/subscribe', (request) => {
    rooms.watcher.subscribe(`uri ${request.params.uri}`, [request.params.uri]);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', (request) => {
    rooms.watcher.unsubscribe(`uri ${request.params.uri}`);
    return {};
  });
  registerResources(server, rooms);
  registerPrompts(server, rooms);
  return server;
}

async function callTool(
  { tool, properties }: { tool: Tool; properties: Record<string, Record<string, unknown>> },
  raw: Record<string, unknown>,
  server: Server,
  ctx: ServerContext,
  rooms: ServerRooms,
): Promise<CallToolResult | InputRequiredResult> {
  const deadline = new AbortController();
  const patience = rooms.callDeadlineMs ?? CALL_DEADLINE_MS;
  const timer = setTimeout(() => deadline.abort(new DOMException('deadline', 'TimeoutError')), patience);
  const overdue = overdueAfter(deadline.signal);
  const onCancel = () => deadline.abort(new DOMException('cancelled', 'AbortError'));
  ctx.mcpReq.signal.addEventListener('abort', onCancel, { once: true });
  const started = performance.now();
  try {
    const args = coerceArguments(properties, raw);
    const complaint = argumentProblem(tool.name, tool.input, args);
    if (complaint) throw complaint;
    const context: ToolContext = {
      config: rooms.config,
      registry: rooms.registry,
      reader: rooms.reader,
      starter: rooms.starter,
      signal: deadline.signal,
      began: started,
      progress: progressSender(ctx),
      answer: elicitedAnswer(ctx),
      canAsk: canElicit(server, ctx),
    };
    const answer = await Promise.race([tool.run(args, context), overdue.promise]);
    if (isQuestion(answer)) {
      if (!context.canAsk)
        throw new Problem('refused', 'A person has to confirm this, and this client cannot ask one.');
      return inputRequired({
        inputRequests: {
          confirm: inputRequired.elicit({
            message: answer.ask,
            requestedSchema: {
              type: 'object',
              properties: {
                proceed: { type: 'boolean', title: 'Start it?', description: 'Yes starts the simulations now' },
              },
              required: ['proceed'],
            },
          }),
        },
        requestState: answer.state,
      });
    }
    return presentAnswer(tool, answer, { sandbox: await allSandbox(rooms), redact: rooms.redact });
  } catch (error) {
    if (error === OVERDUE) rooms.log.error('tool overdue', { tool: tool.name, kind: 'internal' });
    const problem = deadline.signal.aborted ? ended(deadline.signal, error, patience) : toProblem(error);
    rooms.log[problem.kind === 'internal' ? 'error' : 'info']('tool failed', {
      tool: tool.name,
      kind: problem.kind,
      message: problem.message,
      ...(problem.kind === 'internal' && problem.cause instanceof Error ? { cause: problem.cause.stack } : {}),
    });
    return presentProblem(problem, { redact: rooms.redact });
  } finally {
    clearTimeout(timer);
    overdue.release();
    ctx.mcpReq.signal.removeEventListener('abort', onCancel);
    rooms.log.debug('tool call', { tool: tool.name, ms: Math.round(performance.now() - started) });
  }
}

const OVERDUE = new Error('The tool did not end with its call.');

/** Rejects with `OVERDUE` a moment after the signal ended. */
function overdueAfter(signal: AbortSignal): { promise: Promise<never>; release(): void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      timer = setTimeout(() => reject(OVERDUE), GRACE_MS);
    });
  });
  return { promise, release: () => clearTimeout(timer) };
}

function ended(signal: AbortSignal, error: unknown, patience: number): Problem {
  const reason: unknown = signal.reason;
  if (!(reason instanceof DOMException) || reason.name !== 'TimeoutError')
    return new Problem('cancelled', 'The call was cancelled.', { cause: error });
  const seconds = patience / 1000;
  if (isProblem(error) && error.details.sent === 'no') {
    const { provider } = error.details;
    return new Problem(
      'timeout',
      `The request could not be sent to ${provider ?? 'the platform'} within ${seconds} s.`,
      {
        next: 'It waited for its turn under the limit of requests that the platform sets, or for a connection: wait a minute, then ask for less at once.',
        ...(provider === undefined ? {} : { provider }),
        sent: 'no',
        cause: error,
      },
    );
  }
  return new Problem('timeout', `The platform did not answer within ${seconds} s.`, {
    next: 'Try again; for large sessions ask for one page, or filter.',
    cause: error,
  });
}

/** True when every configured provider is the sandbox: answers then say so. */
async function allSandbox({ registry }: ServerRooms): Promise<boolean> {
  const ready = (await registry.states()).flatMap((state) => (state.provider ? [state.provider] : []));
  return ready.length > 0 && ready.every((provider) => provider.sandbox);
}

function progressSender(ctx: ServerContext): ToolContext['progress'] {
  const token = ctx.mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  let last = -1;
  return (done, total, message) => {
    // The protocol wants progress to increase; a stand-still is told as a hair more.
    last = Math.max(done, last + 0.001);
    void ctx.mcpReq
      .notify({
        method: 'notifications/progress',
        params: { progressToken: token, progress: last, ...(total === undefined ? {} : { total }), message },
      })
      .catch(() => {});
  };
}

function canElicit(server: Server, ctx: ServerContext): boolean {
  const envelope: Record<string, unknown> | undefined = ctx.mcpReq.envelope;
  const capabilities = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  return (
    typeof capabilities === 'object' &&
    capabilities !== null &&
    'elicitation' in capabilities &&
    capabilities.elicitation !== undefined
  );
}

/** What a person answered, when this entry carries an answer. Anything unexpected is `cancelled`: it never starts. */
function elicitedAnswer(ctx: ServerContext): ToolContext['answer'] {
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

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
import { isProblem, Problem, toProblem } from '../model/problem.ts';
import { KEPT_MS } from '../reading/continued-reads.ts';
import { argumentProblem, coerceArguments } from './arguments.ts';
import { catalogue } from './catalogue.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { presentAnswer, presentProblem } from './present/answer.ts';
import { registerPrompts } from './prompts/register.ts';
import { registerResources } from './resources/register.ts';
import type { ServedTool } from './served-tool.ts';
import type { ServerServices, Work } from './services.ts';
import { isQuestion, type Answered as PersonsOutcome, type ToolContext } from './tool.ts';

/** Hosts give up at 60 s; an answer that says so beats a host's timeout. */
const CALL_DEADLINE_MS = 56_000;
/** Time for a tool to end once its call is over. One that does not hear it is answered for. */
const GRACE_MS = 1_500;

/** A server instance for one connection of either era. */
export function createServer(services: ServerServices): Server {
  const { tools, wireTools } = catalogue(services.config);
  const server = new Server(
    { name: 'agent-simulation-mcp', title: 'Agent simulation', version: services.version },
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
    return callTool(tool, args, server, ctx, services);
  });
  server.setRequestHandler('resources/subscribe', (request) => {
    services.subscriptions.subscribe(`uri ${request.params.uri}`, [request.params.uri]);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', (request) => {
    services.subscriptions.unsubscribe(`uri ${request.params.uri}`);
    return {};
  });
  registerResources(server, services);
  registerPrompts(server, services);
  return server;
}

async function callTool(
  { tool, properties }: { tool: ServedTool; properties: Record<string, Record<string, unknown>> },
  raw: Record<string, unknown>,
  server: Server,
  ctx: ServerContext,
  services: ServerServices,
): Promise<CallToolResult | InputRequiredResult> {
  const patience = services.callDeadlineMs ?? CALL_DEADLINE_MS;
  const started = performance.now();
  let work: Work | undefined;
  let deadline: ReturnType<typeof deadlineOf> | undefined;
  const onCancel = () => work?.over.abort(new DOMException('cancelled', 'AbortError'));
  ctx.mcpReq.signal.addEventListener('abort', onCancel, { once: true });
  let key = '';
  try {
    const args = coerceArguments(properties, raw);
    const complaint = argumentProblem(tool.name, tool.input, args);
    if (complaint) throw complaint;
    // What others still read may be changed by this call.
    if (tool.operation !== 'read') services.continued.drop();
    key = JSON.stringify([tool.name, args]);
    work = services.continued.take(key) ?? begin(tool, args, server, ctx, services);
    work.progress = progressSender(ctx);
    // What starts or cancels something is never at work behind anybody's back. Time spent computing, or waiting under a
    // limit of ours, is no silence of a platform.
    const underWay = work;
    const goesOn = () => {
      if (tool.operation !== 'read') return false;
      return performance.now() - underWay.moved_at < patience / 4 || services.registry.isBusy(patience / 4);
    };
    deadline = deadlineOf(work, patience, goesOn);
    const answer = await Promise.race([work.answer, deadline.passed]);
    if (isQuestion(answer)) {
      if (!canElicit(server, ctx))
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
    return presentAnswer(tool, answer, { sandbox: await allSandbox(services), redact: services.redact });
  } catch (error) {
    if (error === OVERDUE) services.log.error('tool overdue', { tool: tool.name, kind: 'internal' });
    if (error === UNFINISHED && work) services.continued.keep(key, work);
    const problem = await problemOf(error, work, patience, services);
    services.log[problem.kind === 'internal' ? 'error' : 'info']('tool failed', {
      tool: tool.name,
      kind: problem.kind,
      message: problem.message,
      ...(problem.kind === 'internal' && problem.cause instanceof Error ? { cause: problem.cause.stack } : {}),
    });
    return presentProblem(problem, { redact: services.redact });
  } finally {
    deadline?.release();
    ctx.mcpReq.signal.removeEventListener('abort', onCancel);
    services.log.debug('tool call', { tool: tool.name, ms: Math.round(performance.now() - started) });
  }
}

/** Sets a tool to work, for as long as `over` is not. */
function begin(
  tool: ServedTool,
  args: Record<string, unknown>,
  server: Server,
  ctx: ServerContext,
  services: ServerServices,
): Work {
  const over = new AbortController();
  const work: Omit<Work, 'answer'> = { over, runs: 0, held: 0, moved_at: performance.now(), progress: () => {} };
  const tell = () => {
    const runs = work.runs + work.held;
    work.progress(runs, undefined, `${runs} runs read`);
  };
  const context: ToolContext = {
    config: services.config,
    registry: services.registry,
    reading: services.reading,
    starter: services.starter,
    signal: over.signal,
    began: performance.now(),
    progress: (...told) => work.progress(...told),
    atWork() {
      work.moved_at = performance.now();
    },
    runsRead(count) {
      work.moved_at = performance.now();
      work.runs += count;
      tell();
    },
    runsHeld(runs) {
      work.moved_at = performance.now();
      work.held = runs;
      tell();
    },
    answer: elicitedAnswer(ctx),
    canAsk: canElicit(server, ctx),
  };
  const run = async () => tool.run(args, context);
  return Object.assign(work, { answer: run() });
}

const OVERDUE = new Error('The tool did not end with its call.');
const UNFINISHED = new Error('The tool is still reading.');

/**
 * Rejects when the call has lasted long enough: with `UNFINISHED` where it goes on; else what is at work is ended, and has
 * a moment to say what it waited for before it is `OVERDUE`.
 */
function deadlineOf(work: Work, patience: number, goesOn: () => boolean): { passed: Promise<never>; release(): void } {
  const { signal } = work.over;
  let timer: NodeJS.Timeout | undefined;
  let onEnd = () => {};
  const passed = new Promise<never>((_, reject) => {
    onEnd = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(OVERDUE), GRACE_MS);
    };
    signal.addEventListener('abort', onEnd, { once: true });
    timer = setTimeout(() => {
      if (goesOn()) reject(UNFINISHED);
      else work.over.abort(new DOMException('deadline', 'TimeoutError'));
    }, patience);
  });
  return {
    passed,
    release() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onEnd);
    },
  };
}

/** What the caller is told of a call that did not end well. */
async function problemOf(
  error: unknown,
  work: Work | undefined,
  patience: number,
  services: ServerServices,
): Promise<Problem> {
  const seconds = patience / 1000;
  const { aborted = false, reason } = work?.over.signal ?? {};
  if (error !== UNFINISHED && !aborted) return toProblem(error);
  if (aborted && !(reason instanceof DOMException && reason.name === 'TimeoutError'))
    return new Problem('cancelled', 'The call was cancelled.', { cause: error });
  if (error === UNFINISHED) {
    const runs = (work?.runs ?? 0) + (work?.held ?? 0);
    const read = runs > 0 ? `; ${runs} runs are read so far` : '';
    const held = (await services.registry.held()).map((label) => ` The limit of requests to ${label} holds it up.`);
    return new Problem('timeout', `Not everything could be read within ${seconds} s${read}.`, {
      next: `Make the same call again: the reading goes on, and its answer is kept for ${KEPT_MS / 60_000} minutes.${held.join('')}`,
    });
  }
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
async function allSandbox({ registry }: ServerServices): Promise<boolean> {
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

function outcomeOf(response: unknown): PersonsOutcome {
  if (typeof response !== 'object' || response === null || !('action' in response)) return 'cancelled';
  if (response.action === 'decline') return 'declined';
  if (response.action !== 'accept' || !('content' in response)) return 'cancelled';
  const { content } = response;
  if (typeof content !== 'object' || content === null || !('proceed' in content)) return 'cancelled';
  return content.proceed === true ? 'accepted' : 'declined';
}

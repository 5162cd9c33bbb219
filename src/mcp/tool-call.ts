/** One call of a tool: arguments, the work and its deadline, and the answer, the question or the Problem that comes of it. */
import { setMaxListeners } from 'node:events';
import type { CallToolResult, InputRequiredResult, Server, ServerContext } from '@modelcontextprotocol/server';
import type { PersonChannel } from '../home/asking.ts';
import { Problem } from '../model/problem.ts';
import { isSandboxOnly } from '../providers/registry.ts';
import { argumentProblem, coerceArguments } from './arguments.ts';
import { deadlineOf, OVERDUE, problemOf, SILENCE_MS, UNFINISHED } from './call-deadline.ts';
import { type CallableTool, serves } from './catalogue.ts';
import { askNow, askPerson, canElicit, elicitedAnswer, isStateless } from './elicitation.ts';
import { presentAnswer, presentProblem, type WireResult } from './present/answer.ts';
import { changesNothing } from './selection.ts';
import type { ServedTool } from './served-tool.ts';
import type { ServerServices, Work } from './services.ts';
import { isQuestion, type ToolContext, type ToolQuestion } from './tool.ts';

/** Questions to a person in one call; one is enough where nothing changes meanwhile. */
const MOST_QUESTIONS = 3;

/** Answers `tools/call`; never rejects. A call that has a question is entered again with what came of it. */
export async function callTool(
  tool: CallableTool,
  raw: Record<string, unknown>,
  server: Server,
  ctx: ServerContext,
  services: ServerServices,
): Promise<CallToolResult | InputRequiredResult> {
  const stateless = isStateless(server);
  let answer = stateless ? elicitedAnswer(ctx) : undefined;
  for (let asked = 0; ; asked += 1) {
    const canAsk = asked < MOST_QUESTIONS && canElicit(server, ctx);
    const result = await enterTool(tool, raw, ctx, services, { answer, canAsk });
    if (!isQuestion(result)) return result;
    if (stateless) return askPerson(result);
    answer = await askNow(result, ctx, services.ending);
  }
}

/** A read that outlasts the call goes on and waits for the same call. */
async function enterTool(
  { tool, properties }: CallableTool,
  raw: Record<string, unknown>,
  ctx: ServerContext,
  services: ServerServices,
  person: PersonChannel,
): Promise<WireResult | ToolQuestion> {
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
    if (!changesNothing(tool.operation)) services.continued.drop();
    key = JSON.stringify([tool.name, args]);
    work = services.continued.take(key) ?? begin(tool, args, services, person);
    work.progress = progressSender(ctx);
    // Only reading goes on after its call. Time spent computing, or waiting under a limit of ours, is no silence of a
    // platform.
    const underWay = work;
    const goesOn = () => {
      if (!changesNothing(tool.operation)) return false;
      return performance.now() - underWay.moved_at < SILENCE_MS || services.registry.isBusy(SILENCE_MS);
    };
    deadline = deadlineOf(work, goesOn);
    const answer = await Promise.race([work.answer, deadline.passed]);
    if (isQuestion(answer)) {
      if (person.canAsk) return answer;
      throw new Problem('refused', 'A person has to confirm this, and this client cannot ask one.');
    }
    const { config, redact } = services;
    return presentAnswer(tool, answer, {
      sandbox: isSandboxOnly(await services.registry.states()),
      redact,
      serves: serves(config),
    });
  } catch (error) {
    if (error === OVERDUE) services.log.error('tool overdue', { tool: tool.name, kind: 'internal' });
    if (error === UNFINISHED && work) services.continued.keep(key, work);
    const problem = await problemOf(error, work, services, tool.operation);
    services.log[problem.kind === 'internal' ? 'error' : 'info']('tool failed', {
      tool: tool.name,
      kind: problem.kind,
      message: problem.message,
      cause: problem.kind === 'internal' && problem.cause instanceof Error ? problem.cause.stack : undefined,
    });
    return presentProblem(problem, { redact: services.redact });
  } finally {
    deadline?.release();
    ctx.mcpReq.signal.removeEventListener('abort', onCancel);
    services.log.debug('tool call', { tool: tool.name, ms: Math.round(performance.now() - started) });
  }
}

/** Starts the tool; `over` of the work that is returned ends it. */
function begin(tool: ServedTool, args: Record<string, unknown>, services: ServerServices, person: PersonChannel): Work {
  const over = new AbortController();
  // Many sessions are read in one call, and each request of each listens to its end.
  setMaxListeners(0, over.signal);
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
    modes: services.modes,
    changer: services.changer,
    redact: services.redact,
    signal: over.signal,
    ending: services.ending,
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
    ...person,
  };
  const run = async () => tool.run(args, context);
  return Object.assign(work, { answer: run() });
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
        params: { progressToken: token, progress: last, total, message },
      })
      .catch(() => {});
  };
}

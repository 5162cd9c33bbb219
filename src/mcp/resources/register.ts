/** Wires the resource records to the SDK's requests. */
import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { isProblem, Problem, toProblem } from '../../model/problem.ts';
import { resourceUri } from '../../model/refs.ts';
import { isSandboxOnly } from '../../providers/registry.ts';
import { DIGEST_BUDGET } from '../budget.ts';
import { serves, toolNamed } from '../catalogue.ts';
import { clip } from '../clean.ts';
import { INSTRUCTIONS } from '../instructions.ts';
import { refuseCursor } from '../one-page.ts';
import { presentAnswer, presentProblem } from '../present/answer.ts';
import type { ToolAnswer } from '../served-tool.ts';
import type { ServerServices } from '../services.ts';
import { isQuestion, type ToolContext } from '../tool.ts';
import { readRecording } from './recording.ts';
import { GUIDE_URI, newestSessions, parseUri, TEMPLATES } from './resources.ts';

const LAST_TURN = 1_000_000;
/** A resource is text alone. */
const NO_DATA = z.object({});

export function registerResources(server: Server, services: ServerServices): void {
  server.setRequestHandler('resources/templates/list', (request) => {
    refuseCursor(request);
    return { resourceTemplates: [...TEMPLATES] };
  });
  server.setRequestHandler('resources/list', async (request, ctx) => {
    refuseCursor(request);
    const sessions = await newestSessions(services.registry, ctx.mcpReq.signal);
    return {
      resources: [
        { uri: GUIDE_URI, name: 'guide', title: 'How to use this server', mimeType: 'text/plain' },
        ...sessions.map((session) => ({
          uri: resourceUri(session.ref),
          name: session.ref,
          // Names are third-party text: the title is made of our own words and numbers.
          title: `Session of ${session.provider}, ${session.status}, ${session.counts.runs} runs${session.created_at ? `, ${session.created_at}` : ''}`,
          mimeType: 'text/plain',
        })),
      ],
    };
  });
  server.setRequestHandler('resources/read', (request, ctx) => readResource(request.params.uri, ctx, services));
  server.setRequestHandler('resources/subscribe', async (request) => {
    const { uri } = request.params;
    try {
      const target = parseUri(uri);
      if (target.kind === 'failure-modes')
        throw new Problem('invalid_input', 'Sessions and runs can be subscribed to, failure modes cannot.');
      if (target.kind !== 'guide') await services.registry.resolve(target.ref, ['session', 'run']);
    } catch (error) {
      throw refusalOf(error, uri, services);
    }
    services.subscriptions.subscribe(`uri ${uri}`, [uri]);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', (request) => {
    services.subscriptions.unsubscribe(`uri ${request.params.uri}`);
    return {};
  });
}

async function readResource(uri: string, ctx: ServerContext, services: ServerServices): Promise<ReadResourceResult> {
  try {
    const target = parseUri(uri);
    if (target.kind === 'guide') return textOf(uri, INSTRUCTIONS);
    const context: ToolContext = {
      config: services.config,
      registry: services.registry,
      reading: services.reading,
      starter: services.starter,
      modes: services.modes,
      changer: services.changer,
      redact: services.redact,
      signal: ctx.mcpReq.signal,
      progress: () => {},
      runsRead: () => {},
      runsHeld: () => {},
      atWork: () => {},
      canAsk: false,
    };
    if (target.kind === 'failure-modes') return textOf(uri, await failureModes(target.agent, context, services.redact));
    if (target.kind === 'recording') {
      const { env } = services.config;
      return { contents: [{ uri, ...(await readRecording(target.ref, { ...context, env })) }] };
    }
    const say = async (tool: string, args: Record<string, unknown>) =>
      textOf(uri, await asText(tool, args, context, services.redact));
    if (target.kind === 'session') return await say('get_session', { session: target.ref });
    if (target.kind === 'fma') return await say('get_failure_clusters', { session: target.ref });
    return await say('get_transcript', { run: target.ref, from: 0, to: LAST_TURN, limit: 500 });
  } catch (error) {
    throw refusalOf(error, uri, services);
  }
}

/** Characters of a URI that a refusal gives back. */
const MOST_OF_URI = 300;

function refusalOf(error: unknown, uri: string, { redact }: Pick<ServerServices, 'redact'>): ProtocolError {
  const problem = toProblem(error);
  const [block] = presentProblem(problem, { redact }).content;
  const code =
    isProblem(error) && ['invalid_input', 'wrong_kind', 'not_found', 'ambiguous'].includes(error.kind)
      ? ProtocolErrorCode.InvalidParams
      : ProtocolErrorCode.InternalError;
  return new ProtocolError(code, block?.text ?? problem.message, { uri: clip(redact(uri), MOST_OF_URI) });
}

/** A tool's text answer: the resource says exactly what the tool says. */
async function asText(
  name: string,
  args: Record<string, unknown>,
  context: ToolContext,
  redact: (text: string) => string,
): Promise<string> {
  const tool = toolNamed(name);
  const answer = await tool.run(args, context);
  if (isQuestion(answer)) return '';
  const [block] = presentAnswer(tool, answer, {
    sandbox: isSandboxOnly(await context.registry.states()),
    redact,
    serves: serves(context.config),
  }).content;
  return block?.text ?? '';
}

/** What the book has of an agent, whichever platform is there. */
async function failureModes(
  agent: string,
  { modes, config }: ToolContext,
  redact: (text: string) => string,
): Promise<string> {
  const [file, { failureModesOf }] = await Promise.all([modes(), import('./failure-modes.ts')]);
  const book = await file.read();
  const shorter = (most?: number): ToolAnswer => ({ data: {}, ...failureModesOf(book, agent, most) });
  const answer = { ...shorter(), budget: DIGEST_BUDGET, shorter };
  const wire = presentAnswer({ output: NO_DATA }, answer, { sandbox: false, redact, serves: serves(config) });
  return wire.content[0]?.text ?? '';
}

function textOf(uri: string, text: string): ReadResourceResult {
  return { contents: [{ uri, mimeType: 'text/plain', text }] };
}

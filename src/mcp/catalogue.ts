/** The tools, each with its text, and their wire form; the order of the list never changes. */
import type { Config } from '../config/config.ts';
import { presentCancelSession } from './present/cancel-session.ts';
import { presentChangeAnswer } from './present/change-answer.ts';
import { presentCompareSessions } from './present/compare-sessions.ts';
import { presentGetAgent } from './present/get-agent.ts';
import { presentGetFailureClusters } from './present/get-failure-clusters.ts';
import { presentGetRun } from './present/get-run.ts';
import { presentGetSession } from './present/get-session.ts';
import { presentGetTest } from './present/get-test.ts';
import { presentGetTranscript } from './present/get-transcript.ts';
import { presentGetTrend } from './present/get-trend.ts';
import { presentListAgents } from './present/list-agents.ts';
import { presentListFailures } from './present/list-failures.ts';
import { presentListProviders } from './present/list-providers.ts';
import { presentListRuns } from './present/list-runs.ts';
import { presentListSessions } from './present/list-sessions.ts';
import { presentListTests } from './present/list-tests.ts';
import { presentProposeAgentChange } from './present/propose-agent-change.ts';
import { presentSaveFailureModes } from './present/save-failure-modes.ts';
import { presentSearchTranscripts } from './present/search-transcripts.ts';
import { presentStartSimulation } from './present/start-simulation.ts';
import { presentWaitForSession } from './present/wait-for-session.ts';
import { selectTools } from './selection.ts';
import { type ServedTool, served } from './served-tool.ts';
import type { Tool } from './tool.ts';
import { applyAgentChange } from './tools/apply-agent-change.ts';
import { cancelSession } from './tools/cancel-session.ts';
import { compareSessions } from './tools/compare-sessions.ts';
import { getAgent } from './tools/get-agent.ts';
import { getFailureClusters } from './tools/get-failure-clusters.ts';
import { getRun } from './tools/get-run.ts';
import { getSession } from './tools/get-session.ts';
import { getTest } from './tools/get-test.ts';
import { getTranscript } from './tools/get-transcript.ts';
import { getTrend } from './tools/get-trend.ts';
import { listAgents } from './tools/list-agents.ts';
import { listFailures } from './tools/list-failures.ts';
import { listProviders } from './tools/list-providers.ts';
import { listRuns } from './tools/list-runs.ts';
import { listSessions } from './tools/list-sessions.ts';
import { listTests } from './tools/list-tests.ts';
import { proposeAgentChange } from './tools/propose-agent-change.ts';
import { revertAgentChange } from './tools/revert-agent-change.ts';
import { saveFailureModes } from './tools/save-failure-modes.ts';
import { searchTranscripts } from './tools/search-transcripts.ts';
import { startSimulation } from './tools/start-simulation.ts';
import { waitForSession } from './tools/wait-for-session.ts';
import { inputSchema, outputSchema } from './wire.ts';

/** Every tool, in the order lists show them. */
export const TOOLS: readonly ServedTool[] = [
  served(listProviders, presentListProviders),
  served(listTests, presentListTests),
  served(getTest, presentGetTest),
  served(listSessions, presentListSessions),
  served(getSession, presentGetSession),
  served(listRuns, presentListRuns),
  served(getRun, presentGetRun),
  served(getTranscript, presentGetTranscript),
  served(searchTranscripts, presentSearchTranscripts),
  served(listFailures, presentListFailures),
  served(saveFailureModes, presentSaveFailureModes),
  served(getFailureClusters, presentGetFailureClusters),
  served(compareSessions, presentCompareSessions),
  served(getTrend, presentGetTrend),
  served(startSimulation, presentStartSimulation),
  served(waitForSession, presentWaitForSession),
  served(cancelSession, presentCancelSession),
  served(listAgents, presentListAgents),
  served(getAgent, presentGetAgent),
  served(proposeAgentChange, presentProposeAgentChange),
  served(applyAgentChange, presentChangeAnswer),
  served(revertAgentChange, presentChangeAnswer),
];

/** The tool of that name; a name that is none is a mistake of ours. */
export function toolNamed(name: string): ServedTool {
  const found = TOOLS.find((tool) => tool.name === name);
  if (!found) throw new Error(`There is no tool ${name}.`);
  return found;
}

/** Whether a configuration serves the tool of that name. */
export function serves(config: Config): (name: string) => boolean {
  const names = new Set(selectTools(config, TOOLS).map(({ name }) => name));
  return (name) => names.has(name);
}

/** A tool as `tools/list` shows it. */
export function wireTool(tool: Omit<Tool, 'run'>) {
  const reads = tool.operation === 'read';
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { ...inputSchema(tool.input), type: 'object' as const },
    outputSchema: { ...outputSchema(tool.output, tool.input), type: 'object' as const },
    annotations: {
      title: tool.title,
      readOnlyHint: reads,
      destructiveHint: tool.operation === 'cancel' || tool.operation === 'change',
      idempotentHint: tool.idempotent,
      // The book is this server's own; everything else is at a platform.
      openWorldHint: tool.operation !== 'note',
    },
  };
}
export type WireTool = ReturnType<typeof wireTool>;

/** A tool that can be called, with the JSON Schemas of its arguments by name. */
export interface CallableTool {
  tool: ServedTool;
  properties: Record<string, Record<string, unknown>>;
}

/**
 * The served tools by name, and their wire form in the order of lists. `recorded` is the wire form of all tools as it was
 * made when the package was built; a tool that it lacks is converted here.
 */
export function catalogue(
  config: Config,
  recorded: readonly WireTool[] = [],
): { tools: ReadonlyMap<string, CallableTool>; wireTools: WireTool[] } {
  const known = new Map(recorded.map((wire) => [wire.name, wire]));
  const selected = selectTools(config, TOOLS).map((tool) => ({ tool, wire: known.get(tool.name) ?? wireTool(tool) }));
  return {
    tools: new Map(selected.map(({ tool, wire }) => [tool.name, { tool, properties: propertiesOf(wire.inputSchema) }])),
    wireTools: selected.map(({ wire }) => wire),
  };
}

function propertiesOf({ properties }: Record<string, unknown>): CallableTool['properties'] {
  const out: CallableTool['properties'] = {};
  if (typeof properties !== 'object' || properties === null) return out;
  for (const [name, member] of Object.entries(properties)) {
    if (typeof member === 'object' && member !== null) out[name] = { ...member };
  }
  return out;
}

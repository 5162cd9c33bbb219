/** The project as it is at first: a flow with a job node for each agent of the world, and one AI agent that both speak as. */

import { shippedPlaybook } from '../../engine/playbook-file.ts';
import type { Engine, WorldAgent } from '../../engine/types.ts';
import { JOB } from './project-texts.ts';
import type { AiAgentRecord, EndpointRecord, FlowRecord, NodeRecord, Seeds } from './resources.ts';
import { objectId, PROJECT, referenceId, type Thing } from './world.ts';

/** Credentials that stand where real projects hold some: no answer of ours may show one, and none may get lost. */
export const CANARIES = [
  'cgy-gateway-7Qd2mX91pLs4',
  'cgy-records-5Tz8kB30wVn6',
  'cgy-calendar-3Hr6yC72jFq9',
  'cgy-endpoint-token-8Jw1',
] as const;
const [GATEWAY, RECORDS, CALENDAR, URL_TOKEN] = CANARIES;

const DAY_S = 86_400;
const PERSONA = 'Harper of Bright Harbor Dental';
const OTHER = 'Night desk';

const identity = (kind: string, name: string) => ({ _id: objectId(kind, name), referenceId: referenceId(kind, name) });

/** `models`: what job nodes speak through. */
export function seedsOf(engine: Engine, models: readonly Thing[]): Seeds {
  const at = Math.floor(engine.now() / 1000) - 30 * DAY_S;
  const agents = [PERSONA, OTHER].map((name) => persona(name, at));
  const flows = engine.agents.map(
    ({ id, name }): FlowRecord => ({ ...identity('flow', name), name, agent: id, createdAt: at, lastChanged: at }),
  );
  const [first, other] = agents;
  const llm = models[0]?.referenceId ?? '';
  // Callers of the second line may be handed on to a desk of its own.
  const nodes = engine.agents.flatMap((agent, index) => {
    const flow = flows[index];
    return flow
      ? nodesOf(agent, flow, { llm, aiAgent: first?.referenceId, desk: index === 1 ? other : undefined })
      : [];
  });
  const release = identity('snapshot', 'Release 1');
  const pinned = nodes.map((node) =>
    node.follows === undefined ? node : { ...node, config: { ...node.config, instructions: shippedPlaybook() } },
  );
  return {
    flows,
    nodes,
    agents,
    endpoints: endpointsOf(flows, release._id),
    snapshots: [
      {
        ...release,
        name: 'Release 1',
        description: 'As it went live.',
        createdAt: at,
        content: { flows, nodes: pinned, agents },
      },
    ],
  };
}

function persona(name: string, at: number): AiAgentRecord {
  return {
    ...identity('ai agent', name),
    name,
    description: 'The voice of the clinic.',
    instructions: `You are ${name.split(' ')[0]}, the voice of Bright Harbor Dental.`,
    image: 'default-avatar:1',
    imageOptimizedFormat: true,
    speakingStyle: { completeness: 'balanced', formality: 'informal' },
    voiceConfigs: {
      ttsVoice: 'en-US-JennyNeural',
      ttsLanguage: 'en-US',
      ttsVendor: 'microsoft',
      ttsDisableCache: false,
    },
    enableVoiceConfigs: true,
    safetySettings: {
      avoidHarmfulContent: true,
      avoidUngroundedContent: true,
      avoidCopyrightInfringements: true,
      preventJailbreakAndManipulation: true,
    },
    contactProfilesOption: 'none',
    contactProfilesSelected: [],
    projectReference: PROJECT,
    createdAt: at,
    createdBy: 'somebody',
    lastChanged: at,
    lastChangedBy: 'somebody',
  };
}

interface Speaking {
  aiAgent: string | undefined;
  llm: string;
  /** AI agent of a second job node. */
  desk: AiAgentRecord | undefined;
}

function nodesOf(agent: WorldAgent, flow: FlowRecord, { aiAgent, llm, desk }: Speaking): NodeRecord[] {
  const idOf = (key: string) => objectId('node', agent.name, key);
  const node = (
    key: string,
    type: string,
    label: string,
    config: Record<string, unknown>,
    place: Partial<NodeRecord> = {},
  ): NodeRecord => ({
    _id: idOf(key),
    referenceId: referenceId('node', agent.name, key),
    flow: flow._id,
    type,
    label,
    comment: '',
    isDisabled: false,
    config,
    ...place,
  });
  const job = jobConfig(aiAgent, llm);
  const second = {
    ...jobConfig(desk?.referenceId, llm),
    name: 'Billing desk',
    instructions: 'Answer questions about bills.',
  };
  const parent = { parent: idOf('job') };
  return [
    node('start', 'start', 'Start', {}, { next: idOf('session') }),
    node('session', 'setSessionConfig', 'Voice settings', { ...SESSION }, { next: idOf('job') }),
    node('job', JOB, 'Receptionist', job, { next: idOf(desk ? 'desk' : 'end'), follows: agent.id }),
    ...(desk ? [node('desk', JOB, 'Billing desk', second, { next: idOf('end') })] : []),
    node('book', 'aiAgentJobTool', 'Book', bookingTool(), parent),
    node('calendar', 'httpRequest', 'Calendar', calendarCall(), { parent: idOf('book') }),
    node('price', 'aiAgentJobTool', 'Price', { toolId: 'look_up_price', description: 'Looks up a price.' }, parent),
    node('records', 'aiAgentJobMCPTool', 'Records', recordsTool(), parent),
    node('end', 'end', 'End', {}),
  ];
}

/** Instructions of the first job node of a flow are the live text of its agent, and stand there. */
const jobConfig = (aiAgent: string | undefined, llm: string) => ({
  aiAgent,
  name: 'Receptionist',
  description: 'Answers calls to the clinic and books appointments.',
  instructions: '',
  llmProviderReferenceId: llm,
  temperature: 0.7,
  maxTokens: 4000,
  toolChoice: 'auto',
  memoryType: 'none',
  knowledgeSearchBehavior: 'onDemand',
  storeLocation: 'stream',
  errorHandling: 'continue',
  errorMessage: 'One moment, please.',
  debugLogLLMLatency: false,
  outputImmediately: true,
  // Documented nowhere: what a node may hold besides.
  customModelOptions: { headers: { 'x-clinic-gateway': GATEWAY } },
});
const SESSION = {
  bargeInOnSpeech: true,
  bargeInOnDtmf: false,
  asrEnabled: true,
  userNoInputTimeout: 10,
  flowNoInputTimeoutEnable: false,
  silenceOverlayDelay: 2,
  sttHints: ['Bright Harbor', 'crown', 'cleaning'],
};
const bookingTool = () => ({
  toolId: 'book_appointment',
  description: 'Books, moves or cancels an appointment.',
  parameters: '{"type":"object","properties":{"day":{"type":"string"}},"required":["day"]}',
  condition: '',
});
const calendarCall = () => ({
  url: 'https://calendar.invalid/slots',
  headers: { authorization: `Bearer ${CALENDAR}` },
});
const recordsTool = () => ({
  name: 'records',
  mcpServerUrl: 'https://records.invalid/mcp',
  authHeaders: { authorization: `Bearer ${RECORDS}` },
});

/** One on the project and one on a snapshot, as contracts want it; one more that nobody is let in by. */
function endpointsOf(flows: readonly FlowRecord[], snapshot: string): EndpointRecord[] {
  const endpoint = (
    name: string,
    channel: string,
    flow: FlowRecord | undefined,
    entrypoint: string,
    active = true,
  ) => ({
    ...identity('endpoint', name),
    name,
    channel,
    URLToken: `${URL_TOKEN}-${objectId('token', name)}`,
    flowId: flow?._id ?? '',
    localeId: objectId('locale', 'English'),
    entrypoint,
    active,
  });
  const [reception, urgent] = flows;
  return [
    endpoint('Reception phone', 'voiceGateway2', reception, PROJECT),
    endpoint('Website chat', 'webchat3', reception, snapshot),
    endpoint('Urgent phone', 'voiceGateway2', urgent, snapshot),
    endpoint('Old widget', 'webchat2', reception, PROJECT, false),
  ];
}

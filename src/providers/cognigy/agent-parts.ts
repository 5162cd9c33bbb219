/**
 * The parts of an agent: members of its job nodes, tool nodes, voice settings and AI agents (vendor plugin 1.5.0, client
 * 0.19) that may be shown and edited. Whatever has no row here is counted and never shown.
 */
import type { PartKind } from '../../model/agents.ts';
import type { PartRow } from '../shared/agent-parts.ts';

/** Kinds of vendor objects that an agent is made of. */
export type ObjectKind = 'job' | 'persona' | 'tool' | 'session';

/** Longest description and instructions of an AI agent (vendor plugin 1.5.0). That of a job node is UNKNOWN. */
const MOST_CHARACTERS = 1000;

type Further = Partial<Omit<PartRow, 'id' | 'kind' | 'path' | 'object' | 'location'>>;
type Row = readonly [id: string, kind: PartKind, path: string, further?: Further];

/** Ids are those of the first object of a kind; in others, `job` of `job.name` is `job2`, and so on. */
export const PARTS: Readonly<Record<ObjectKind, readonly Row[]>> = {
  job: [
    ['instructions', 'prompt', 'config.instructions', { always: true }],
    ['name', 'job', 'config.name'],
    ['description', 'job', 'config.description'],
    ['model.temperature', 'model', 'config.temperature'],
    ['model.max_tokens', 'model', 'config.maxTokens'],
    ['model.llm', 'model', 'config.llmProviderReferenceId'],
    ['model.tool_choice', 'model', 'config.toolChoice'],
    ['memory.type', 'knowledge', 'config.memoryType'],
    ['knowledge.search_behavior', 'knowledge', 'config.knowledgeSearchBehavior'],
    ['output.immediately', 'turn_taking', 'config.outputImmediately'],
    ['output.store_location', 'turn_taking', 'config.storeLocation'],
    ['error.handling', 'ending', 'config.errorHandling'],
    ['error.message', 'ending', 'config.errorMessage'],
    ['debug.log_latency', 'model', 'config.debugLogLLMLatency'],
  ],
  persona: [
    ['instructions', 'prompt', 'instructions', { always: true, limit: MOST_CHARACTERS }],
    ['description', 'persona', 'description', { always: true, limit: MOST_CHARACTERS }],
    ['style.completeness', 'persona', 'speakingStyle.completeness'],
    ['style.formality', 'persona', 'speakingStyle.formality'],
    ['voice.enabled', 'voice', 'enableVoiceConfigs'],
    ['voice.voice', 'voice', 'voiceConfigs.ttsVoice'],
    ['voice.language', 'voice', 'voiceConfigs.ttsLanguage'],
    ['voice.vendor', 'voice', 'voiceConfigs.ttsVendor'],
    ['voice.model', 'voice', 'voiceConfigs.ttsModel'],
    ['safety.harmful_content', 'persona', 'safetySettings.avoidHarmfulContent'],
    ['safety.ungrounded_content', 'persona', 'safetySettings.avoidUngroundedContent'],
    ['safety.copyright', 'persona', 'safetySettings.avoidCopyrightInfringements'],
    ['safety.jailbreak', 'persona', 'safetySettings.preventJailbreakAndManipulation'],
    [
      'contact_profiles',
      'knowledge',
      'contactProfilesOption',
      {
        choices: ['none', 'selectedProfileFields', 'completeProfile', 'profileMemoriesOnly'],
      },
    ],
  ],
  tool: [
    ['description', 'tool', 'config.description'],
    ['parameters', 'tool', 'config.parameters'],
    ['condition', 'tool', 'config.condition'],
    ['id', 'tool', 'config.toolId', { fixed: 'The flow calls the tool by this id: change it in Cognigy.' }],
  ],
  session: [
    ['barge_in_on_speech', 'turn_taking', 'config.bargeInOnSpeech'],
    ['barge_in_on_dtmf', 'turn_taking', 'config.bargeInOnDtmf'],
    ['user_no_input_timeout', 'turn_taking', 'config.userNoInputTimeout'],
    ['flow_no_input_timeout', 'turn_taking', 'config.flowNoInputTimeoutEnable'],
    ['silence_overlay_delay', 'turn_taking', 'config.silenceOverlayDelay'],
    ['asr_enabled', 'hearing', 'config.asrEnabled'],
    ['stt_hints', 'hearing', 'config.sttHints'],
  ],
};

/** What an object is called, in trusted words. */
const WHAT: Readonly<Record<ObjectKind, string>> = {
  job: 'the job node of the flow',
  persona: 'the AI agent that the job node speaks as',
  tool: 'a tool node of the flow',
  session: 'the voice settings node of the flow',
};

export function whatOf(kind: ObjectKind, object: string): string {
  return /\d$/.test(object) && kind !== 'tool' ? `${WHAT[kind]} (number ${/\d+$/.exec(object)?.[0]})` : WHAT[kind];
}

/** The rows of one object. */
export function rowsOf(kind: ObjectKind, object: string): PartRow[] {
  return PARTS[kind].map(([id, part, path, further]) => ({
    ...further,
    id: `${object}.${id}`,
    kind: part,
    path: path.split('.'),
    object,
    location: `${path} of ${whatOf(kind, object)}`,
  }));
}

/**
 * Members that are ids, times, computed or told in another place than a part: nothing to hide. `preview` is computed from
 * the configuration and never sent.
 */
export const TOLD_ELSEWHERE: readonly (readonly string[])[] = [
  ['_id'],
  ['id'],
  ['referenceId'],
  ['name'],
  ['type'],
  ['label'],
  ['comment'],
  ['preview'],
  ['extension'],
  ['parentId'],
  ['flowId'],
  ['isEntryPoint'],
  ['isDisabled'],
  ['localeReference'],
  ['projectReference'],
  ['organisationReference'],
  ['knowledgeReferenceId'],
  ['image'],
  ['imageOptimizedFormat'],
  ['createdAt'],
  ['createdBy'],
  ['lastChanged'],
  ['lastChangedBy'],
  ['config', 'aiAgent'],
];

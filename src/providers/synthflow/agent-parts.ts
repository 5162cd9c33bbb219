/**
 * The parts of an assistant (published OpenAPI, copy of 2026-08-13): what may be shown and edited. Whatever has no row here, a
 * webhook's address and what the vendor may add, is counted and never shown.
 */
import type { PartKind } from '../../model/agents.ts';
import type { PartRow } from '../shared/agent-parts.ts';

/** Id of the one object that is written. */
export const ASSISTANT = 'assistant';
/** Id of the object that actions stand in: shown, and not changed from here. */
export const ACTIONS = 'actions';

type Further = Partial<Omit<PartRow, 'id' | 'kind' | 'path' | 'object' | 'location'>>;

function row(id: string, kind: PartKind, path: string, further: Further = {}): PartRow {
  return { id, kind, path: path.split('.'), object: ASSISTANT, location: `${path} of the assistant`, ...further };
}

/** The mode of the greeting has to be `human` while the voicemail message is enabled (see `agent-rules.ts`). */
export const GREETING_MODE = row('greeting.mode', 'greeting', 'agent.greeting_message_mode', {
  choices: ['human', 'agent_static', 'agent_dynamic'],
});
export const VOICEMAIL_ENABLED = row('voicemail.enabled', 'greeting', 'voicemail_message.enabled');
export const VOICE_SPEED = row('voice.speed', 'voice', 'agent.voice_speed');

export const PARTS: readonly PartRow[] = [
  row('prompt', 'prompt', 'agent.prompt', { always: true }),
  row('greeting', 'greeting', 'agent.greeting_message', { always: true }),
  GREETING_MODE,

  row('turn_taking.patience_level', 'turn_taking', 'agent.patience_level', { choices: ['low', 'medium', 'high'] }),
  row('turn_taking.min_words_to_interrupt', 'turn_taking', 'agent.min_words_to_interrupt', {
    choices: ['0', '1', '2', '3', '4', '5'],
  }),
  row('turn_taking.interruption_fade_out', 'turn_taking', 'agent.interruption_fade_out'),
  row('turn_taking.initial_pause_seconds', 'turn_taking', 'agent.initial_pause_seconds'),
  row('turn_taking.ring_pause_seconds', 'turn_taking', 'agent.ring_pause_seconds'),
  row('turn_taking.greeting_timeout', 'turn_taking', 'agent.greeting_message_human_talk_timeout'),
  row('turn_taking.allowed_idle_seconds', 'turn_taking', 'agent.allowed_idle_time_seconds'),
  row('turn_taking.send_idle_reminders', 'turn_taking', 'agent.send_user_idle_reminders'),
  row('turn_taking.idle_reminder_seconds', 'turn_taking', 'agent.reminder_after_idle_time_seconds'),
  row('turn_taking.idle_reminder', 'turn_taking', 'agent.reminder_after_idle_message'),

  row('ending.reasons', 'ending', 'agent.end_call_reasons_v2'),
  row('ending.reasons_deprecated', 'ending', 'end_call_reasons', {
    fixed: 'Synthflow ignores this list when it is written; ending.reasons is the one that counts.',
  }),
  row('ending.max_duration_seconds', 'ending', 'max_duration.duration_seconds'),
  row('ending.max_duration_enabled', 'ending', 'max_duration.is_enabled'),

  row('model.llm', 'model', 'agent.llm'),
  row('model.filler_words', 'model', 'agent.realistic_filler_words'),
  row('language.language', 'language', 'agent.language'),
  row('language.timezone', 'language', 'agent.timezone'),

  row('voice.id', 'voice', 'agent.voice_id'),
  row('voice.prompt', 'voice', 'agent.voice_prompt'),
  VOICE_SPEED,
  row('voice.stability', 'voice', 'agent.voice_stability'),
  row('voice.similarity_boost', 'voice', 'agent.voice_similarity_boost'),
  row('voice.style', 'voice', 'agent.voice_style'),
  row('voice.speaker_boost', 'voice', 'agent.voice_use_speaker_boost'),
  row('voice.volume', 'voice', 'agent.voice_volume'),
  row('voice.synthesizer', 'voice', 'agent.voice_synthesizer'),
  row('voice.streaming_latency', 'voice', 'agent.voice_optimise_streaming_latency'),
  row('voice.fallback_id', 'voice', 'agent.fallback_voice_id'),
  row('voice.fallback_provider', 'voice', 'agent.fallback_voice_provider'),
  row('voice.fallback_model', 'voice', 'agent.fallback_voice_model'),
  row('voice.audio_tags', 'voice', 'agent.global_audio_tags'),
  row('voice.filter_words', 'voice', 'agent.synthesizer_filter_words'),

  row('hearing.transcriber', 'hearing', 'agent.transcriber_provider'),
  row('hearing.speech_recognition', 'hearing', 'agent.transcriber_speech_recognition', {
    choices: ['faster', 'high_accuracy'],
  }),
  row('hearing.keywords', 'hearing', 'agent.transcriber_keywords'),
  row('hearing.noise_cancellation', 'hearing', 'agent.noise_cancellation'),
  row('hearing.suppression_level', 'hearing', 'agent.suppression_level'),
  row('hearing.background_noise_enabled', 'hearing', 'agent.background_noise.enabled'),
  row('hearing.background_noise_type', 'hearing', 'agent.background_noise.type'),
  row('hearing.background_noise_volume', 'hearing', 'agent.background_noise.volume'),

  VOICEMAIL_ENABLED,
  row('voicemail.mode', 'greeting', 'voicemail_message.mode', { choices: ['exact_message', 'prompt'] }),
  row('voicemail.exact_message', 'greeting', 'voicemail_message.exact_message'),
  row('voicemail.prompt', 'greeting', 'voicemail_message.prompt'),

  row('description', 'description', 'description'),
  row('privacy.recording', 'connection', 'is_recording'),
  row('privacy.redact_pii', 'connection', 'agent.redact_pii'),
  row('privacy.transcript_disabled', 'connection', 'agent.is_transcript_disabled'),
];

/** Members that are told in another place than a part, or are ids and times: nothing to hide. */
export const TOLD_ELSEWHERE: readonly (readonly string[])[] = [
  ['model_id'],
  ['id'],
  ['type'],
  ['name'],
  ['phone_number'],
  ['attached_phone_numbers'],
  ['actions'],
  ['input_variables'],
  ['created_at'],
  ['updated_at'],
];

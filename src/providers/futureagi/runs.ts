/** Calls as runs: all of an execution, one in full, its transcript and its recording. */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Run, Turn } from '../../model/schemas.ts';
import type { CallContext, Provider } from '../provider.ts';
import type { CallReader } from './calls.ts';
import { type FutureAgiClient, vendorStatus } from './client.ts';
import { reasonText } from './evaluations.ts';
import { isUuid, type Lookup, notAnId } from './lookup.ts';
import { mapCallDetail, PROVIDER } from './map.ts';
import { mapTurns } from './transcripts.ts';
import type { CallDetail } from './wire.ts';
import type { CallExecution } from './wire-app.ts';

/** Runs handed over at a time. */
const CHUNK = 500;

/** Which part of the input an evaluator blamed. The inner form is not documented: its texts are shown. */
function localised(analysis: unknown): string | undefined {
  const texts: string[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (depth > 5 || texts.length >= 3) return;
    if (typeof value === 'string' && value.trim().length > 3) texts.push(value.trim());
    else if (Array.isArray(value)) for (const item of value) walk(item, depth + 1);
    else if (typeof value === 'object' && value !== null)
      for (const item of Object.values(value)) walk(item, depth + 1);
  };
  walk(analysis, 0);
  return texts.length > 0 ? texts.join(' · ') : undefined;
}

export function createRuns(client: FutureAgiClient, calls: CallReader, lookup: Lookup): NonNullable<Provider['runs']> {
  const callId = (ids: readonly string[]): string => {
    const id = ids.at(-1) ?? '';
    if (!isUuid(id)) throw notAnId('call execution');
    return id;
  };
  const unknownRun = (cause: unknown) =>
    new Problem('not_found', 'Future AGI knows no call execution with that id.', {
      provider: PROVIDER,
      next: 'list_runs lists the calls of a session; deleted calls and those of another workspace are not visible.',
      cause,
    });

  /** The app family's view, which a deployment or a key may not offer; undefined then. */
  const appView = async (id: string, call: CallContext): Promise<CallExecution | undefined> => {
    try {
      return await client.callExecution(id, call.signal);
    } catch (error) {
      const status = vendorStatus(error);
      if (status !== undefined && [403, 404, 405, 500].includes(status)) return undefined;
      if (isProblem(error) && error.kind === 'unreadable') return undefined;
      throw error;
    }
  };

  /** Names for evaluations that have none of their own (placeholders); costs a request only when there is one. */
  const namesFor = async (detail: CallDetail, call: CallContext): Promise<ReadonlyMap<string, string>> => {
    const nameless = [...detail.eval_outputs.values()].some((entry) => !entry.name);
    if (!nameless || !detail.execution_id) return new Map();
    return calls.names(detail.execution_id, call).catch((error: unknown) => {
      if (vendorStatus(error) === undefined) throw error;
      return new Map<string, string>();
    });
  };

  /** Adds where in the input the evaluator saw the error, to failures whose evaluation localises errors. */
  const withLocalisation = async (run: Run, detail: CallDetail, app: CallExecution | undefined, call: CallContext) => {
    const failed = new Set(run.failed_evaluations);
    const configs = [...detail.eval_outputs.keys()].filter((config, position) =>
      failed.has(run.evaluations[position]?.name ?? config),
    );
    const metrics = app?.eval_metrics;
    if (!metrics || !configs.some((config) => metrics.get(config)?.error_localizer)) return run;
    const found = new Map<string, string>();
    for (const config of configs) {
      const texts = localised(metrics.get(config)?.error_analysis);
      if (texts) found.set(config, texts);
    }
    if (configs.some((config) => metrics.get(config)?.error_localizer && !found.has(config))) {
      const tasks = await client.localizerTasks(detail.call_execution_id, call.signal).catch((error: unknown) => {
        if (vendorStatus(error) === undefined) throw error;
        return [];
      });
      for (const task of tasks) {
        const texts = task.status?.toLowerCase() === 'completed' ? localised(task.error_analysis) : undefined;
        if (task.eval_config_id && texts && configs.includes(task.eval_config_id))
          found.set(task.eval_config_id, texts);
      }
    }
    const keys = [...detail.eval_outputs.keys()];
    const evaluations = run.evaluations.map((evaluation, position) => {
      const where = found.get(keys[position] ?? '');
      if (!where) return evaluation;
      return { ...evaluation, reason: [evaluation.reason, `Error located: ${where}`].filter(Boolean).join(' ') };
    });
    return { ...run, evaluations };
  };

  const turnsOf = async (id: string, app: CallExecution | undefined, call: CallContext): Promise<Turn[]> => {
    const turns = mapTurns(app?.transcript ?? []);
    if (turns.length > 0) return turns;
    return mapTurns(await client.transcripts(id, call.signal));
  };

  return {
    async *pages(session, depth, call) {
      const [id = ''] = session;
      if (!isUuid(id)) throw notAnId('test execution');
      const runs = await calls.runs(id, depth, call).catch((error: unknown) => {
        if (vendorStatus(error) !== 404) throw error;
        throw new Problem('not_found', 'Future AGI knows no test execution with that id.', {
          provider: PROVIDER,
          next: 'list_sessions lists the executions; those of another workspace are not visible.',
          cause: error,
        });
      });
      for (let start = 0; start < runs.length; start += CHUNK) yield runs.slice(start, start + CHUNK);
    },

    async get(ids, call) {
      const id = callId(ids);
      const [detail, app] = await Promise.all([
        client.call(id, call.signal).catch((error: unknown) => {
          throw vendorStatus(error) === 404 ? unknownRun(error) : error;
        }),
        appView(id, call),
      ]);
      const session = detail.execution_id ?? app?.test_execution_id ?? (ids.length > 1 ? ids[0] : undefined);
      if (session === undefined) throw unknownRun(undefined);
      const run = mapCallDetail(detail, session, await namesFor(detail, call));
      const transcript = mapTurns(app?.transcript ?? []);
      const agent = app?.agent_definition_used_name?.trim() || lookup.recall(session)?.agent;
      const skipped = reasonText(app?.processing_skip_reason);
      const message = reasonText(app?.error_message);
      return {
        ...(await withLocalisation(run, detail, app, call)),
        ...(transcript.length > 0 ? { transcript, turns: transcript.length } : {}),
        ...(agent ? { agent } : {}),
        ...(app ? { has_recording: recordingOf(app) !== undefined } : {}),
        ...(run.error && (message ?? skipped) ? { error: { ...run.error, message: message ?? skipped ?? '' } } : {}),
      };
    },

    async transcript(ids, call) {
      const id = callId(ids);
      try {
        return { turns: await turnsOf(id, await appView(id, call), call) };
      } catch (error) {
        throw vendorStatus(error) === 404 ? unknownRun(error) : error;
      }
    },

    async recording(ids, call) {
      const id = callId(ids);
      const app = await client.callExecution(id, call.signal).catch((error: unknown) => {
        throw vendorStatus(error) === 404 ? unknownRun(error) : error;
      });
      const url = recordingOf(app);
      if (!url) {
        throw new Problem('not_found', 'This call has no recording.', {
          provider: PROVIDER,
          next: 'Chats are never recorded; a voice call has a recording once it has ended.',
        });
      }
      const type = /\.(wav|mp3|ogg|m4a)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase();
      const mime = type === undefined ? undefined : { wav: 'audio/wav', mp3: 'audio/mpeg', ogg: 'audio/ogg' }[type];
      return { url, ...(mime ? { mime_type: mime } : {}) };
    },
  };
}

/** The recording with both voices, else any. */
function recordingOf(app: CallExecution): string | undefined {
  const { recordings } = app;
  const candidates = [recordings.get('combined'), recordings.get('stereo'), app.audio_url, ...recordings.values()];
  return candidates.find((url) => url !== undefined && /^https?:\/\//i.test(url));
}

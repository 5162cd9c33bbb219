/** Calls as runs: all of an execution, one in full, its transcript and its recording. */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Run, Turn } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, Provider } from '../provider.ts';
import { reasonText } from '../shared/judgements.ts';
import { collect, walk } from '../shared/pages.ts';
import { vendorStatus } from './answers.ts';
import type { CallReader } from './calls.ts';
import type { FutureAgiClient } from './client.ts';
import { checkId, type Lookup } from './lookup.ts';
import { isSettled, mapCallDetail, statusOf } from './map.ts';
import { createNaming } from './naming.ts';
import { PLATFORM } from './platform.ts';
import { mapTurns, rowsOf } from './transcripts.ts';
import type { CallDetail } from './wire.ts';
import type { CallExecution } from './wire-app.ts';

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

/** The platform's refusals that may be of one view only, and what came in its place. */
function isRefusal(error: unknown): error is Problem {
  if (!isProblem(error)) return false;
  const status = error.details.vendor?.status ?? 0;
  return error.kind === 'unreadable' || [200, 403, 404, 405, 500].includes(status);
}

/** What is optional of a run: `otherwise` where the platform does not give it. */
const unlessRefused =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (!isProblem(error) || error.kind === 'cancelled') throw error;
    return otherwise;
  };

const unknownRun = (cause: unknown) =>
  new Problem('not_found', 'Future AGI knows no call execution with that id.', {
    provider: PLATFORM.id,
    next: 'list_runs lists the calls of a session; deleted calls and those of another workspace are not visible.',
    cause,
  });

/** Turns of one call. Throws `unreadable` where nothing says that there are none. */
async function readTurns(client: FutureAgiClient, id: string, { signal }: CallContext): Promise<Turn[]> {
  const view = await client.callExecution(id, signal).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    return error;
  });
  const seen = isProblem(view) ? undefined : view;
  const rows = rowsOf(seen?.transcript);
  if (rows && rows.length > 0) return mapTurns(rows);
  const cannot = (cause: unknown) =>
    new Problem('unreadable', 'The transcript of this call could not be read.', {
      provider: PLATFORM.id,
      vendor: isProblem(cause) ? cause.details.vendor : undefined,
      next: 'Try again; if it stays, this key or deployment does not show transcripts. get_run shows what was judged.',
      sent: 'yes',
      cause,
    });
  const listed = await client.transcripts(id, signal).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    const status = vendorStatus(error) ?? 0;
    if (status === 404 && vendorStatus(view) === 404) throw unknownRun(error);
    // A view that is not there takes nothing from what was read already.
    if (rows && [403, 404, 405].includes(status)) return undefined;
    throw cannot(seen ? error : view);
  });
  if (!listed) return [];
  const voice = rowsOf(listed.transcripts);
  if ((listed.total_transcripts ?? 0) > (voice?.length ?? 0)) throw cannot(view);
  if (voice && voice.length > 0) return mapTurns(voice);
  // Only what was read and is empty has no turns: the call's own answer, or the list of one that is known to be voice.
  const isVoice = /^voice$/i.test(seen?.simulation_call_type ?? '') || listed.phone_number !== undefined;
  if (rows ?? (voice && isVoice)) return [];
  throw cannot(view);
}

export function createRuns(
  client: FutureAgiClient,
  calls: CallReader,
  lookup: Lookup,
  now: () => number,
): NonNullable<Provider['runs']> {
  const callId = (ids: readonly string[]): string => checkId(ids.at(-1), 'call execution');

  /** The app family's view, which a deployment or a key may not offer; undefined then. */
  const appView = (id: string, call: CallContext): Promise<CallExecution | undefined> =>
    client.callExecution(id, call.signal).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return undefined;
    });

  /** Names for evaluations that have none of their own (placeholders); costs a request only when there is one. */
  const namesFor = async (detail: CallDetail, call: CallContext): Promise<ReadonlyMap<string, string>> => {
    const nameless = [...detail.eval_outputs.values()].some((entry) => !entry.name);
    if (!nameless || !detail.execution_id) return new Map();
    return calls.names(detail.execution_id, call).catch(unlessRefused(new Map<string, string>()));
  };

  /** Did the execution of a call that is still under way end long ago? */
  const isLeftOver = (execution: string, { signal }: CallContext): Promise<boolean> =>
    client
      .executionMetrics(execution, signal)
      .then((metrics) => isSettled(metrics, now()))
      .catch(unlessRefused(false));

  /** Adds where in the input the evaluator saw the error, to failures whose evaluation localises errors. */
  const withLocalisation = async (run: Run, detail: CallDetail, app: CallExecution | undefined, call: CallContext) => {
    const keys = [...detail.eval_outputs.keys()];
    const configs = keys.filter((_, position) => run.evaluations[position]?.verdict === 'failed');
    const metrics = app?.eval_metrics;
    if (!metrics || !configs.some((config) => metrics.get(config)?.error_localizer)) return run;
    const found = new Map<string, string>();
    for (const config of configs) {
      const texts = localised(metrics.get(config)?.error_analysis);
      if (texts) found.set(config, texts);
    }
    if (configs.some((config) => metrics.get(config)?.error_localizer && !found.has(config))) {
      const tasks = client.localizerTasks(detail.call_execution_id, call.signal);
      const { rows } = await collect(walk(tasks)).catch(unlessRefused({ rows: [] }));
      for (const task of rows) {
        const texts = task.status?.toLowerCase() === 'completed' ? localised(task.error_analysis) : undefined;
        if (task.eval_config_id && texts && configs.includes(task.eval_config_id))
          found.set(task.eval_config_id, texts);
      }
    }
    const evaluations = run.evaluations.map((evaluation, position) => {
      const where = found.get(keys[position] ?? '');
      if (!where) return evaluation;
      return { ...evaluation, reason: [evaluation.reason, `Error located: ${where}`].filter(Boolean).join(' ') };
    });
    return { ...run, evaluations };
  };

  return {
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
      const naming = createNaming(calls.shared.get(session));
      const names = await namesFor(detail, call);
      const settled = isTerminal(statusOf(detail.status)) ? isSettled(detail, now()) : await isLeftOver(session, call);
      const run = mapCallDetail(detail, session, { names, settled, note: naming.note });
      naming.tellApart([run]);
      const transcript = mapTurns(rowsOf(app?.transcript) ?? []);
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
      return { turns: await readTurns(client, callId(ids), call) };
    },

    async recording(ids, call) {
      const id = callId(ids);
      const app = await client.callExecution(id, call.signal).catch((error: unknown) => {
        throw vendorStatus(error) === 404 ? unknownRun(error) : error;
      });
      const url = recordingOf(app);
      if (!url) {
        throw new Problem('not_found', 'This call has no recording.', {
          provider: PLATFORM.id,
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

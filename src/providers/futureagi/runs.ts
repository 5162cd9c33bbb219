/** Calls as runs: one in full, its transcript and its recording. */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Turn } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal } from '../shared/faults.ts';
import { reasonText } from '../shared/judgements.ts';
import { ENDPOINTS } from './endpoints.ts';
import { withErrorLocations } from './error-location.ts';
import { createNaming } from './evaluation-names.ts';
import type { ExecutionPages } from './execution-pages.ts';
import { isRefusedView, unlessRefused } from './faults.ts';
import { checkId, type Lookup } from './lookup.ts';
import { statusOf, toRunInFull } from './map-run.ts';
import { isSettled } from './map-session.ts';
import { PLATFORM } from './settings.ts';
import { rowsOf, toTurns } from './transcript.ts';
import type { WireCallDetail, WireCallView } from './wire.ts';

export function createRuns(
  api: Api,
  pages: ExecutionPages,
  lookup: Lookup,
  now: () => number,
): NonNullable<Provider['runs']> {
  const callId = (ids: readonly string[]) => checkId(ids.at(-1), 'call execution');

  /** Names for evaluations that have none of their own (placeholders); costs a request only when there is one. */
  const namesFor = async (detail: WireCallDetail, call: CallContext): Promise<ReadonlyMap<string, string>> => {
    const nameless = [...detail.eval_outputs.values()].some((entry) => !entry.name);
    if (!nameless || !detail.execution_id) return new Map();
    return pages.names(detail.execution_id, call).catch(unlessRefused(new Map<string, string>()));
  };

  /** Did the execution of a call that is still under way end long ago? */
  const isLeftOver = (execution_id: string, { signal }: CallContext): Promise<boolean> =>
    api
      .one(ENDPOINTS.getMetrics, { query: { execution_id }, signal })
      .then((metrics) => isSettled(metrics, now()))
      .catch(unlessRefused(false));

  return {
    tells_cost: true,

    async get(ids, call) {
      const id = callId(ids);
      const [detail, view] = await Promise.all([
        orUnknownRun(api.one(ENDPOINTS.getCall, { query: { call_execution_id: id }, signal: call.signal })),
        // A deployment or a key may not offer it.
        viewOf(api, id, call).catch((error: unknown) => {
          if (!isRefusedView(error)) throw error;
          return undefined;
        }),
      ]);
      const session = detail.execution_id ?? view?.test_execution_id ?? (ids.length > 1 ? ids[0] : undefined);
      if (session === undefined) throw unknownRun(undefined);
      const naming = createNaming(pages.shared.get(session));
      const names = await namesFor(detail, call);
      const settled = isTerminal(statusOf(detail.status)) ? isSettled(detail, now()) : await isLeftOver(session, call);
      const run = toRunInFull(detail, session, { names, settled, note: naming.note });
      naming.tellApart([run]);
      const transcript = toTurns(rowsOf(view?.transcript) ?? []);
      const spoken = transcript.length > 0;
      const message = reasonText(view?.error_message) ?? reasonText(view?.processing_skip_reason);
      return {
        ...(await withErrorLocations(api, run, detail, view, call)),
        transcript: spoken ? transcript : undefined,
        turns: spoken ? transcript.length : undefined,
        agent: view?.agent_definition_used_name?.trim() || lookup.recall(session)?.agent,
        has_recording: view && recordingOf(view) !== undefined,
        error: run.error && { ...run.error, message: message ?? run.error.message },
      };
    },

    async transcript(ids, call) {
      return { turns: await readTurns(api, callId(ids), call) };
    },

    async recording(ids, call) {
      const url = recordingOf(await orUnknownRun(viewOf(api, callId(ids), call)));
      if (!url) {
        throw new Problem('not_found', 'This call has no recording.', {
          provider: PLATFORM.id,
          next: 'Chats are never recorded; a voice call has a recording once it has ended.',
        });
      }
      const type = /\.(wav|mp3|ogg)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase();
      return { url, mime_type: type && (type === 'mp3' ? 'audio/mpeg' : `audio/${type}`) };
    },
  };
}

/** The app family's view of a call. */
function viewOf(api: Api, id: string, { signal }: CallContext): Promise<WireCallView> {
  return api.one(ENDPOINTS.getCallView, { params: { id }, signal });
}

/** Turns of one call. Throws `unreadable` where nothing says that there are none. */
async function readTurns(api: Api, id: string, call: CallContext): Promise<Turn[]> {
  const view = await viewOf(api, id, call).catch((error: unknown) => {
    if (!isRefusedView(error)) throw error;
    return error;
  });
  const seen = isProblem(view) ? undefined : view;
  const rows = rowsOf(seen?.transcript);
  if (rows && rows.length > 0) return toTurns(rows);
  const cannot = (cause: unknown) =>
    new Problem('unreadable', 'The transcript of this call could not be read.', {
      provider: PLATFORM.id,
      vendor: isProblem(cause) ? cause.details.vendor : undefined,
      next: 'Try again; if it stays, this key or deployment does not show transcripts. get_run shows what was judged.',
      sent: 'yes',
      cause,
    });
  const asked = { params: { id }, signal: call.signal };
  const listed = await api.one(ENDPOINTS.getTranscript, asked).catch((error: unknown) => {
    if (!isRefusedView(error)) throw error;
    if (isRefusal(error, 404) && isRefusal(view, 404)) throw unknownRun(error);
    // A view that is not there takes nothing from what was read already.
    if (rows && isRefusal(error, 403, 404, 405)) return undefined;
    throw cannot(seen ? error : view);
  });
  if (!listed) return [];
  const voice = rowsOf(listed.transcripts);
  if ((listed.total_transcripts ?? 0) > (voice?.length ?? 0)) throw cannot(view);
  if (voice && voice.length > 0) return toTurns(voice);
  // Only what was read and is empty has no turns: the call's own answer, or the list of one that is known to be voice.
  const isVoice = /^voice$/i.test(seen?.simulation_call_type ?? '') || listed.phone_number !== undefined;
  if (rows ?? (voice && isVoice)) return [];
  throw cannot(view);
}

function orUnknownRun<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    throw isRefusal(error, 404) ? unknownRun(error) : error;
  });
}

function unknownRun(cause: unknown): Problem {
  return new Problem('not_found', 'Future AGI knows no run with this id.', {
    provider: PLATFORM.id,
    next: 'list_runs lists the calls of a session; deleted calls and those of another workspace are not visible.',
    cause,
  });
}

/** The recording with both voices, else any. */
function recordingOf({ recordings, audio_url }: WireCallView): string | undefined {
  const urls = [recordings.get('combined'), recordings.get('stereo'), audio_url, ...recordings.values()];
  return urls.find((url) => url !== undefined && /^https?:\/\//i.test(url));
}

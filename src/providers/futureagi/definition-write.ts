/**
 * Writing an agent definition: one new version, which is active at once. Credentials belong to a version: made without
 * `api_key` it has none and its runs fail, so the mask that the platform shows is sent back, which stands for the key together
 * with the assistant and the provider (contract: credential trap).
 */
import type { Agent } from '../../model/agents.ts';
import { Problem, toProblem } from '../../model/problem.ts';
import type { CallContext, OpenAgent, StepResult, WriteSteps } from '../provider.ts';
import { editsOf, type PartEdit, unmoved } from '../shared/agent-write.ts';
import type { Api } from '../shared/api.ts';
import { isRefusal, orNothing } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { text } from '../shared/scalars.ts';
import { PARTS } from './agent-parts.ts';
import { markedMessage } from './agent-ref.ts';
import { createdVersionReader } from './agent-wire.ts';
import { type Definition, readDefinition, revisionOfDefinition } from './definition-record.ts';
import { ENDPOINTS } from './endpoints.ts';
import { PLATFORM } from './settings.ts';
import { unwrap } from './wire.ts';

interface OpenDefinition {
  api: Api;
  id: string;
  definition: Definition;
  agent: Agent;
}

export function definitionWriter({
  api,
  id,
  definition,
  agent,
}: OpenDefinition): Pick<OpenAgent, 'problems' | 'write'> {
  return {
    problems() {
      try {
        credentialsOf(definition);
        return [];
      } catch (error) {
        return [toProblem(error).message];
      }
    },
    async write(write, steps, call) {
      const edits = editsOf(PLATFORM, agent, write);
      const credentials = credentialsOf(definition);
      const body = { ...membersOf(edits), ...credentials, commit_message: markedMessage(write) };
      const made = await createStep({ api, id, definition, agent }, { body, mark: write.mark }, steps, call);
      if (credentials.api_key === undefined) return { ids: [id] };
      // The version is made: that it cannot be read does not undo that.
      const shown = await orNothing(hasKey(api, id, made.version, call));
      if (shown === true) return { ids: [id] };
      return { ids: [id], by_hand: [shown === false ? NO_KEY : KEY_UNREAD] };
    },
  };
}

const NO_KEY = 'The new version shows no credentials: set the key in Future AGI, or its runs fail.';
const KEY_UNREAD =
  'Whether the new version has its credentials could not be read: look at its key in Future AGI, because without a key its runs fail.';

function membersOf(edits: readonly PartEdit[]): Record<string, unknown> {
  return Object.fromEntries(
    edits.map(({ id, value }) => [PARTS.find((row) => row.id === id)?.path[0] ?? id, value] as const),
  );
}

/** Forms of a mask that stand for the key of the version before (contract: `********`, `****`, `abcd...wxyz`). */
const MASK = /^(\*{4}|\*{8}|.{4}\.{3}.{4})$/;

interface Credentials {
  api_key?: string | undefined;
  assistant_id?: string | undefined;
  provider?: string | undefined;
}

/** What carries the credentials over. Throws `refused` where there are, or may be, some that it cannot carry. */
export function credentialsOf({ record, version_key }: Definition): Credentials {
  const [api_key, ...others] = [...new Set([version_key, record.api_key].flatMap((key) => text(key) ?? []))];
  const [assistant_id, provider] = [text(record.assistant_id), text(record.provider)];
  const livekit = Object.entries(record).some(
    ([name, value]) => /^livekit_.*(key|secret|token)/.test(name) && text(value),
  );
  if (livekit) throw notCarried('its LiveKit credentials cannot be carried over');
  if (api_key !== undefined) {
    if (![api_key, ...others].every((key) => MASK.test(key)))
      throw notCarried('its key is not shown in a form that stands for it');
    if (assistant_id === undefined || provider === undefined)
      throw notCarried('the mask of its key counts only beside an assistant and a provider, and it names none');
    return { api_key, assistant_id, provider };
  }
  const method = text(record.authentication_method)?.trim().toLowerCase();
  if ((method !== undefined && method !== 'none') || assistant_id !== undefined)
    throw notCarried('it may have a key, and no mask of one is shown');
  return {};
}

function notCarried(why: string): Problem {
  return new Problem(
    'refused',
    `This agent definition is not changed from here: ${why}, so that runs of a new version would fail.`,
    {
      provider: PLATFORM.id,
      reason: 'credentials',
      sent: 'no',
      next: 'Change the record in Future AGI, where the key can be given again.',
    },
  );
}

async function createStep(
  { api, id, definition }: OpenDefinition,
  { body, mark }: { body: Record<string, unknown>; mark: string },
  steps: WriteSteps,
  call: CallContext,
): Promise<{ version?: string | undefined }> {
  const { signal } = call;
  const done = (version: string | undefined): StepResult => (version === undefined ? {} : { version });
  const { version } = await steps.once(
    'create version',
    async () => {
      await unmoved(
        PLATFORM,
        revisionOfDefinition(definition),
        () => readDefinition(api, id, call),
        revisionOfDefinition,
      );
      const answer = await api.body(ENDPOINTS.createAgentVersion, { params: { id }, body, signal }).catch(explained);
      return done(createdVersionReader(unwrap(answer))?.version?.id);
    },
    async () => {
      const { rows } = await collect(walk(api.list(ENDPOINTS.listAgentVersions, { params: { id }, signal })));
      const made = rows.find(({ commit_message }) => commit_message?.includes(mark));
      return made && done(made.id);
    },
  );
  return { version: text(version) };
}

/** Rethrows a refusal; of a mask that is not taken it says what to do. */
function explained(error: unknown): never {
  if (!isRefusal(error, 400) || !/mask/i.test(error.details.vendor?.message ?? '')) throw error;
  throw new Problem('refused', 'Future AGI does not take the mask for the key here; the record was not changed.', {
    ...error.details,
    sent: 'yes',
    next: 'Change the record in Future AGI, where the key can be given again.',
    cause: error,
  });
}

/** Whether the version that was made, else the latest, shows a key. */
async function hasKey(api: Api, id: string, version: string | undefined, call: CallContext): Promise<boolean> {
  if (version === undefined) return text((await readDefinition(api, id, call)).version_key) !== undefined;
  const made = await api.one(ENDPOINTS.getAgentVersion, { params: { id, vid: version }, signal: call.signal });
  return text(made.api_key) !== undefined;
}

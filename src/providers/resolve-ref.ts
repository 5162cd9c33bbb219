/** What a caller passed as a reference, as a provider and the ids of one of its things. */
import { Problem } from '../model/problem.ts';
import { isUsableId, LONGEST_ID, parseRef, type Ref, type RefKind } from '../model/refs.ts';
import type { Provider } from './provider.ts';

const TOOLS_FOR: Record<RefKind, string> = {
  agent:
    'it is an agent: read it with get_agent, or pass it as `agent` to list_sessions, get_trend and start_simulation',
  suite: 'it is a test definition: read it with get_test, start it with start_simulation',
  case: 'it is a test definition: read it with get_test, start it with start_simulation',
  session: 'it is a session, the result of one execution: read it with get_session, list its runs with list_runs',
  run: 'it is a run, one conversation: read it with get_run or get_transcript',
};

/** Where the reference of something is found by whoever knows its name. */
const FOUND_BY: Record<RefKind, string> = {
  agent: 'list_agents with `search` finds an agent by its name',
  suite: 'list_tests with `search` finds a test by its name',
  case: 'list_tests with `search` finds a test by its name',
  session: 'list_sessions shows sessions by name and time',
  run: 'list_runs with `text` finds a run of a session by its name',
};

interface Known {
  configured(): Promise<Provider[]>;
  provider(id: string): Promise<Provider>;
}

/**
 * A printed reference, its resource URI or, where only one provider is configured, a bare vendor id. Throws `wrong_kind`
 * with the right tool when it names something else than `kinds`, `invalid_input` and `ambiguous` with the form to pass,
 * and what `known` throws.
 */
export async function resolveRef(
  text: string,
  kinds: readonly RefKind[],
  known: Known,
): Promise<{ provider: Provider; ref: Ref }> {
  const trimmed = text
    .trim()
    .replace(/^simulation:\/\//, '')
    .replace(/(\/(?:session|run)\/[^/]+)\/(?:transcript|fma|recording)$/, '$1');
  const ref = parseRef(trimmed);
  if (ref) {
    const owner = await known.provider(ref.provider);
    if (kinds.includes(ref.kind)) return { provider: owner, ref };
    throw new Problem(
      'wrong_kind',
      `A ${kinds.join(' or ')} reference is needed here, and that is a ${ref.kind} reference: ${TOOLS_FOR[ref.kind]}.`,
      {
        provider: ref.provider,
      },
    );
  }
  const ready = await known.configured();
  const [only, ...others] = ready;
  const [kind, ...otherKinds] = kinds;
  const shape = `<provider>/${kinds.join('|')}/<id>`;
  if (!only || others.length > 0 || !/^[^\s/]+$/.test(trimmed)) {
    throw new Problem('invalid_input', 'That is not a reference of this server.', {
      next: `Pass it as ${shape}${kind === undefined ? '' : `; ${FOUND_BY[kind]}`}. Configured providers: ${ready.map((one) => one.id).join(', ')}.`,
    });
  }
  if (!kind || otherKinds.length > 0) {
    throw new Problem('ambiguous', `A bare id does not say whether it is a ${kinds.join(' or a ')}.`, {
      next: `Pass it as ${kinds.map((one) => `${only.id}/${one}/<id>`).join(' or ')}.`,
    });
  }
  const [first, ...rest] = trimmed.split('~').map(decode);
  if (!first) throw new Problem('invalid_input', 'The reference is empty.', { next: `Pass it as ${shape}.` });
  if (![first, ...rest].every(isUsableId)) {
    throw new Problem('invalid_input', `No id is empty or longer than ${LONGEST_ID} bytes.`, {
      next: `Pass it as ${shape}, the way the list tools print it.`,
    });
  }
  return { provider: only, ref: { provider: only.id, kind, ids: [first, ...rest] } };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

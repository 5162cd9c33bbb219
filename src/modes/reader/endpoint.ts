/** Where a model is asked: the base URL as people write it, and the path of the one operation that is used. */
import { parseBaseUrl, withScheme } from '../../http/base-url.ts';
import type { ModelApi } from '../../model/model-apis.ts';
import { Problem } from '../../model/problem.ts';

export interface ModelEndpoint {
  /** With everything before the operation's path. */
  baseUrl: string;
  path: string;
  /** As it is shown. */
  host: string;
}

const OPERATION: Readonly<Record<ModelApi, string>> = { openai: '/chat/completions', anthropic: '/messages' };

/**
 * The endpoint that a URL names, with or without `/v1`, and with or without the operation's own path. `openai`: `/v1` is
 * added to a bare host only, since compatible servers stand under paths of their own (`/v1beta/openai`). `anthropic`:
 * `/v1` is added wherever it is missing. https, or http on loopback. Throws `unconfigured`.
 */
export function modelEndpoint(text: string, api: ModelApi): ModelEndpoint {
  const url = baseOf(text);
  const path = OPERATION[api];
  const before = url.pathname.replace(/\/+$/, '');
  const own = before.endsWith(path) ? before.slice(0, -path.length) : before;
  const versioned = api === 'openai' ? own !== '' : /\/v\d+$/.test(own);
  return { baseUrl: `${url.origin}${versioned ? own : `${own}/v1`}`, path, host: url.host };
}

function baseOf(text: string): URL {
  try {
    return parseBaseUrl(withScheme(text) ?? text, 'the model');
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem('unconfigured', `AGENT_SIM_MODEL_URL cannot be used. ${error.message}`, error.details);
  }
}

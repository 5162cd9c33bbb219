/** Which model `code` asks, from the settings. */
import type { Config } from '../config/config.ts';
import { given } from '../config/values.ts';
import type { ModelApi } from '../model/model-apis.ts';
import { Problem } from '../model/problem.ts';
import { type ModelEndpoint, modelEndpoint } from '../modes/reader/endpoint.ts';

export interface Target {
  endpoint: ModelEndpoint;
  api: ModelApi;
  name: string;
}

/** Throws `unconfigured`: without URL and name no model is asked. */
export function targetOf({ url, name, api }: Config['model']): Target {
  const missing = [url === undefined && 'AGENT_SIM_MODEL_URL', name === undefined && 'AGENT_SIM_MODEL_NAME'].filter(
    Boolean,
  );
  if (url === undefined || name === undefined)
    throw new Problem('unconfigured', `No model is set (${missing.join(' and ')}), so nothing is sent.`, {
      next: 'Set AGENT_SIM_MODEL_URL and AGENT_SIM_MODEL_NAME, and AGENT_SIM_MODEL_KEY where the server wants one; --dry-run shows what would be sent.',
    });
  if (api === 'none')
    throw new Problem('unconfigured', 'AGENT_SIM_MODEL_API is neither openai nor anthropic, so nothing is sent.', {
      next: 'Set it to openai (chat completions and what is compatible) or anthropic (messages).',
    });
  return { endpoint: modelEndpoint(url, api), api, name };
}

/** As it is sent. */
export function keyOf(value: string | undefined): string | undefined {
  return given(value)?.replace(/^Bearer\s+/i, '');
}

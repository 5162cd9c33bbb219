/** Credentials that agents of this dialect hold where real ones do: none of them may be in an answer of the server. */

/** In a header of a tool of the prompt. */
export const PROMPT_TOOL = 'fgi-canary-tool-5e1b7c93d2';
/** In the metadata of the prompt. */
export const PROMPT_METADATA = 'fgi-canary-meta-81c4f60a97';
/** In an evaluation of the prompt. */
export const PROMPT_EVALUATION = 'fgi-canary-eval-3d90ab52e6';
/** Key of the agent definition at the provider that runs it: the platform shows a mask of it. */
export const DEFINITION_KEY = 'fgi-canary-key-7f2e4d18b0c9';
/** In a header of the agent definition's websocket. */
export const DEFINITION_HEADER = 'fgi-canary-head-94b6e1d53a';

export const CANARIES: readonly string[] = [
  PROMPT_TOOL,
  PROMPT_METADATA,
  PROMPT_EVALUATION,
  DEFINITION_KEY,
  DEFINITION_HEADER,
];

/** Credentials that agents of this dialect hold where real ones do: none of them may be in an answer of the server. */
export const CANARIES = {
  /** In a header of a tool of the prompt. */
  prompt_tool: 'fgi-canary-tool-5e1b7c93d2',
  /** In the metadata of the prompt. */
  prompt_metadata: 'fgi-canary-meta-81c4f60a97',
  /** In an evaluation of the prompt. */
  prompt_evaluation: 'fgi-canary-eval-3d90ab52e6',
  /** Key of the agent definition at the provider that runs it: the platform shows a mask of it. */
  definition_key: 'fgi-canary-key-7f2e4d18b0c9',
  /** In a header of the agent definition's websocket. */
  definition_header: 'fgi-canary-head-94b6e1d53a',
} as const;

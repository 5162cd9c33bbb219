/**
 * How failures are read: what an assistant does to name causes. The prompts and the plugin's skill say it in these words.
 */

/** Failures from which on a random sample is read. */
export const WORTH_A_SAMPLE = 300;

/** The steps between "what failed" and "these are the causes". */
export const READING_STEPS: readonly string[] = [
  `list_failures of the session: the known failure modes of this agent, then what none of them explains, one line for what is worded alike. limit=150 shows about a hundred failures in one answer of 24 kB, where your client does not cut that. Page on with cursor until all of it is read; of more than ${WORTH_A_SAMPLE} failures read a random sample (sample=150) and save with the same sample. Nothing listed: go on with get_failure_clusters.`,
  'For each line ask: what would I change (a rule of the prompt, a tool, a fact it knows, the test) so that this does not happen again? Lines with the same answer are one mode. Not topics, not criteria, not consequences: one criterion fails for several causes, one cause fails several criteria, and an angry caller is no cause. Where a reason does not say enough, get_run of that run.',
  'Assign to a known mode (its id) before you invent one. An oddity that fits nothing goes into singles; do not force it.',
  'A new mode has a title that says what goes wrong (at most 80 characters), a definition by which somebody else would decide the same (what is in, what is not; at most 500), source, fix_kind and, if you know it, the fix. source says whose fault it is: agent; caller (the simulated caller left its role or its facts), test (the case or criterion asks what cannot be or is wrong), platform (it broke); unclear. Only source agent speaks against the agent. No names or numbers of callers, no links.',
  'save_failure_modes with all modes and singles in one call. A refusal names what is wrong and has changed nothing: mend it and send all again. The answer says what is still uncoded.',
  'get_failure_clusters: modes with counts, shares and the turns that prove them. For one run each of the two or three largest get_run (get_transcript around=failure where the excerpt is short): where the turns do not show what the judge says, that failure belongs to a mode of the test, not of the agent: save it anew.',
];

/** The same in one sentence, for recipes in which reading is one step of several. */
export const READING_IN_BRIEF =
  'list_failures; ask of each line what you would change in the agent, its tools or the test (not topics, not criteria); assign to known modes before inventing, oddities are singles, source says whose fault it is; save_failure_modes';

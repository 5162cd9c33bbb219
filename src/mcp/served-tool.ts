/** A tool and the text of its data as one: what the server, resources and tests call. */
import { isRecord } from '../model/json.ts';
import { withQuoted } from '../model/quoted.ts';
import { DIGEST_BUDGET, FULL_BUDGET } from './budget.ts';
import { recut, rounded, shortLabels } from './clean.ts';
import type { Rendering } from './present/rendering.ts';
import { isQuestion, type Tool, type ToolContext, type ToolQuestion } from './tool.ts';

/** Data, which go into `structuredContent`, and the text that is made of them. */
export interface ToolAnswer extends Rendering {
  data: unknown;
  /** Bytes that each form may have. */
  budget?: number | undefined;
  /** The same answer with at most so many characters of each string of third parties. */
  shorter?(most: number): ToolAnswer;
}

export interface ServedTool extends Omit<Tool, 'run'> {
  run(args: unknown, context: ToolContext): Promise<ToolAnswer | ToolQuestion>;
}

/** Ties a tool to its presenter, which is given the data with short numbers and names, as they leave. */
export function served<D>(tool: Tool<D>, present: (data: D) => Rendering): ServedTool {
  const render = (data: D): ToolAnswer => ({ data, ...present(data) });
  return {
    ...tool,
    async run(args, context) {
      const answer = await tool.run(args, context);
      if (isQuestion(answer)) return answer;
      const data = rounded(shortLabels(answer));
      const given = isRecord(args) ? args : {};
      return {
        ...render(data),
        budget: tool.budget?.(given) ?? (given.detail === 'full' ? FULL_BUDGET : DIGEST_BUDGET),
        shorter: (most) => render(withQuoted(tool.output, data, (text) => recut(text, most))),
      };
    },
  };
}

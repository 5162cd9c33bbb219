/** A tool and the text of its data as one: what the server, resources and tests call. */
import { rounded, shortLabels } from './clean.ts';
import type { Rendering } from './present/rendering.ts';
import { isQuestion, type Tool, type ToolContext, type ToolQuestion } from './tool.ts';

/** Data, which go into `structuredContent`, and the text that is made of them. */
export interface ToolAnswer extends Rendering {
  data: unknown;
}

export interface ServedTool extends Omit<Tool, 'run'> {
  run(args: unknown, context: ToolContext): Promise<ToolAnswer | ToolQuestion>;
}

/** Ties a tool to its presenter, which is given the data with short numbers and names, as they leave. */
export function served<D>(tool: Tool<D>, present: (data: D) => Rendering): ServedTool {
  return {
    ...tool,
    async run(args, context) {
      const answer = await tool.run(args, context);
      if (isQuestion(answer)) return answer;
      const data = rounded(shortLabels(answer));
      return { data, ...present(data) };
    },
  };
}

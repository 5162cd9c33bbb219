/** Which tools a configuration serves. Knows tools by name, toolset and operation only, so that it loads none of them. */
import type { Config, Toolset } from '../config.ts';
import type { Operation } from './tool.ts';

export interface Selectable {
  name: string;
  toolset: Toolset;
  operation: Operation;
}

/** Selection in the order toolsets, tools, exclude; read-only comes last and always wins. The order of `all` stays. */
export function selectTools<T extends Selectable>(
  config: Pick<Config, 'toolsets' | 'tools' | 'excludeTools' | 'readOnly'>,
  all: readonly T[],
): T[] {
  return all
    .filter((tool) =>
      config.tools === undefined ? config.toolsets.includes(tool.toolset) : config.tools.includes(tool.name),
    )
    .filter((tool) => !config.excludeTools.includes(tool.name))
    .filter((tool) => !config.readOnly || tool.operation === 'read');
}

/** Which tools a configuration serves. Knows tools by name, toolset and operation only, so that it loads none of them. */
import type { Config } from '../config/config.ts';
import type { Toolset } from '../config/settings.ts';
import { quoted } from '../config/values.ts';
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
    .filter((tool) => !config.readOnly || changesNothing(tool.operation));
}

/** Whether an operation leaves every platform as it is: it reads, writes the book of failure modes, or keeps a proposal. */
export function changesNothing(operation: Operation): boolean {
  return operation === 'read' || operation === 'note' || operation === 'propose';
}

/**
 * A configuration whose names of tools were checked against `all`, with a problem for each that is unknown. Tools that
 * `excludeTools` misnames would stay: then nothing is served that starts, cancels or changes.
 */
export function withKnownTools(config: Config, all: readonly Selectable[]): Config {
  const isUnknown = (name: string) => !all.some((tool) => tool.name === name);
  const wanted = (config.tools ?? []).filter(isUnknown);
  const excluded = config.excludeTools.filter(isUnknown);
  const problems = [
    ...wanted.map((name) => `--tools names ${quoted(name)}, which is no tool of this server; it is left out.`),
    ...excluded.map(
      (name) =>
        `--exclude-tools names ${quoted(name)}, which is no tool of this server; so that nothing is left by mistake, no tool that starts, cancels or changes is served.`,
    ),
  ];
  if (problems.length === 0) return config;
  return { ...config, readOnly: config.readOnly || excluded.length > 0, problems: [...config.problems, ...problems] };
}

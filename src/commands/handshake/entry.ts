/** `serve`: answers the handshake from the record; the server itself is loaded when something else is asked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { withKnownTools } from '../../mcp/selection.ts';
import { createLineReader } from '../../mcp/transport/line-reader.ts';
import { useCompileCache } from '../compile-cache.ts';
import { guardStdout, liveWithParent } from '../stdio.ts';
import { firstCallSteps } from './first-call.ts';
import { createHandshake, holdHandshake, type Recorded } from './handshake.ts';
import { createWarmUp } from './warm-up.ts';

export async function enter(given: Config, version: string): Promise<void> {
  const output = guardStdout();
  let close = async () => {};
  const life = liveWithParent(() => close());
  const lines = createLineReader(process.stdin);
  const recorded = readRecorded();
  const wireTools = recorded?.tools.map(({ wire }) => wire);
  const config = withKnownTools(given, recorded?.tools ?? (await import('../../mcp/catalogue.ts')).TOOLS);
  // Settings that cannot be used are said at once, and the server says them.
  const held =
    recorded && config.problems.length === 0
      ? await holdHandshake(createHandshake(recorded, config), {
          lines,
          write: (text) => void output.write(text).catch(() => {}),
          warmUp: createWarmUp([useCompileCache, ...firstCallSteps({ config, version, wireTools })]),
        })
      : undefined;
  if (held?.left) return life.finish(output.written());
  useCompileCache();
  const { serve } = await import('../serve.ts');
  close = serve(config, version, { output, lines, life, seen: held?.seen, wireTools });
}

/** The record beside the bundle. Without one, or with one of another shape, the server answers everything itself. */
function readRecorded(): Recorded | undefined {
  try {
    const recorded: Recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'handshake.json'), 'utf8'));
    return recorded.classic && recorded.modern && Array.isArray(recorded.tools) ? recorded : undefined;
  } catch {
    return undefined;
  }
}

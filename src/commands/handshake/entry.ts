/** `serve`: answers the handshake from the record; the server itself is loaded when something else is asked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { withKnownTools } from '../../mcp/selection.ts';
import { useCompileCache } from '../compile-cache.ts';
import { endWithParent, guardStdout } from '../stdio.ts';
import { firstCallSteps } from './first-call.ts';
import { createHandshake, holdHandshake, type Recorded } from './handshake.ts';
import { createWarmUp } from './warm-up.ts';

export async function enter(given: Config, version: string): Promise<void> {
  const out = guardStdout();
  let close = async () => {};
  const life = endWithParent(() => close());
  const recorded = readRecorded();
  const wireTools = recorded?.tools.map(({ wire }) => wire);
  const config = withKnownTools(given, recorded?.tools ?? (await import('../../mcp/catalogue.ts')).TOOLS);
  // Settings that cannot be used are said at once, and the server says them.
  const answered =
    recorded && config.problems.length === 0
      ? await holdHandshake(createHandshake(recorded, config), {
          stdin: process.stdin,
          write: (text) => out.write(text),
          warmUp: createWarmUp([useCompileCache, ...firstCallSteps({ config, version, wireTools })]),
        })
      : undefined;
  useCompileCache();
  const { serve } = await import('../serve.ts');
  close = serve(config, version, { out, end: life.end, given: answered, wireTools });
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

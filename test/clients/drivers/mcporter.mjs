/** mcporter's runtime, which its command line stands on. */
import { createRuntime } from 'mcporter';
import { fromResult } from './sdk.mjs';

const SERVER = 'agent-sim';

export async function connect({ command, args, env, cwd }) {
  const runtime = await createRuntime({
    rootDir: cwd,
    servers: [{ name: SERVER, command: { kind: 'stdio', command, args, cwd }, env }],
  });
  return {
    tools: async () => (await runtime.listTools(SERVER)).map(({ name }) => name),
    call: async (name, values) => fromResult(await runtime.callTool(SERVER, name, { args: values })),
    lacks: { 'read a resource': !('readResource' in runtime), 'get a prompt': !('getPrompt' in runtime) },
    close: () => runtime.close(),
  };
}

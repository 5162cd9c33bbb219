/** The Inspector's command line: a process, and a server, for each request. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromResult } from './sdk.mjs';

const BIN = join(import.meta.dirname, '../../../node_modules/.bin/mcp-inspector');
const run = promisify(execFile);

export async function connect({ command, args, env }) {
  const settings = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const ask = async (method, ...more) => {
    const request = ['--cli', ...settings, command, ...args, '--method', method, ...more];
    const options = { env: { ...process.env, HOME: env.HOME }, maxBuffer: 10_000_000 };
    // It exits with an error, too, where a tool answered one, which it has written out.
    const { stdout } = await run(BIN, request, options).catch((error) => {
      if (!error.stdout) throw error;
      return error;
    });
    return JSON.parse(stdout);
  };
  const written = (value) => (typeof value === 'object' ? JSON.stringify(value) : value);
  const pairs = (values) => Object.entries(values).map(([name, value]) => `${name}=${written(value)}`);
  return {
    tools: async () => (await ask('tools/list')).tools.map(({ name }) => name),
    call: async (name, values) => {
      const given = pairs(values).flatMap((pair) => ['--tool-arg', pair]);
      return fromResult(await ask('tools/call', '--tool-name', name, ...given));
    },
    read: async (uri) => (await ask('resources/read', '--uri', uri)).contents.map(({ text }) => text).join('\n'),
    prompt: async (name, values) => {
      const given = pairs(values).flatMap((pair) => ['--prompt-args', pair]);
      const { messages } = await ask('prompts/get', '--prompt-name', name, ...given);
      return messages.map(({ content }) => content.text).join('\n');
    },
    close: async () => {},
  };
}

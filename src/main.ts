/** The bin: arguments → config → a command; nothing else. Commands load on use, so that `serve` pays for none of them. */
import { attend } from './commands/attend.ts';
import { type Config, readConfig, UsageError } from './config.ts';

declare const __VERSION__: string;

async function main(config: Config): Promise<void> {
  if (config.command === 'serve') return attend(config, __VERSION__);
  if (config.command === 'demo') return (await import('./commands/demo.ts')).demo(config);
  if (config.command === 'doctor') return (await import('./commands/doctor.ts')).doctor(config, __VERSION__);
  if (config.command === 'sandbox') return (await import('./commands/sandbox.ts')).sandbox(config);
  if (config.command === 'version') process.stdout.write(`${__VERSION__}\n`);
  else process.stdout.write((await import('./commands/help.ts')).helpText(__VERSION__));
}

async function run(): Promise<void> {
  try {
    await main(readConfig(process.argv.slice(2), process.env));
  } catch (error) {
    const usage = error instanceof UsageError;
    process.stderr.write(
      `agent-simulation-mcp: ${error instanceof Error ? error.message : String(error)}${usage ? '\nTry --help.' : ''}\n`,
    );
    process.exitCode = usage ? 2 : 1;
  }
}

void run();

/** The bin: arguments → config → a command; nothing else. Commands load on use, so that `serve` pays for none of them. */
import { enter } from './commands/handshake/entry.ts';
import { type Config, readConfig } from './config/config.ts';

declare const __VERSION__: string;

async function main(config: Config): Promise<void> {
  if (config.command === 'serve') return enter(config, __VERSION__);
  if (config.command === 'demo') return (await import('./commands/demo.ts')).demo(config);
  if (config.command === 'doctor') return (await import('./commands/doctor.ts')).doctor(config, __VERSION__);
  if (config.command === 'sandbox') return (await import('./commands/sandbox.ts')).sandbox(config);
  if (config.command === 'keys') return (await import('./commands/keys.ts')).keys(config);
  if (config.command === 'code') return (await import('./commands/code.ts')).code(config);
  if (config.command === 'version') process.stdout.write(`${__VERSION__}\n`);
  else process.stdout.write((await import('./commands/help.ts')).helpText(__VERSION__));
}

async function run(): Promise<void> {
  try {
    const config = readConfig(process.argv.slice(2), process.env);
    // Unhandled rejections arrive here, too.
    process.on('uncaughtException', (error) => {
      void import('./commands/crash.ts').then(({ onUncaught }) => onUncaught(error, config));
    });
    await main(config);
  } catch (error) {
    (await import('./commands/crash.ts')).sayFailure(error, process.env);
  }
}

void run();

/**
 * The last words of a process. What was thrown may quote a key (a header, a setting), and Node would print it as it is:
 * so nothing thrown is left to Node.
 */
import type { Config } from '../config/config.ts';
import { UsageError } from '../config/flags.ts';
import { createLog } from '../http/log.ts';
import { errorCode } from '../model/error-code.ts';
import { registerSecrets, secrets } from './secrets.ts';

/** What was thrown outside of any call. A server goes on, since what failed belongs to no call; everything else ends. */
export function onUncaught(error: unknown, { command, env, log }: Pick<Config, 'command' | 'env' | 'log'>): void {
  registerSecrets(env);
  const unread = errorCode(error) === 'EPIPE';
  // Whoever read our output has seen enough (`| head`), or is gone.
  if (unread && (command !== 'serve' || !process.stdout.writable)) process.exit(0);
  if (command === 'serve') {
    createLog(log, secrets).error('uncaught', { message: messageOf(error), stack: stackOf(error) });
    return;
  }
  process.stderr.write(secrets.redact(`agent-simulation-mcp: ${stackOf(error) ?? messageOf(error)}\n`));
  process.exit(1);
}

/** What a command ended with. */
export function sayFailure(error: unknown, env: Config['env']): void {
  registerSecrets(env);
  const usage = error instanceof UsageError;
  process.stderr.write(secrets.redact(`agent-simulation-mcp: ${messageOf(error)}${usage ? '\nTry --help.' : ''}\n`));
  process.exitCode = usage ? 2 : 1;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}

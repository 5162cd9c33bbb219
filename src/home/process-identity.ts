/**
 * Which process made a claim, and does it still live? A pid alone is not enough: pids are used again, and a folder may
 * be shared by containers or machines that cannot see each other's processes.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod/v4';
import { errorCode } from '../model/error-code.ts';

export const processSchema = z.object({
  pid: z.int().positive(),
  /** Start time in the kernel's own ticks where it can be read; absent elsewhere. */
  started: z.string().optional(),
  host: z.string(),
  /** Changes with every boot. */
  boot: z.string().optional(),
  /** Pids mean something only inside one namespace. */
  namespace: z.string().optional(),
});
export type ProcessIdentity = z.infer<typeof processSchema>;

/** `elsewhere` = on another machine or in another container: it cannot be seen from here. */
export type Liveness = 'alive' | 'dead' | 'elsewhere';

let own: ProcessIdentity | undefined;

/** The process that this code runs in. */
export function ownProcess(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    started: processStat(process.pid)?.started,
    host: hostname(),
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
  };
  return own;
}

/** Whether a process lives, as far as it can be seen from `here`. Without procfs, a pid that is used again counts as alive. */
export function livenessOf(other: ProcessIdentity, here: ProcessIdentity = ownProcess()): Liveness {
  if (other.host !== here.host) return 'elsewhere';
  if (other.boot !== here.boot) return 'dead';
  if (other.namespace !== here.namespace) return 'elsewhere';
  if (!exists(other.pid)) return 'dead';
  const stat = processStat(other.pid);
  if (!stat || other.started === undefined) return 'alive';
  // A zombie (Z) or dead (X) process has ended; its parent has not collected it yet.
  return stat.started === other.started && !/[ZX]/.test(stat.state) ? 'alive' : 'dead';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** State and start time of a process from Linux's procfs (proc(5), fields 3 and 22). */
function processStat(pid: number): { state: string; started: string } | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The command name is in parentheses and may itself contain spaces and parentheses.
  const [state, ...rest] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const started = rest[18];
  return state === undefined || started === undefined ? undefined : { state, started };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

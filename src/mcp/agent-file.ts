/** In the sandbox: the file that the agent under test follows, for answers that send a reader to mend it. */
import type { Provider } from '../providers/provider.ts';
import { clip } from './clean.ts';

/** Characters of a path that are shown; PATH_MAX of Linux and macOS is 4,096 and 1,024. */
const LONGEST_PATH = 1_000;

/** The path, made where it is absent; undefined on a real platform. What of it is no plain text is left out. */
export function agentFileOf(providers: readonly Pick<Provider, 'playbook'>[]): string | undefined {
  const file = providers.find(({ playbook }) => playbook)?.playbook?.();
  return file && clip(file.path, LONGEST_PATH);
}

/** Why the agent does not follow the file (trusted words). */
export function agentFileProblem(providers: readonly Pick<Provider, 'playbook'>[]): string | undefined {
  return providers.find(({ playbook }) => playbook)?.playbook?.().problem;
}

/** The path within a sentence: in quotes where it would not end at a space. */
export function shownPath(path: string): string {
  return /^[^\s"'=<>`]+$/.test(path) ? path : JSON.stringify(path);
}

/** What a next step is for, and where the agent is mended. */
export function withAgentFile(why: string, path: string | undefined): string {
  return path === undefined
    ? why
    : `${why}; the sandbox's agents follow the file ${shownPath(path)}, which a change of the prompt of one writes`;
}

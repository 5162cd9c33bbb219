/** Requests that wait for their answers. The SDK knows each by a number of ours; what the client wrote is kept here. */
import { idKey } from './message.ts';

export interface OpenRequest {
  /** Characters of the id in the line. */
  id: string;
  method: string;
  progressToken?: string | undefined;
  /** Stays open by its nature, and keeps no process. */
  listening?: boolean | undefined;
  /** Takes the answer as JSON; `undefined` when there will be none. */
  settle(answer: string | undefined): void;
}

export interface OpenRequests {
  /** The number by which the SDK knows it. */
  add(request: OpenRequest): number;
  get(number: unknown): OpenRequest | undefined;
  /** It waits no longer. */
  remove(number: unknown): OpenRequest | undefined;
  /** Numbers of the requests with this id that may be cancelled: all but `initialize`. */
  cancellable(id: string): number[];
  /** A request stays open by its nature. */
  listens(request: OpenRequest): void;
  /** Resolves when no request waits for an answer. */
  idle(): Promise<void>;
}

export function createOpenRequests(): OpenRequests {
  const open = new Map<unknown, OpenRequest>();
  let watchers: (() => void)[] = [];
  let last = 0;
  const isIdle = () => [...open.values()].every(({ listening }) => listening);
  const changed = () => {
    if (watchers.length === 0 || !isIdle()) return;
    for (const watcher of watchers) watcher();
    watchers = [];
  };
  return {
    add(request) {
      last += 1;
      open.set(last, request);
      return last;
    },
    get: (number) => open.get(number),
    remove(number) {
      const request = open.get(number);
      open.delete(number);
      changed();
      return request;
    },
    cancellable(id) {
      const wanted = idKey(id);
      return [...open].flatMap(([number, one]) =>
        one.method !== 'initialize' && idKey(one.id) === wanted ? [Number(number)] : [],
      );
    },
    listens(request) {
      request.listening = true;
      changed();
    },
    async idle() {
      if (!isIdle()) await new Promise<void>((resolve) => watchers.push(resolve));
    },
  };
}

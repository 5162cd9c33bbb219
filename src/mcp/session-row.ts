import type { Session } from '../model/schemas.ts';

/** A session as answers show it that are not about its agent: without the reference of that, which takes room in each of many. */
export function sessionRow({ agent_ref: _agent, ...session }: Session): Session {
  return session;
}

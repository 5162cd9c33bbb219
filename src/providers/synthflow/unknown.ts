/** Ids that the vendor does not know: a clear answer that offers the closest known ones. */
import type { RefKind } from '../../model/refs.ts';
import { type Named, orUnknown } from '../shared/choose.ts';
import { isRefusal } from './endpoints/answers.ts';
import { PLATFORM } from './platform.ts';

const NEXT: Readonly<Record<RefKind, string>> = {
  agent: 'Use the id of an agent of this workspace.',
  suite: 'list_tests with kind=suite shows the suites of this workspace.',
  case: 'list_tests with kind=case shows the cases of this workspace.',
  session: 'list_sessions shows the sessions of this workspace; the id of a run is no session id.',
  run: 'list_runs shows the runs of a session; the id of a session is no run id.',
};

/** The vendor's refusal of an id (404, and 400 or 422 for an id of the wrong form) becomes `not_found` with candidates. */
export function orNotFound<T>(
  asked: Promise<T>,
  kind: RefKind,
  id: string,
  known: () => Promise<readonly Named[]> = async () => [],
): Promise<T> {
  return orUnknown(asked, { platform: PLATFORM, what: kind, kind, id, known, next: NEXT[kind], isUnknown: isRefusal });
}

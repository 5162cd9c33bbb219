/** The refs that the claims of a start name. Pure. */
import { formatRef, isUsableId } from '../model/refs.ts';
import type { StartReceipt } from '../providers/provider.ts';
import type { Entry } from './journal-entry.ts';

export function sessionRef(provider: string, { receipt }: { receipt?: StartReceipt }): string | undefined {
  return refOf(provider, 'session', receipt?.session);
}

export function runRef(provider: string, { receipt }: { receipt?: StartReceipt }): string | undefined {
  return refOf(provider, 'run', receipt?.run);
}

/** A claim is a file: what another version wrote into it may be no id that can be used. */
function refOf(provider: string, kind: 'session' | 'run', ids: readonly string[] = []): string | undefined {
  return ids.length > 0 && ids.every(isUsableId) ? formatRef(provider, kind, ...ids) : undefined;
}

/** Sessions or runs that may be what a lost answer would have named. */
export function candidatesOf(provider: string, entries: readonly Entry[]): string[] {
  const receipts = entries.flatMap((entry) => entry.candidates ?? []);
  return unique(receipts.map((receipt) => runRef(provider, { receipt }) ?? sessionRef(provider, { receipt })));
}

export function unique(refs: readonly (string | undefined)[]): string[] {
  return [...new Set(refs.filter((ref) => ref !== undefined))];
}

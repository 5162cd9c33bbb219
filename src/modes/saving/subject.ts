/** What is saved of which sessions, and what it comes up against. */
import type { FailureCluster } from '../../model/clusters.ts';
import type { FailureTable } from '../failures.ts';
import type { ModeKeys } from '../keys.ts';

/** The sessions whose failures are saved. */
export interface SaveSubject {
  table: FailureTable;
  /** Under which entries of the book the failures are kept, and which others are read with them. */
  keys: ModeKeys;
  /** By reference of the session: when it was made. */
  sessions: ReadonlyMap<string, { at?: string | undefined }>;
  /** The platform's own clusters of them; undefined where they were not read. */
  clusters?: readonly FailureCluster[] | undefined;
}

/** A failure, or a wording, that was of one mode (or `single`) and is of another. */
export interface Conflict {
  failure: string;
  was: string;
  now: string;
}

/** What is saved of which sessions, and what it comes up against. */
import type { FailureCluster } from '../../model/clusters.ts';
import type { FailureTable } from '../failures.ts';

/** The sessions whose failures are saved. */
export interface SaveSubject {
  table: FailureTable;
  /** By reference of the session: the key of its entry in the book, what it is called, and when the session was made. */
  sessions: ReadonlyMap<string, { key: string; name?: string | undefined; at?: string | undefined }>;
  /** The platform's own clusters of them; undefined where they were not read. */
  clusters?: readonly FailureCluster[] | undefined;
}

/** A failure, or a wording, that was of one mode (or `single`) and is of another. */
export interface Conflict {
  failure: string;
  was: string;
  now: string;
}

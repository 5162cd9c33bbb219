/** Documents of the sandbox: the latest value of each, folded from lines that all processes of a home append. */
import * as z from 'zod/v4';
import { recordsInMemory } from './records-in-memory.ts';
import type { Documents, SessionRecords } from './types.ts';

const lineSchema = z.object({
  do: z.enum(['put', 'remove']),
  collection: z.string(),
  id: z.string(),
  value: z.unknown(),
});
type Line = z.infer<typeof lineSchema>;

interface Kept {
  /** Of the list of lines that it is folded from. */
  number: number;
  value: unknown;
  removed: boolean;
}

export interface KeptDocuments extends Documents {
  /** Takes in what other processes put and removed. */
  refresh(): void;
}

/** `records` has a list of lines for each document. */
export function createDocuments(records: SessionRecords = recordsInMemory()): KeptDocuments {
  const collections = new Map<string, Map<string, Kept>>();
  const inCollection = (name: string) => {
    const known = collections.get(name) ?? new Map<string, Kept>();
    collections.set(name, known);
    return known;
  };
  const refresh = () => {
    for (const { number, line } of records.news()) {
      const read = lineSchema.safeParse(line).data;
      if (read)
        inCollection(read.collection).set(read.id, { number, value: read.value, removed: read.do === 'remove' });
    }
  };
  const write = (line: Line) => {
    refresh();
    const known = inCollection(line.collection).get(line.id);
    if (known) records.append(known.number, line);
    else records.create(() => line);
    refresh();
  };
  return {
    refresh,
    all: (collection) =>
      [...inCollection(collection)].flatMap(([id, { value, removed }]) => (removed ? [] : [{ id, value }])),
    get(collection, id) {
      const known = inCollection(collection).get(id);
      return known?.removed === false ? known.value : undefined;
    },
    put: (collection, id, value) => write({ do: 'put', collection, id, value }),
    remove(collection, id) {
      if (inCollection(collection).has(id)) write({ do: 'remove', collection, id, value: null });
    },
  };
}

/** A changer of a home in which nothing was ever changed, and nothing is. */
import type { Changer } from '../../src/changing/changer.ts';

export function noChanges(more: Partial<Changer> = {}): () => Promise<Changer> {
  const nothing = () => Promise.reject(new Error('nothing is changed here'));
  const changer: Changer = {
    propose: nothing,
    apply: nothing,
    revert: nothing,
    history: async () => [],
    originOf: async () => undefined,
    audit: { record: async () => undefined },
    ...more,
  };
  return async () => changer;
}

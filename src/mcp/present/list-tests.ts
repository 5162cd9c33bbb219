/** The text of `list_tests`. */
import type { ListTests } from '../tools/list-tests.ts';
import { listHeadline } from './list.ts';
import type { Rendering } from './rendering.ts';
import { testLine } from './words.ts';

export function presentListTests(data: ListTests): Rendering {
  return {
    headline: listHeadline(data, data.tests.length, 'test'),
    lines: data.tests.map(testLine),
    next:
      data.tests.length > 0
        ? ['get_test shows criteria and caller of one', 'start_simulation with dry_run=true plans a start']
        : undefined,
  };
}

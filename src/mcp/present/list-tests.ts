/** The text of `list_tests`. */
import { nextCall } from '../../model/next-call.ts';
import type { ListTests } from '../tools/list-tests.ts';
import { listHeadline } from './list.ts';
import type { Rendering } from './rendering.ts';
import { testLine } from './words.ts';

export function presentListTests(data: ListTests): Rendering {
  return {
    headline: listHeadline(data, data.tests.length, 'test'),
    lines: data.tests.map(testLine),
    next:
      data.tests[0] === undefined
        ? undefined
        : [nextCall('get_test', { test: data.tests[0].ref }, 'shows criteria and caller of the first')],
  };
}

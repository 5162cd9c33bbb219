import { isProblem, type Problem } from '../../src/model/problem.ts';

/** The Problem that a promise is rejected with. Throws what else it is rejected with, and where it is not. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  try {
    await promise;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/** A batch is answered with one list, once each of its requests has been settled; with nothing where there is none. */

export interface Batch {
  /** A place in the list, in the order of the requests. */
  place(): (answer: string | undefined) => void;
  /** There are no more places. */
  complete(): void;
}

export function openBatch(write: (list: string) => void): Batch {
  const answers: (string | undefined)[] = [];
  // One for the batch itself, so that early answers do not end it.
  let awaited = 1;
  const settled = () => {
    awaited -= 1;
    const given = answers.filter((answer) => answer !== undefined);
    if (awaited === 0 && given.length > 0) write(`[${given.join(',')}]`);
  };
  return {
    place() {
      const index = answers.push(undefined) - 1;
      awaited += 1;
      return (answer) => {
        answers[index] = answer;
        settled();
      };
    },
    complete: settled,
  };
}

/**
 * What the SDKs take in place of their compiler of JSON Schemas, which is not bundled (`build.mjs`): it lets everything
 * through. The one answer of a client that has a schema, a person's, is read strictly by `elicitedAnswer`.
 */
import type { jsonSchemaValidator } from '@modelcontextprotocol/server';

const isTaken = <T>(_input: unknown): _input is T => true;

export const unchecked: jsonSchemaValidator = {
  getValidator:
    <T>() =>
    (input: unknown) =>
      isTaken<T>(input)
        ? { valid: true, data: input, errorMessage: undefined }
        : { valid: false, data: undefined, errorMessage: 'not taken' },
};

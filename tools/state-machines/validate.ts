// eslint-disable-next-line @typescript-eslint/no-require-imports -- it has types for its older name alone
const validate = require('asl-validator') as (definition: unknown) => Promise<Validation> | Validation;

interface Validation {
  readonly isValid: boolean;
  readonly errors: readonly object[];
}

/** What a definition has that the Amazon States Language does not allow: nothing, for one that Step Functions would take. */
export async function errorsIn(definition: unknown): Promise<readonly object[]> {
  return (await validate(definition)).errors;
}

import type { IConstruct } from 'constructs';

/**
 * The one error of this library. Its message says what must hold, what was given and what to do,
 * and ends with the path of the construct.
 */
export class ManagedSecretsError extends Error {
  constructor(message: string, public readonly constructPath: string) {
    super(`${message} [at ${constructPath || '<root>'}]`);
    this.name = 'ManagedSecretsError';
  }
}

/** The path of a construct, or of one that is about to be created as `id` in `scope`. */
export function pathOf(scope: IConstruct, id?: string): string {
  return [scope.node.path, id].filter(Boolean).join('/');
}

export function fail(path: string, message: string): never {
  throw new ManagedSecretsError(message, path);
}

/** Why a look is not complete. Its message is written here and holds nothing that came from outside but the name of an error. */
export class LookError extends Error {
  constructor(
    message: string,
    /** A name of the SDK or of Node.js, such as `ThrottlingException` or `ECONNREFUSED`; never a text. */
    public readonly code?: string,
  ) {
    super(message);
    this.name = 'LookError';
  }
}

const REMEDIES: [codes: string[], remedy: string][] = [
  [['AccessDeniedException'], 'check the role of the watcher and the resource policy of the secret'],
  [['ResourceNotFoundException'], 'the secret does not exist; take it out of what is watched'],
  [['ThrottlingException', 'TooManyRequestsException', 'InternalServiceError', 'InternalServiceErrorException', 'ServiceUnavailable'],
    'Secrets Manager is busy, and the next look may succeed'],
];

/** Only the name of an error is kept. */
export function lookError(activity: string, error: unknown): LookError {
  if (error instanceof LookError) return error;
  const code = codeOf(error);
  const remedy = REMEDIES.find(([codes]) => code !== undefined && codes.includes(code))?.[1] ?? 'check that the function reaches Secrets Manager';
  return new LookError(`${activity} failed; ${remedy}`, code);
}

/** A socket's code says more than the name of the error that carries it. */
export function codeOf(error: unknown): string | undefined {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((text): text is string => typeof text === 'string' && /^\w{1,60}$/.test(text));
}

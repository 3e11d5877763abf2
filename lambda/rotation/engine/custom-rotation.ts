/** What each of the three functions gets. */
export interface CustomRotationRequest {
  readonly secretArn: string;
  /** Names this rotation; the same when a function is called again for it. */
  readonly token: string;
  /** The value of AWSCURRENT. */
  current(): Promise<string>;
  /** The value of AWSPREVIOUS, when there is one: at `set`, what clients used before AWSCURRENT, ready to be revoked. */
  previous(): Promise<string | undefined>;
  /** A random text of the password policy in the environment of the function. */
  randomPassword(): string;
  getRemainingTimeInMillis(): number;
}

/** The same, with the value of AWSPENDING. */
export interface PendingRotationRequest extends CustomRotationRequest {
  readonly pending: string;
}

/**
 * Three functions that rotate anything: an API key, a token. Each may be called again for the same rotation, after it had died
 * anywhere. To explain a failure, throw a `RotationError`: of any other error nothing is shown, for it may hold the secret.
 */
export interface CustomRotation {
  /**
   * Makes the new value. Called only while none is stored; when it died after it had made something elsewhere, the next call should
   * find that again by `token`.
   */
  create(request: CustomRotationRequest): Promise<string>;
  /** Makes the pending value valid; AWSCURRENT should stay valid beside it. May revoke AWSPREVIOUS. */
  set(request: PendingRotationRequest): Promise<void>;
  /** Uses the pending value as a client would, and throws when it does not work. It may be the present value: see `RotateImmediately`. */
  test(request: PendingRotationRequest): Promise<void>;
}

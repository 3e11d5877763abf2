import { RotationError } from './errors';

export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type RotationStep = typeof ROTATION_STEPS[number];

/** What Secrets Manager sends to a rotation function. */
export interface RotationEvent {
  readonly Step: RotationStep;
  /** The ARN of the secret. */
  readonly SecretId: string;
  /** The id of the version that is being made. */
  readonly ClientRequestToken: string;
  /** Comes when Secrets Manager rotates as another principal, and goes back with PutSecretValue. A credential itself: never logged. */
  readonly RotationToken?: string;
}

/** What the engine needs of the context that Lambda gives. */
export interface InvocationContext {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis(): number;
}

/** Refuses what Secrets Manager would not have sent, before anything is called. */
export function rotationEventIn(event: unknown): RotationEvent {
  const { Step, SecretId, ClientRequestToken, RotationToken } = (event ?? {}) as Record<string, unknown>;
  if (typeof SecretId !== 'string' || SecretId === '') {
    throw new RotationError('configuration', 'the event names no secret in `SecretId`; let Secrets Manager invoke this function');
  }
  if (typeof ClientRequestToken !== 'string' || ClientRequestToken === '') {
    throw new RotationError('configuration', `${SecretId}: the event has no \`ClientRequestToken\`; let Secrets Manager invoke this `
      + 'function');
  }
  if (!ROTATION_STEPS.includes(Step as RotationStep)) {
    throw new RotationError('configuration', `${SecretId}: \`Step\` must be one of ${ROTATION_STEPS.join(', ')}; let Secrets Manager `
      + 'invoke this function');
  }
  if (RotationToken !== undefined && typeof RotationToken !== 'string') {
    throw new RotationError('configuration', `${SecretId}: \`RotationToken\` must be a string; let Secrets Manager invoke this function`);
  }
  return { Step: Step as RotationStep, SecretId, ClientRequestToken, RotationToken };
}

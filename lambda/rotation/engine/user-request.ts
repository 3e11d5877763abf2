import { RotationError } from './errors';
import { type UserDescription, USER_PROPERTIES } from '../../../src/rotation/contract/database-user';
import { SECRET_ARN } from '../../../src/rotation/contract/secrets';

const TYPES = ['Create', 'Update', 'Delete'] as const;

/** What CloudFormation asks for a database user, by way of the function that answers it. */
export interface UserRequest {
  readonly type: typeof TYPES[number];
  readonly secretArn: string;
  readonly user: UserDescription;
  /** The text that `user` was read from; a tag of the secret must vouch for it. */
  readonly text: string;
  readonly physicalId?: string;
}

/** Secrets Manager sends no such field. */
export function isUserRequest(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'RequestType' in event;
}

/** Refuses what CloudFormation would not have sent, before anything is called. */
export function userRequestIn(event: unknown): UserRequest {
  const { RequestType, ResourceProperties, PhysicalResourceId } = event as Record<string, unknown>;
  const properties = (ResourceProperties ?? {}) as Record<string, unknown>;
  const { [USER_PROPERTIES.SECRET_ARN]: secretArn, [USER_PROPERTIES.USER]: text } = properties;
  const type = TYPES.find(known => known === RequestType);
  if (type === undefined || typeof text !== 'string') throw malformed();
  if (typeof secretArn !== 'string' || !SECRET_ARN.test(secretArn)) throw malformed();
  return { type, secretArn, text, user: parsed(text), physicalId: typeof PhysicalResourceId === 'string' ? PhysicalResourceId : undefined };
}

function parsed(text: string): UserDescription {
  try {
    return JSON.parse(text) as UserDescription;
  } catch {
    throw malformed();
  }
}

function malformed(): RotationError {
  return new RotationError('configuration', 'the event names no secret and no user; let CloudFormation invoke this function, by deploying '
    + 'the app');
}

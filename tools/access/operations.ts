import { decide, Decision } from './decide';
import { AccessModel, secretOf } from '../../src/review/model/model';
import {
  directUseOf, invocation, invocationFor, logRequests, OperationOptions, READ, requestsOn, ROTATE_AS_FUNCTION, WRITE, WriteOptions,
} from '../../src/review/model/operations';
import type { Principal, Source } from '../../src/review/model/principal';
import type { Request } from '../../src/review/model/request';

/** A request that the service decides while it performs an operation. */
export interface Step {
  readonly action: string;
  readonly decision: Decision;
}

/** An operation: allowed when each of its steps is. */
export interface Operation {
  readonly decision: Decision;
  readonly steps: Step[];
}

export async function readSecret(model: AccessModel, principal: Principal, secret: string, options?: OperationOptions): Promise<Operation> {
  return inTurn(model, requestsOn(secretOf(model, secret), principal, READ, options));
}

export async function writeSecret(model: AccessModel, principal: Principal, secret: string, options?: WriteOptions): Promise<Operation> {
  const decrypt = options?.existingVersion ? ['kms:Decrypt'] : [];
  return inTurn(model, requestsOn(secretOf(model, secret), principal, [...WRITE, ...decrypt], options));
}

/** Does what the four steps of a rotation do, as the role of a rotation function. */
export async function rotateSecret(model: AccessModel, principal: Principal, secret: string, options?: OperationOptions): Promise<Operation> {
  return inTurn(model, requestsOn(secretOf(model, secret), principal, ROTATE_AS_FUNCTION, options));
}

export async function invokeRotation(model: AccessModel, secretArnOrName: string, source?: Source): Promise<Decision> {
  return decide(model, invocationFor(model, secretArnOrName, source));
}

export async function invokeFunction(model: AccessModel, principal: Principal, functionArn: string): Promise<Decision> {
  return decide(model, invocation(principal, functionArn));
}

export async function writeLogs(model: AccessModel, principal: Principal, logGroup: string): Promise<Operation> {
  return inTurn(model, logRequests(model, principal, logGroup));
}

/** Decrypts the secret's data key without Secrets Manager: the principal calls KMS itself, with the right encryption context. */
export async function directDecrypt(model: AccessModel, principal: Principal, secretArnOrName: string): Promise<Decision> {
  return directUse(model, principal, secretArnOrName, 'kms:Decrypt');
}

export async function directUse(model: AccessModel, principal: Principal, secretArnOrName: string, action: string): Promise<Decision> {
  return decide(model, directUseOf(secretOf(model, secretArnOrName), principal, action));
}

async function inTurn(model: AccessModel, requests: Request[]): Promise<Operation> {
  const steps: Step[] = [];
  for (const request of requests) steps.push({ action: request.action, decision: await decide(model, request) });
  return { decision: combined(steps), steps };
}

function combined(steps: Step[]): Decision {
  const decisions = steps.map(step => step.decision);
  return decisions.find(decision => decision === 'ExplicitlyDenied') ?? decisions.find(decision => decision !== 'Allowed') ?? 'Allowed';
}

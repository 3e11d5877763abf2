import { neededFirst } from '../../src/review/assembly/creation-order';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import {
  AccessModel, attachmentOf, Decision, invokeFunction, LambdaFunction, Placed, RotationSchedule, Secret, secretsManager, Source, unqualified,
} from '../access';

/** Who rotates a secret, and when. */
export interface RotationReview {
  readonly schedule: RotationSchedule;
  /** What tells the secret from others, whether it is in the templates or not. */
  readonly secretKey: string;
  /** Absent when it is in none of the templates. */
  readonly rotator?: LambdaFunction;
  /** The engine of the database, where the templates name it. */
  readonly engine?: string;
  /** As the environment of the function has it. */
  readonly strategy?: string;
  /** Absent without a function to invoke. */
  readonly invocation?: Invocation;
}

/** What Lambda answers Secrets Manager, decided by simulation. */
export interface Invocation {
  readonly ofThisSecret: Decision;
  /** The same, as long as nothing is created but what the schedule needs first. */
  readonly onCreation: Decision;
  readonly ofAnyAccount: Decision;
}

export async function rotationOf(model: AccessModel, stacks: ResolvedStack[], schedule: RotationSchedule): Promise<RotationReview> {
  const { secretId, functionArn, stack: { account, region } } = schedule;
  const secret = model.secrets.find(each => each.rotationSchedules.includes(schedule));
  const rotator = functionArn === undefined ? undefined : model.functions.find(each => each.arn === unqualified(functionArn));
  const source: Source = secret ?? { account, arn: secretId.startsWith('arn:') ? secretId : undefined };
  return {
    schedule,
    secretKey: secret?.arn ?? `${account}/${region}/${secretId}`,
    rotator,
    engine: secret && (engineInTemplate(secret) ?? attachmentOf(secret, stacks)?.database?.Engine),
    strategy: rotator?.environment[ROTATION_ENVIRONMENT.ROTATION_STRATEGY],
    invocation: rotator && await invocationBy(model, source, { schedule, rotator }),
  };
}

/** An account that nobody has. */
const ANY_ACCOUNT = '000000000000';

async function invocationBy(
  model: AccessModel, source: Source, { schedule, rotator }: { schedule: RotationSchedule; rotator: LambdaFunction },
): Promise<Invocation> {
  const invoke = (at: AccessModel, by: Source) => invokeFunction(at, secretsManager(by), schedule.functionArn!);
  const permissions = rotator.permissions.filter(permission => isCreatedBefore(permission, schedule));
  return {
    ofThisSecret: await invoke(model, source),
    onCreation: await invoke({ ...model, functions: [{ ...rotator, permissions }] }, source),
    ofAnyAccount: await invoke(model, { account: ANY_ACCOUNT, arn: source.arn?.replace(`:${source.account}:`, `:${ANY_ACCOUNT}:`) }),
  };
}

function isCreatedBefore(permission: Placed, { stack, logicalId }: Placed): boolean {
  return permission.stack === stack
    ? neededFirst(stack.source, logicalId).has(permission.logicalId)
    : stack.dependencies.includes(permission.stack.path);
}

/** `engine` of the value that Secrets Manager generates; it is no secret. */
function engineInTemplate({ resource: { Properties = {} } }: Secret): string | undefined {
  const template = Properties.GenerateSecretString?.SecretStringTemplate;
  if (template === undefined) return undefined;
  try {
    return JSON.parse(template).engine;
  } catch {
    return undefined;
  }
}

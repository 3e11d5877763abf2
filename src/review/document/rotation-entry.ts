import type { Place, RotationEntry, RotatorEntry } from './review-document';
import { DATABASE_USER } from '../../private/database-user-resource';
import { credentialInWords } from '../../rotation/contract/credentials';
import { USER_PROPERTIES } from '../../rotation/contract/database-user';
import { ROTATION_ENVIRONMENT } from '../../rotation/contract/environment';
import { windowsOf } from '../../rotation/private/rotation-windows';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { textOf } from '../assembly/unknown';
import { attachmentOf } from '../model/attachments';
import { LambdaFunction, unqualified } from '../model/functions';
import type { AccessModel, Secret } from '../model/model';
import { type Placed, resourcesOfType } from '../model/placed';
import type { RotationSchedule } from '../model/rotation-schedules';

/** What rotations are read from. */
export interface RotationSources {
  readonly model: AccessModel;
  readonly stacks: ResolvedStack[];
  readonly placeOf: (placed: Pick<Placed, 'stack' | 'logicalId'>) => Place;
  /** The first day of the calendar. */
  readonly from: Date;
}

export function rotationEntryOf(secret: Secret, sources: RotationSources): RotationEntry | undefined {
  const [schedule] = secret.rotationSchedules;
  if (schedule === undefined) return undefined;
  const { RotationRules = {}, RotateImmediatelyOnUpdate } = schedule.resource.Properties ?? {};
  const expression = expressionOf(RotationRules);
  const hours = /^(\d+)h$/.exec(textOf(RotationRules.Duration) ?? '')?.[1];
  return {
    place: sources.placeOf(schedule),
    ...expression !== undefined && { schedule: expression },
    ...hours !== undefined && { windowHours: Number(hours) },
    onUpdate: String(RotateImmediatelyOnUpdate) !== 'false',
    rotator: rotatorOf(secret, schedule, sources),
    ...userMadeBy(secret, sources),
    windows: expression === undefined ? [] : windowsOf(expression, sources.from),
  };
}

/** The schedule in the words of the template. */
function expressionOf({ ScheduleExpression, AutomaticallyAfterDays }: Record<string, unknown>): string | undefined {
  const days = textOf(AutomaticallyAfterDays);
  return textOf(ScheduleExpression) ?? (days === undefined ? undefined : `rate(${days} ${days === '1' ? 'day' : 'days'})`);
}

function rotatorOf(secret: Secret, schedule: RotationSchedule, { model, stacks }: RotationSources): RotatorEntry {
  const { functionArn, resource: { Properties = {} } } = schedule;
  const hosted = Properties.HostedRotationLambda?.RotationType;
  if (hosted !== undefined) return { kind: 'hosted', name: `a function that is hosted by AWS (${textOf(hosted) ?? 'of a kind that is not known'})` };
  if (Properties.ExternalSecretRotationRoleArn !== undefined) return { kind: 'external', name: 'Secrets Manager, at the provider of the secret' };
  if (functionArn === undefined) return { kind: 'managed', name: 'the service that manages the secret' };
  const rotator = model.functions.find(({ arn }) => arn === unqualified(functionArn));
  const engine = engineOf(secret, stacks);
  return {
    kind: rotator === undefined && !functionArn.startsWith('arn:') ? 'unknown' : 'function',
    name: rotator?.path ?? functionArn,
    ...principalOf(rotator, model),
    ...engine !== undefined && { engine },
    ...strategyOf(rotator),
    ...credentialOf(rotator),
  };
}

function principalOf(rotator: LambdaFunction | undefined, { roles }: AccessModel): Pick<RotatorEntry, 'principal'> {
  const role = rotator && roles.find(({ arn }) => arn === rotator.role);
  return role === undefined ? {} : { principal: role.path };
}

function strategyOf(rotator: LambdaFunction | undefined): Pick<RotatorEntry, 'strategy'> {
  const strategy = textOf(rotator?.environment[ROTATION_ENVIRONMENT.ROTATION_STRATEGY]);
  return strategy === undefined ? {} : { strategy };
}

function credentialOf(rotator: LambdaFunction | undefined): Pick<RotatorEntry, 'credential'> {
  const credential = credentialInWords(textOf(rotator?.environment[ROTATION_ENVIRONMENT.CREDENTIAL_KIND]));
  return credential === undefined ? {} : { credential };
}

function userMadeBy({ arn }: Secret, { stacks, placeOf }: RotationSources): Pick<RotationEntry, 'userMadeBy'> {
  const user = resourcesOfType(stacks, DATABASE_USER.type).find(({ resource }) => resource.Properties?.[USER_PROPERTIES.SECRET_ARN] === arn);
  return user === undefined ? {} : { userMadeBy: placeOf(user) };
}

/** As the value that Secrets Manager generates names it, which is no secret, or as the database does. */
function engineOf(secret: Secret, stacks: ResolvedStack[]): string | undefined {
  const template = textOf(secret.resource.Properties?.GenerateSecretString?.SecretStringTemplate);
  return engineIn(template) ?? textOf(attachmentOf(secret, stacks)?.database?.Engine);
}

function engineIn(template: string | undefined): string | undefined {
  try {
    return template && JSON.parse(template).engine;
  } catch {
    return undefined;
  }
}

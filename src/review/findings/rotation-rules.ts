import { isCreatedBefore, permits } from './invocation';
import { Flaw, Rule, SECRETS_MANAGER_GUIDE, TemplateEvidence, TemplateRule } from './rule';
import { mostDaysBetween } from './schedule-length';
import { enumerated, secretInWords } from '../document/words';
import { LambdaFunction, unqualified } from '../model/functions';
import type { Secret } from '../model/model';
import { resourcesOfType } from '../model/roles';
import type { RotationSchedule } from '../model/rotation-schedules';

const CONTROLS = 'https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html';

const rotationOff: Rule = {
  id: 'rotation-off',
  severity: 'warning',
  finds: 'the credentials of a database that are not rotated',
  fix: 'rotate them by a RotatedDatabaseSecret; for the master user, let Amazon RDS manage the password and set its schedule by MasterUserRotation',
  page: `${CONTROLS}#secretsmanager-1`,
  flaws: ({ stacks, model, placeOf }) => {
    const attached = new Set(resourcesOfType(stacks, 'AWS::SecretsManager::SecretTargetAttachment').map(({ resource }) => resource.Properties!.SecretId));
    return model.secrets.filter(({ arn, rotationSchedules }) => attached.has(arn) && rotationSchedules.length === 0)
      .map(secret => ({ place: placeOf(secret), message: 'the secret is attached to a database, and has no rotation schedule' }));
  },
};

/** What Security Hub takes for the most when nobody decides otherwise. */
const MOST_DAYS = 90;
/** Every third month is meant as well, and three months have up to 93 days here. */
const MOST_DAYS_OF_MONTHS = 93;

const rotationLate: Rule = {
  id: 'rotation-late',
  severity: 'warning',
  finds: `a rotation that is due after more than ${MOST_DAYS} days, or never by itself`,
  fix: `give the rotation a schedule of at most ${MOST_DAYS} days`,
  page: `${CONTROLS}#secretsmanager-4`,
  flaws: ({ document }) => document.secrets.flatMap(({ rotation }): Flaw[] => {
    if (rotation === undefined) return [];
    const { schedule, place, rotator: { kind } } = rotation;
    // A service that rotates by itself does so without a schedule of ours.
    if (schedule === undefined && (kind === 'managed' || kind === 'external')) return [];
    if (schedule === undefined) return [{ place, message: 'the rotation has no schedule: the secret is rotated on demand only' }];
    const days = mostDaysBetween(schedule);
    return days === undefined || days <= (schedule.startsWith('cron') ? MOST_DAYS_OF_MONTHS : MOST_DAYS) ? [] : [{ place, message: `${schedule} leaves up to ${Math.round(days)} days between two rotations` }];
  }),
};

/** A schedule, the function that it names, and for whom Secrets Manager invokes it. */
interface Rotation {
  readonly schedule: RotationSchedule;
  readonly secret?: Secret;
  readonly rotator?: LambdaFunction;
}

function rotationsOf({ model }: TemplateEvidence): Rotation[] {
  return model.rotationSchedules.map(schedule => ({
    schedule,
    secret: model.secrets.find(({ rotationSchedules }) => rotationSchedules.includes(schedule)),
    rotator: schedule.functionArn === undefined ? undefined : model.functions.find(({ arn }) => arn === unqualified(schedule.functionArn!)),
  }));
}

function sourceOf({ schedule: { secretId, stack: { account } }, secret }: Rotation) {
  return secret ?? { account, arn: String(secretId).startsWith('arn:') ? secretId : undefined };
}

const oneSchedule: TemplateRule = {
  id: 'one-rotation-schedule',
  severity: 'error',
  finds: 'a second rotation schedule of one secret, of which the one holds that is deployed last',
  fix: 'remove one of them',
  page: `${SECRETS_MANAGER_GUIDE}/rotate-secrets_schedule.html`,
  flaws: evidence => {
    const first = new Map<string, RotationSchedule>();
    return rotationsOf(evidence).flatMap(({ schedule, secret }): Flaw[] => {
      const key = secret?.arn ?? `${schedule.stack.account}/${schedule.stack.region}/${schedule.secretId}`;
      const before = first.get(key);
      if (before === undefined) first.set(key, schedule);
      return before === undefined ? [] : [{ place: evidence.placeOf(schedule), message: `${before.path} rotates the same secret` }];
    });
  },
};

const rotationPermission: TemplateRule = {
  id: 'rotation-permission',
  severity: 'error',
  finds: 'a rotation function that Secrets Manager may not invoke: no rotation runs',
  fix: 'permit lambda:InvokeFunction to secretsmanager.amazonaws.com, with the account of the secret as SourceAccount',
  page: `${SECRETS_MANAGER_GUIDE}/rotating-secrets-required-permissions-function.html`,
  flaws: evidence => rotationsOf(evidence).flatMap((rotation): Flaw[] => {
    const { schedule, rotator } = rotation;
    return rotator === undefined || rotator.permissions.some(permission => permits(permission, sourceOf(rotation), true))
      ? [] : [{ place: evidence.placeOf(schedule), message: `Secrets Manager may not invoke ${rotator.path} for this secret` }];
  }),
};

const rotationAfterPermission: TemplateRule = {
  id: 'rotation-after-permission',
  severity: 'error',
  finds: 'a schedule that may be created before Secrets Manager may invoke its function: the deployment then fails',
  fix: 'let the schedule depend on the permission of the function',
  page: `${SECRETS_MANAGER_GUIDE}/rotating-secrets-required-permissions-function.html`,
  flaws: evidence => rotationsOf(evidence).flatMap((rotation): Flaw[] => {
    const permitting = rotation.rotator?.permissions.filter(permission => permits(permission, sourceOf(rotation), true)) ?? [];
    return permitting.length === 0 || permitting.some(permission => isCreatedBefore(permission, rotation.schedule)) ? [] : [{
      place: evidence.placeOf(rotation.schedule),
      message: `the schedule does not wait until Secrets Manager may invoke ${rotation.rotator!.path}`,
    }];
  }),
};

/** An account that nobody has. */
const ANY_ACCOUNT = '000000000000';

const rotationSourceAccount: TemplateRule = {
  id: 'rotation-source-account',
  severity: 'warning',
  finds: 'a rotation function that Secrets Manager may invoke on behalf of any account',
  fix: 'give the permission the account of the secrets as SourceAccount',
  page: `${SECRETS_MANAGER_GUIDE}/rotating-secrets-required-permissions-function.html`,
  flaws: evidence => {
    const rotations = rotationsOf(evidence).filter(rotation => {
      const { arn, account } = sourceOf(rotation);
      const another = { account: ANY_ACCOUNT, arn: arn?.replace(`:${account}:`, `:${ANY_ACCOUNT}:`) };
      return rotation.rotator?.permissions.some(permission => permits(permission, another, false));
    });
    return [...new Set(rotations.map(({ rotator }) => rotator!))]
      .map(rotator => ({ place: evidence.placeOf(rotator), message: 'Secrets Manager may invoke the rotation function on behalf of any account' }));
  },
};

const rotatorOfOthers: Rule = {
  id: 'rotation-function-of-others',
  severity: 'warning',
  finds: 'a rotation function that can read and write, and so rotate, secrets that do not name it as theirs',
  fix: 'limit the role of the function by the condition secretsmanager:resource/AllowRotationLambdaArn to the function itself',
  page: `${SECRETS_MANAGER_GUIDE}/rotating-secrets-required-permissions-function.html`,
  flaws: ({ document: { secrets, access, principals } }) => {
    const rotators = new Set(secrets.flatMap(({ rotation }) => rotation?.rotator.principal ?? []));
    return [...rotators].flatMap((rotator): Flaw[] => {
      const reached = new Set(access.filter(({ principal, operations: { read, write } }) =>
        principal === rotator && read?.decision === 'allowed' && write?.decision === 'allowed').map(({ secret }) => secret));
      const others = secrets.filter(({ id, rotation, replicaOf }) =>
        reached.has(id) && replicaOf === undefined && rotation?.rotator.principal !== rotator);
      const place = principals.find(({ id }) => id === rotator)?.place;
      return others.length === 0 || place === undefined ? [] : [{
        place, message: `the role of the rotation function can read and write ${enumerated(others.map(secretInWords))}, which it does not rotate`,
      }];
    });
  },
};

const rotationByTransform: TemplateRule = {
  id: 'rotation-by-transform',
  severity: 'note',
  finds: 'a rotation function that is hosted by AWS: its template has a transform, which makes a nested stack',
  fix: 'deploy the stack with CAPABILITY_AUTO_EXPAND, as `cdk deploy` does; not by a StackSet, and not by `cdk import`; and look at the runtime of the function',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-secretsmanager.html',
  flaws: ({ model, placeOf }) => model.rotationSchedules.filter(({ resource }) => resource.Properties?.HostedRotationLambda !== undefined)
    .map(schedule => ({ place: placeOf(schedule), message: 'a transform of AWS makes the rotation function, in a nested stack' })),
};

const unwatchedRotation: Rule = {
  id: 'rotation-unwatched',
  severity: 'note',
  finds: 'a rotated secret that nobody watches, in an app that watches others; a rotation that fails there is noticed by nobody',
  fix: 'watch the namespace of the secret too',
  page: `${SECRETS_MANAGER_GUIDE}/monitoring-cloudwatch.html`,
  flaws: ({ document: { secrets } }) => {
    const watching = secrets.some(({ watchedBy }) => watchedBy.length > 0);
    return secrets.filter(({ rotation, watchedBy }) => watching && rotation !== undefined && watchedBy.length === 0)
      .map(({ place }) => ({ place, message: 'nobody is told when the rotation of this secret fails' }));
  },
};

export const ROTATION_RULES: Rule[] = [
  rotationOff, rotationLate, rotationSourceAccount, rotationPermission, rotationAfterPermission, oneSchedule, rotationByTransform, rotatorOfOthers,
  unwatchedRotation,
];

/** Those by which Secrets Manager or Lambda would refuse a rotation, or should. */
export const ROTATION_REFUSALS: readonly TemplateRule[] = [rotationPermission, rotationAfterPermission, rotationSourceAccount, oneSchedule];

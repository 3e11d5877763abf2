import type { RotationReview } from './rotation';
import { at, Flaw, RULE_PREFIX } from './template-findings';
import type { Finding } from '../rules';

/** What the templates show to be wrong with rotations. */
export function rotationFindings(rotations: RotationReview[]): Finding[] {
  return [
    ...rotations.flatMap(rotation => at(rotation.schedule, [...notTheOnlyOne(rotation, rotations), ...notInvocable(rotation)])),
    ...invocableByAnyAccount(rotations),
  ];
}

function notTheOnlyOne({ schedule, secretKey }: RotationReview, rotations: RotationReview[]): Flaw[] {
  const first = rotations.find(each => each.secretKey === secretKey)!;
  return first.schedule === schedule ? [] : [{
    rule: `${RULE_PREFIX}one-rotation-schedule`,
    message: `${first.schedule.path} rotates the same secret, which has one schedule only: the one that is deployed last; remove one of them`,
  }];
}

function notInvocable({ invocation, rotator }: RotationReview): Flaw[] {
  if (invocation === undefined) return [];
  if (invocation.ofThisSecret !== 'Allowed') {
    return [{
      rule: `${RULE_PREFIX}rotation-permission`,
      message: `Secrets Manager may not invoke ${rotator!.path} for this secret: no rotation runs; permit lambda:InvokeFunction to secretsmanager.amazonaws.com`,
    }];
  }
  return invocation.onCreation === 'Allowed' ? [] : [{
    rule: `${RULE_PREFIX}rotation-after-permission`,
    message: `the schedule may be created before Secrets Manager may invoke ${rotator!.path}, and the deployment then fails; let it depend on the permission`,
  }];
}

/** One finding a function, however many secrets it rotates. */
function invocableByAnyAccount(rotations: RotationReview[]): Finding[] {
  const rotators = new Set(rotations.filter(({ invocation }) => invocation?.ofAnyAccount === 'Allowed').map(({ rotator }) => rotator!));
  return [...rotators].flatMap(rotator => at(rotator, [{
    rule: `${RULE_PREFIX}rotation-source-account`,
    message: 'Secrets Manager may invoke the rotation function on behalf of any account; give the permission the account of the secrets as SourceAccount',
  }]));
}

import type { RotationReview } from './rotation';

/** When and by whom, one line each. */
export function rotationLines(rotations: RotationReview[]): string[] {
  return rotations.length === 0 ? ['not rotated'] : rotations.flatMap(rotation => [when(rotation), `by ${who(rotation)}`, immediately(rotation)]);
}

function when({ schedule: { resource: { Properties = {} } } }: RotationReview): string {
  const { AutomaticallyAfterDays, ScheduleExpression, Duration } = Properties.RotationRules ?? {};
  const schedule = ScheduleExpression ?? (AutomaticallyAfterDays === undefined ? 'on demand' : `every ${AutomaticallyAfterDays} days`);
  return Duration === undefined ? schedule : `${schedule}, window of ${Duration}`;
}

function who({ schedule: { functionArn, resource: { Properties = {} } }, rotator, engine, strategy }: RotationReview): string {
  const hosted = Properties.HostedRotationLambda?.RotationType;
  if (hosted !== undefined) return `a function of AWS (${hosted})`;
  if (functionArn === undefined) return 'no function of these templates';
  const details = [engine, strategy].filter(detail => detail !== undefined).join(', ');
  return `${rotator?.path ?? `${functionArn}, in none of these templates`}${details && ` (${details})`}`;
}

function immediately({ schedule: { resource: { Properties = {} } } }: RotationReview): string {
  return Properties.RotateImmediatelyOnUpdate === false
    ? 'the first time in the next window of the schedule' : 'the first time when the schedule is created, and again when it is changed';
}

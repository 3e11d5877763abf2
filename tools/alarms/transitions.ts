/** An alarm of a template, so far as ours go: a value at or above a threshold, in some of the last periods. */
export interface AlarmProperties {
  readonly Threshold: number;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: 'notBreaching' | 'breaching' | 'ignore' | 'missing';
}

type State = 'OK' | 'ALARM';

/**
 * The states of an alarm after each period, as CloudWatch evaluates "M out of N" with missing data.
 *
 * @param values one for each period, `undefined` where there is none
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export function statesOf(alarm: AlarmProperties, values: (number | undefined)[]): State[] {
  const states: State[] = [];
  values.forEach((_, now) => {
    const window = values.slice(Math.max(0, now + 1 - alarm.EvaluationPeriods), now + 1);
    const isSilent = window.every(value => value === undefined);
    const breaching = window.filter(value => value === undefined ? alarm.TreatMissingData === 'breaching' : value >= alarm.Threshold).length;
    const kept = alarm.TreatMissingData === 'ignore' && isSilent ? states.at(-1) ?? 'OK' : undefined;
    states.push(kept ?? (breaching >= alarm.DatapointsToAlarm ? 'ALARM' : 'OK'));
  });
  return states;
}

/** How often an alarm goes off: the composite does its actions then, and not while another of its alarms goes off too. */
export function timesInAlarm(states: State[]): number {
  return states.filter((state, index) => state === 'ALARM' && states[index - 1] !== 'ALARM').length;
}

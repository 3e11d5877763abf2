import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import type { Given, Option, Surroundings } from './command';
import { SEVERITIES, Severity } from '../document/review-document';
import type { ReviewOptions } from '../document/review-options';
import { controlPoliciesIn, managedPoliciesIn } from '../policy-files';
import { ReviewError } from '../review-error';

/** The options of whatever reviews assemblies. */
export const REVIEWING: Readonly<Record<string, Option>> = {
  'managed-policies': { type: 'string', value: 'directory', help: 'documents of managed policies that no template has, such as TeamBoundary.json' },
  'service-control-policies': { type: 'string', value: 'directory', help: 'service control policies of the organization, as JSON files' },
  'resource-control-policies': { type: 'string', value: 'directory', help: 'resource control policies of the organization, as JSON files' },
  'hierarchy': { type: 'string', multiple: true, value: 'prefix', help: 'how names begin, such as "*/*/"; may be given again' },
  'allowed-account': { type: 'string', multiple: true, value: 'id', help: 'an account or organization that may have access; may be given again' },
  'severity': { type: 'string', multiple: true, value: 'rule=severity', help: `how bad a rule is: ${SEVERITIES.join(', ')} or off; may be given again` },
};

export function optionsOf(given: Given): ReviewOptions {
  const directory = <T>(option: string, read: (directory: string, option: string) => T) => {
    const value = given.text(option);
    return value === undefined ? undefined : read(value, `--${option}`);
  };
  return {
    managedPolicies: directory('managed-policies', managedPoliciesIn),
    serviceControlPolicies: directory('service-control-policies', controlPoliciesIn),
    resourceControlPolicies: directory('resource-control-policies', controlPoliciesIn),
    hierarchy: given.texts('hierarchy'),
    allowedAccounts: given.texts('allowed-account'),
    severities: severitiesOf(given),
  };
}

function severitiesOf(given: Given): ReviewOptions['severities'] {
  return Object.fromEntries((given.texts('severity') ?? []).map(each => {
    const [, rule, severity] = /^(.+)=(error|warning|note|off)$/.exec(each) ?? [];
    if (rule === undefined) throw new ReviewError(`--severity must be <rule>=${SEVERITIES.join('|')}|off, got ${JSON.stringify(each)}`);
    return [rule, severity as Severity | 'off'];
  }));
}

/** Writes where `--output` says, or prints. */
export function deliver(report: string, given: Given, { directory, print, warn }: Surroundings, words = 'The review is in'): void {
  const output = given.text('output');
  if (output === undefined) {
    print(report);
    return;
  }
  const file = path.resolve(directory, output);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, report);
  warn(`${words} ${file}`);
}

import type { Place } from './review-document';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { AccessModel, namesOf } from '../model/model';
import type { Placed } from '../model/placed';

/** A dynamic reference to a secret, or to the parameter by which Parameter Store shows it. */
const REFERENCE = /\{\{resolve:(?:secretsmanager:|ssm-secure:\/aws\/reference\/secretsmanager\/)((?:arn:[^:}]+:secretsmanager:[^:}]*:[^:}]*:secret:)?[^:}]*)/g;

/** Where templates read the value of a secret once, at deployment, by its ARN or its name. */
export function readingsOf(stacks: ResolvedStack[], { secrets }: AccessModel, placeOf: (placed: Pick<Placed, 'stack' | 'logicalId'>) => Place) {
  const names = namesOf(secrets);
  const found = new Map<string, Place[]>();
  for (const stack of stacks) {
    for (const [logicalId, { Properties }] of Object.entries(stack.template.Resources)) {
      const text = JSON.stringify(Properties);
      if (!text?.includes('{{resolve:s')) continue;
      for (const name of new Set([...text.matchAll(REFERENCE)].map(([, each]) => each))) {
        const secret = names.get(name) ?? names.get(`${stack.account}/${stack.region}/${name}`);
        if (secret !== undefined) found.set(secret.arn, [...found.get(secret.arn) ?? [], placeOf({ stack, logicalId })]);
      }
    }
  }
  return found;
}

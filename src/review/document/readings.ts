import type { Place } from './review-document';
import type { ResolvedStack } from '../assembly/resolved-stack';
import type { AccessModel, Secret } from '../model/model';
import type { Placed } from '../model/placed';

const REFERENCE = /\{\{resolve:secretsmanager:((?:arn:[^:}]+:secretsmanager:[^:}]*:[^:}]*:secret:)?[^:}]*)/g;

/** Where templates read the value of a secret once, at deployment, by the ARN of the secret. */
export function readingsOf(stacks: ResolvedStack[], { secrets }: AccessModel, placeOf: (placed: Pick<Placed, 'stack' | 'logicalId'>) => Place) {
  const names = new Map<string, Secret>(secrets.flatMap(secret => [secret.arn, secret.arn.slice(0, -7), `${secret.account}/${secret.region}/${secret.name}`]
    .map(name => [name, secret] as const)));
  const found = new Map<string, Place[]>();
  for (const stack of stacks) {
    for (const [logicalId, { Properties }] of Object.entries(stack.template.Resources)) {
      const text = JSON.stringify(Properties);
      if (!text.includes('{{resolve:secretsmanager:')) continue;
      for (const name of new Set([...text.matchAll(REFERENCE)].map(([, each]) => each))) {
        const secret = names.get(name) ?? names.get(`${stack.account}/${stack.region}/${name}`);
        if (secret !== undefined) found.set(secret.arn, [...found.get(secret.arn) ?? [], placeOf({ stack, logicalId })]);
      }
    }
  }
  return found;
}

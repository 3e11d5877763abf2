import { pinnedVersionsIn } from './pinned-versions';
import { plaintextIn } from './plaintext';
import { Rule, SECRETS_MANAGER_GUIDE } from './rule';
import { wayOut } from '../../private/ways-out';
import type { ResolvedStack } from '../assembly/resolved-stack';
import type { Place } from '../document/review-document';
import { secretInWords } from '../document/words';

const plaintextValue: Rule = {
  id: 'plaintext-value',
  severity: 'error',
  finds: 'a value that stands in the template, where everybody reads it who can read the template',
  fix: 'let Secrets Manager generate the value, refer to another resource, or put it after the deployment; replace the value that was published',
  page: `${SECRETS_MANAGER_GUIDE}/best-practices.html`,
  flaws: ({ model, placeOf }) => model.secrets.flatMap(secret => {
    const { Properties = {} } = secret.stack.source.Resources[secret.logicalId];
    return plaintextIn(Properties.SecretString, secret.stack.source)
      .map(where => ({ place: placeOf(secret), message: `${where} is a literal in the template` }));
  }),
};

const resolvedOnce: Rule = {
  id: 'rotated-value-resolved-once',
  severity: 'warning',
  finds: 'a template that holds the value of a rotated secret, which CloudFormation reads at deployment and never again',
  fix: 'give the reader the ARN of the secret, and let it read the value when it needs it',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html',
  flaws: ({ document, stacks }) => document.secrets.filter(({ rotation }) => rotation !== undefined).flatMap(secret =>
    secret.resolvedIn.map(place => ({ place, type: typeAt(stacks, place) })).filter(({ type }) => !OWNERS.includes(type ?? '')).map(({ place, type }) => ({
      place,
      message: `the value of ${secretInWords(secret)} is read once, at deployment, and is wrong after the next rotation; ${wayOut(type)}`,
    }))),
};

/** The user whose password it is: the rotation sets it there, and CloudFormation reads it again when it changes the user. */
const OWNERS = ['AWS::ElastiCache::User', 'AWS::MemoryDB::User'];

const pinnedVersion: Rule = {
  id: 'rotated-version-pinned',
  severity: 'warning',
  finds: 'a reader that asks for one version of a rotated secret, or for another staging label than `AWSCURRENT`',
  fix: 'leave version and label out, so that the reader gets the newest value',
  page: `${SECRETS_MANAGER_GUIDE}/whats-in-a-secret.html`,
  flaws: ({ model, stacks, placeOf }) => pinnedVersionsIn(stacks, model.secrets.filter(({ rotationSchedules }) => rotationSchedules.length > 0))
    .map(({ secret, version, ...placed }) => ({ place: placeOf(placed), message: `asks for ${version} of ${secret.name}, and never gets the newest value` })),
};

function typeAt(stacks: ResolvedStack[], { stack, logicalId }: Place): string | undefined {
  return stacks.find(({ path }) => path === stack)?.template.Resources[logicalId]?.Type;
}

export const VALUE_RULES: Rule[] = [plaintextValue, resolvedOnce, pinnedVersion];

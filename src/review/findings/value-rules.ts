import { plaintextIn } from './plaintext';
import { Rule, SECRETS_MANAGER_GUIDE } from './rule';
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
  flaws: ({ document }) => document.secrets.filter(({ rotation }) => rotation !== undefined).flatMap(secret => secret.resolvedIn.map(place => ({
    place, message: `the value of ${secretInWords(secret)} is read once, at deployment, and is wrong after the next rotation`,
  }))),
};

export const VALUE_RULES: Rule[] = [plaintextValue, resolvedOnce];

import { ACCESS_RULES } from './access-rules';
import { KEY_RULES } from './key-rules';
import { PASSWORD_RULES } from './password-rules';
import { ROTATION_RULES } from './rotation-rules';
import { Rule, RULE_PREFIX } from './rule';
import { SECRET_RULES } from './secret-rules';
import { VALUE_RULES } from './value-rules';

/** An acknowledgement that meets nothing hides what comes later. `findingsOf` finds those, when all others are known. */
const acknowledgementWithoutFinding: Rule = {
  id: 'acknowledgement-without-finding',
  severity: 'note',
  finds: 'an acknowledgement of a rule that nothing below it breaks',
  fix: 'remove the acknowledgement, or correct its id',
  page: 'https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html',
  flaws: () => [],
};

/** Every rule, in the order of the guide. */
export const RULES: readonly Rule[] = [
  ...VALUE_RULES, ...KEY_RULES, ...ACCESS_RULES, ...ROTATION_RULES, ...PASSWORD_RULES, ...SECRET_RULES, acknowledgementWithoutFinding,
];

/** The rule of an id, with its prefix or without. */
export function ruleOf(id: string): Rule | undefined {
  const bare = id.startsWith(RULE_PREFIX) ? id.slice(RULE_PREFIX.length) : id;
  return RULES.find(rule => rule.id === bare);
}

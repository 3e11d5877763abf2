import { Validations } from 'aws-cdk-lib';
import { Evidence, Flaw, Rule, RULE_PREFIX, RuleOptions } from './rule';
import { RULES, ruleOf } from './rules';
import { FindingEntry, ReviewDocument, SEVERITIES, Severity } from '../document/review-document';
import { ReviewError } from '../review-error';

export interface FindingOptions extends RuleOptions {
  /**
   * How bad it is to break a rule, by the id of the rule; `off` leaves the rule out.
   *
   * @default - as the rule has it
   */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>;
}

/** A reason to leave a finding alone, and the path of the construct that gives it, for all below. */
interface Acknowledgement {
  readonly rule: string;
  readonly path: string;
  readonly reason: string;
  readonly stack: string;
}

/** What breaks the rules, the worst first, apart from hints and by what the app acknowledges with `Validations.of(scope).acknowledge({ id, reason })`. */
export function findingsOf(evidence: Evidence, options: FindingOptions = {}): Pick<ReviewDocument, 'findings' | 'hints' | 'acknowledged'> {
  requireRules(Object.keys(options.severities ?? {}));
  const raised = worstFirst(RULES.flatMap(rule => rule.flaws(evidence, options).flatMap(flaw => entry(rule, flaw, options))));
  const given = evidence.stacks.flatMap(({ path, metadata }) => metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY).flatMap(each =>
    Object.entries(each.data as Record<string, string>).map(([rule, reason]) => ({ rule, reason, path: each.path, stack: path }))))
    .filter(({ rule, reason }) => rule.startsWith(RULE_PREFIX) && reason.trim() !== '');
  const reasonFor = (finding: FindingEntry) => given.find(acknowledgement => covers(acknowledgement, finding))?.reason;
  const needless = given.filter(acknowledgement => !raised.some(finding => covers(acknowledgement, finding)));
  const open = raised.filter(finding => reasonFor(finding) === undefined);
  return {
    hints: open.filter(finding => isHint(finding, options)),
    findings: worstFirst([
      ...open.filter(finding => !isHint(finding, options)),
      ...needless.flatMap(acknowledgement => entry(ruleOf('acknowledgement-without-finding')!, needlessFlaw(acknowledgement), options)),
    ]),
    acknowledged: raised.flatMap(finding => {
      const reason = reasonFor(finding);
      return reason === undefined ? [] : [{ finding, reason }];
    }),
  };
}

function worstFirst(findings: FindingEntry[]): FindingEntry[] {
  return SEVERITIES.flatMap(severity => findings.filter(each => each.severity === severity));
}

function isHint({ rule }: FindingEntry, { severities = {} }: FindingOptions): boolean {
  const { id, isHint: ofRule = false } = ruleOf(rule)!;
  return ofRule && severities[rule] === undefined && severities[id] === undefined;
}

function entry({ id, severity, fix, page }: Rule, { place, message }: Flaw, { severities = {} }: FindingOptions): FindingEntry[] {
  const decided = severities[RULE_PREFIX + id] ?? severities[id] ?? severity;
  return decided === 'off' ? [] : [{ rule: RULE_PREFIX + id, severity: decided, message, fix, page, place }];
}

/** Each must be the id of a rule, with the prefix or without. */
export function requireRules(ids: string[]): void {
  const unknown = ids.find(id => ruleOf(id) === undefined);
  if (unknown === undefined) return;
  throw new ReviewError(`there is no rule ${JSON.stringify(unknown)}; there are: ${RULES.map(({ id }) => id).join(', ')}`);
}

function covers({ rule, path }: Acknowledgement, finding: FindingEntry): boolean {
  const at = finding.place.path;
  return rule === finding.rule && (at === path || at.startsWith(`${path}/`));
}

function needlessFlaw({ rule, path, stack }: Acknowledgement): Flaw {
  return { place: { path, stack, logicalId: '' }, message: `${rule} is acknowledged, and nothing below ${path} breaks it` };
}

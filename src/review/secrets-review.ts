import * as path from 'path';
import {
  IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation, PolicyViolatingResource,
  type Stage,
} from 'aws-cdk-lib';
import { groupedBy } from './document/grouped';
import type { FindingEntry, Severity } from './document/review-document';
import { reviewOf } from './document/review-of';
import type { ReviewOptions } from './document/review-options';
import { requireRules } from './findings/findings-of';
import { RULE_PREFIX } from './findings/rule';
import { RULES } from './findings/rules';
import { PACKAGE_VERSION } from './package-version';
import { controlPoliciesIn, managedPoliciesIn } from './policy-files';
import type { SecretsReviewProps } from './secrets-review-props';

/**
 * The review as a validation plugin: synthesis, `cdk validate` and the editor show what is wrong with the secrets of an app, of whatever
 * constructs they are made. A finding of severity `ERROR` fails the synthesis.
 *
 * A finding is acknowledged at its construct, or above it, by `Validations.of(construct).acknowledge({ id, reason })` with the id that
 * the report shows, such as `cdk-managed-secrets::plaintext-value`. It holds for what is below that construct alone.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
 *
 * @example
 * Validations.of(app).addPlugins(new SecretsReview({
 *   severities: { 'rotation-off': ReviewSeverity.ERROR, 'name-in-hierarchy': ReviewSeverity.OFF },
 *   allowedAccounts: ['444455556666'],
 * }));
 */
export class SecretsReview implements IPolicyValidationPlugin {
  /** The name in the report. It is not what ids of rules begin with: the CDK would take one acknowledgement for all of the app. */
  public readonly name = 'SecretsReview';

  /** The version of this package. */
  public readonly version?: string = PACKAGE_VERSION;

  /** The ids of all rules. */
  public readonly ruleIds?: string[] = RULES.map(({ id }) => RULE_PREFIX + id);

  private readonly options: ReviewOptions;

  constructor(props: SecretsReviewProps = {}) {
    const { managedPolicies, serviceControlPolicies, resourceControlPolicies, ...options } = props;
    requireRules(Object.keys(props.severities ?? {}));
    this.options = {
      ...options,
      ...managedPolicies !== undefined && { managedPolicies: managedPoliciesIn(managedPolicies, 'managedPolicies') },
      ...serviceControlPolicies !== undefined && { serviceControlPolicies: controlPoliciesIn(serviceControlPolicies, 'serviceControlPolicies') },
      ...resourceControlPolicies !== undefined && { resourceControlPolicies: controlPoliciesIn(resourceControlPolicies, 'resourceControlPolicies') },
    };
  }

  /** Reviews the templates that were written. The CDK calls it at the end of a synthesis. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const { outdir } = context.appConstruct as Stage; // the CDK validates apps alone
    const document = reviewOf([outdir], { ...this.options, findingsOnly: true });
    const templates = new Map(document.stacks.map(({ id, template }) => [id, path.resolve(outdir, template)]));
    const wanted = new Set(context.templatePaths.map(template => path.resolve(template)));
    const findings = document.findings.filter(({ place }) => wanted.has(templates.get(place.stack) ?? ''));
    return {
      success: !findings.some(({ severity }) => severity === 'error'),
      violations: [...violationsOf(findings, templates), ...document.problems.map(notReviewed)],
      pluginVersion: this.version,
      ...document.missing.length > 0 && { metadata: { 'not decided': document.missing.map(({ what, remedy }) => `${what}: ${remedy}`).join('; ') } },
    };
  }
}

/** The words of the CDK's report. */
const SEVERITIES: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'info' };

/** What is wrong in the same way at several places is one violation. */
function violationsOf(findings: FindingEntry[], templates: Map<string, string>): PolicyViolation[] {
  return [...groupedBy(findings, ({ rule, severity, message }) => JSON.stringify([rule, severity, message])).values()].map(same => {
    const [{ rule, severity, message, fix, page }] = same;
    return {
      ruleName: rule,
      description: message,
      fix,
      severity: SEVERITIES[severity],
      ruleMetadata: { page },
      violatingResources: same.map(({ place: { path: constructPath, logicalId, stack } }): PolicyViolatingResource => logicalId === ''
        ? { constructPath, locations: [] }
        : { resourceLogicalId: logicalId, templatePath: templates.get(stack), locations: [] }),
    };
  });
}

/** What nobody looked at is shown, so that a report without findings is one of everything. */
function notReviewed(problem: string): PolicyViolation {
  return { ruleName: `${RULE_PREFIX}not-reviewed`, description: problem, severity: SEVERITIES.warning, violatingResources: [] };
}

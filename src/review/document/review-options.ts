import type { StandIns } from '../assembly/environment';
import type { FindingOptions } from '../findings/findings-of';
import type { PolicyDocument } from '../model/policy';

/** What the templates do not hold, and what an organization decides for itself. */
export interface ReviewOptions extends FindingOptions, StandIns {
  /**
   * The first day of the calendar of rotations, which has a month.
   *
   * @default - today
   */
  readonly calendarFrom?: Date;
  /**
   * Whether only the findings are wanted. The document then lacks what no rule reads and takes time: the lines of code of the places, what
   * acts as a role, and where values are read in an app without rotations.
   *
   * @default false
   */
  readonly findingsOnly?: boolean;
  /** @default - the accounts belong to no organization that is known */
  readonly organizationId?: string;
  /**
   * The document of a managed policy that is in no template, by its ARN.
   *
   * @default - what depends on such a policy is not decided
   */
  readonly managedPolicies?: (arn: string) => PolicyDocument | undefined;
  /** @default - no service control policy is in force */
  readonly serviceControlPolicies?: readonly ControlPolicy[];
  /** @default - no resource control policy is in force */
  readonly resourceControlPolicies?: readonly ControlPolicy[];
}

/** A policy of an organization. */
export interface ControlPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
  /** @default - every account */
  readonly account?: string;
}

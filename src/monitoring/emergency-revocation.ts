import type { Construct } from 'constructs';
import { Runbook } from './private/runbook';
import { REVOCATION } from './private/scripts/revocation';
import type { SecretRunbookProps } from './secret-runbook';
import { POLICY_CHANGE, POLICY_PUT } from '../private/actions';
import { withInjected } from '../private/property-injection';

/**
 * A runbook that denies a role or a user everything on every secret of the namespace, at once: it adds one statement to each resource
 * policy, and keeps the others. `Action` `Undo` takes that statement away again.
 *
 * All policies are looked at before the first one is changed: where one would be too long, nothing is changed. The log has each policy as
 * it was. The policies of replicas follow their primaries. A secret that is created or restored later is not covered, and
 * CloudFormation replaces a policy when its template changes: for good, deny the principal with `GuardRail.denyPrincipals` and deploy.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export class EmergencyRevocation extends Runbook {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.EmergencyRevocation';

  constructor(scope: Construct, id: string, props: SecretRunbookProps) {
    props = withInjected(EmergencyRevocation.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id, props, prefix => ({
      description: `Denies a principal every secret below ${prefix}, or undoes that.`,
      parameters: {
        PrincipalArn: {
          type: 'String',
          description: 'The ARN of the role or user. Of a session, give the role.',
          allowedPattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$',
        },
        Action: { type: 'String', description: 'Revoke the access, or Undo that.', default: 'Revoke', allowedValues: ['Revoke', 'Undo'] },
      },
      script: REVOCATION,
      steps: [
        {
          name: 'Plan',
          description: 'Which policies are to be changed. Fails where one would be too long.',
          handler: 'plan',
          outputs: { ToChange: 'StringList', AlreadyDone: 'Integer', Sid: 'String' },
        },
        {
          name: 'ChangePolicies',
          description: 'Policy after policy; the log has each as it was.',
          repeated: { name: 'ChangeSome', description: 'As many as a step has time for.', handler: 'apply_changes', outputs: { Remaining: 'Boolean' } },
        },
        { name: 'Confirm', description: 'Every policy is as it is to be.', handler: 'confirm' },
      ],
      permissions: [
        { actions: POLICY_CHANGE },
        { actions: POLICY_PUT, conditions: { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } } },
      ],
      listsSecrets: true,
    }));
  }
}

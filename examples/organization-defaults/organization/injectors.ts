import { aws_cloudwatch_actions as actions, aws_lambda as lambda, aws_logs as logs, InjectionContext, IPropertyInjector } from 'aws-cdk-lib';
import {
  CredentialRotator, CredentialRotatorProps, GuardRail, NameLevel, SecretMonitoring, SecretMonitoringProps, SecretNamespace, SecretNamespaceProps,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { logsKey, onCall, organizationTrail } from './account';
import { environmentOf, ORGANIZATION } from './organization';

/** The defaults of the organization, one a class. `{ ...defaults, ...given }` may be overridden by a team; what stands after `...given` may not. */
export const INJECTORS: IPropertyInjector[] = [
  injector<SecretNamespaceProps>(SecretNamespace.PROPERTY_INJECTION_ID, (given, { scope }) => ({
    ...given,
    hierarchy: [NameLevel.literal(ORGANIZATION.nameLevel), NameLevel.ENVIRONMENT, NameLevel.SERVICE],
    tagKeys: { environment: 'acme:environment', service: 'acme:service', owner: 'acme:owner', costCenter: 'acme:cost-center' },
    tags: { 'acme:data-class': 'confidential', ...given.tags },
    guardRails: [...guardRailsOf(scope), ...given.guardRails ?? []],
  })),
  injector<SecretMonitoringProps>(SecretMonitoring.PROPERTY_INJECTION_ID, (given, { scope }) => ({
    alarmActions: [new actions.SnsAction(onCall(scope))],
    ...given,
    trailLogGroup: organizationTrail(scope),
  })),
  injector<CredentialRotatorProps>(CredentialRotator.PROPERTY_INJECTION_ID, given => ({
    tracing: lambda.Tracing.ACTIVE,
    reservedConcurrentExecutions: 2,
    ...given,
  })),
  // A class of the CDK: it reaches the log groups that the constructs of this library create, and all others.
  injector<logs.LogGroupProps>(logs.LogGroup.PROPERTY_INJECTION_ID, (given, { scope }) => ({
    retention: logs.RetentionDays.ONE_YEAR,
    ...given,
    encryptionKey: given.encryptionKey ?? logsKey(scope),
  })),
];

function injector<Props>(constructUniqueId: string, inject: (given: Props, context: InjectionContext) => Props): IPropertyInjector {
  return { constructUniqueId, inject };
}

/** Nobody from outside of the organization; in production nobody of staging either. */
function guardRailsOf(scope: Construct): GuardRail[] {
  const organization = GuardRail.denyOutsideOrganization(ORGANIZATION.id);
  return environmentOf(scope) === 'prod' ? [organization, GuardRail.denyPrincipals([ORGANIZATION.stagingRoles])] : [organization];
}

import { App, PropertyInjectors, Validations } from 'aws-cdk-lib';
import { SecretsReview } from 'cdk-managed-secrets';
import { INJECTORS } from './injectors';
import { ORGANIZATION } from './organization';

export { acknowledge, acknowledgeInPacks } from './acknowledgements';
export { OrganizationStage } from './organization-stage';
export { ServiceSecrets } from './service-secrets';

/** The one call of an app: from here on, constructs have the defaults of the organization, and a synthesis with an error of the review fails. */
export function applyOrganizationDefaults(app: App): void {
  PropertyInjectors.of(app).add(...INJECTORS);
  Validations.of(app).addPlugins(new SecretsReview({ hierarchy: [`${ORGANIZATION.nameLevel}/*/*/`], allowedAccounts: [ORGANIZATION.id] }));
}

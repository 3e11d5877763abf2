import { SecretAudit, SecretMonitoring, SecretNamespace } from 'cdk-managed-secrets';
import { Construct } from 'constructs';
import { organizationTrail } from './account';
import { environmentOf } from './organization';

export interface ServiceSecretsProps {
  readonly service: string;
  readonly owner: string;
  readonly costCenter: string;
}

/** The namespace of a service in the environment of its stage, which is watched and can be audited: a team creates it once and adds its secrets. */
export class ServiceSecrets extends Construct {
  public readonly namespace: SecretNamespace;

  constructor(scope: Construct, id: string, props: ServiceSecretsProps) {
    super(scope, id);
    this.namespace = new SecretNamespace(this, 'Namespace', { environment: environmentOf(this), ...props });
    this.namespace.makeDefaultFor(scope);
    new SecretMonitoring(this, 'Monitoring', { namespace: this.namespace });
    new SecretAudit(this, 'Audit', { namespace: this.namespace, trailLogGroup: organizationTrail(this) });
  }
}

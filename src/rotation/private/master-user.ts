import {
  type aws_docdb as docdb, aws_rds as rds, type aws_redshift as redshift, type aws_redshiftserverless as serverless,
  aws_secretsmanager as secretsmanager, type CfnResource, Token,
} from 'aws-cdk-lib';

/**
 * The master user of a database of this app: whom its service creates, and whose password it manages where it is told to.
 *
 * @internal
 */
export interface MasterUser {
  /** As an error calls the database. */
  readonly path: string;
  readonly service: string;
  /** Absent where it is known at deployment only. */
  readonly username?: string;
  /** Has the service manage the password. */
  readonly property: string;
  readonly isManaged: boolean;
  /** A password besides, which the service refuses together with its own. */
  readonly passwordProperty?: string;
  /** The secret that the service manages; absent where CloudFormation does not tell it. */
  readonly secretArn?: string;
}

/** @internal */
export function masterOfRds(resource: rds.CfnDBInstance | rds.CfnDBCluster): MasterUser {
  const { path } = resource.node.scope!.node;
  return {
    path,
    service: 'Amazon RDS',
    username: known(resource.masterUsername) ?? nameInGeneratedSecret(resource),
    property: 'manageMasterUserPassword',
    isManaged: resource.manageMasterUserPassword === true,
    get secretArn() { return resource.attrMasterUserSecretSecretArn; },
  };
}

/** @internal */
export function masterOfRedshift(cluster: redshift.CfnCluster): MasterUser {
  return {
    path: cluster.node.path,
    service: 'Amazon Redshift',
    username: known(cluster.masterUsername),
    property: 'manageMasterPassword',
    isManaged: cluster.manageMasterPassword === true,
    passwordProperty: given('masterUserPassword', cluster.masterUserPassword),
    get secretArn() { return cluster.attrMasterPasswordSecretArn; },
  };
}

/** @internal */
export function masterOfNamespace(namespace: serverless.CfnNamespace): MasterUser {
  return {
    path: namespace.node.path,
    service: 'Amazon Redshift Serverless',
    username: known(namespace.adminUsername),
    property: 'manageAdminPassword',
    isManaged: namespace.manageAdminPassword === true,
    passwordProperty: given('adminUserPassword', namespace.adminUserPassword),
  };
}

/** @internal */
export function masterOfDocumentDb(cluster: docdb.CfnDBCluster): MasterUser {
  return {
    path: cluster.node.path,
    service: 'Amazon DocumentDB',
    username: known(cluster.masterUsername) ?? nameInGeneratedSecret(cluster),
    property: 'manageMasterUserPassword',
    isManaged: cluster.manageMasterUserPassword === true,
    passwordProperty: given('masterUserPassword', cluster.masterUserPassword),
  };
}

function given(property: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : property;
}

function known(name: string | undefined): string | undefined {
  return Token.isUnresolved(name) ? undefined : name;
}

/** The L2 refers to the name in the secret that it generates, in whose template it stands. */
function nameInGeneratedSecret(resource: CfnResource): string | undefined {
  const secret = resource.node.scope!.node.tryFindChild('Secret')?.node.defaultChild;
  const generator = secret instanceof secretsmanager.CfnSecret ? secret.generateSecretString : undefined;
  if (generator === undefined || Token.isUnresolved(generator)) return undefined;
  const { secretStringTemplate: template } = generator as secretsmanager.CfnSecret.GenerateSecretStringProperty;
  return /"username":"([^"\\]+)"/.exec(template ?? '')?.[1];
}

/** The five languages of jsii. Publishing is described in docs/guides/releasing.md; it is not a workflow of this repository. */
export const jsiiTargets = {
  publishToPypi: {
    distName: 'cdk-managed-secrets',
    module: 'cdk_managed_secrets',
  },
  publishToMaven: {
    javaPackage: 'io.github.cdkmanagedsecrets',
    mavenGroupId: 'io.github.cdk-managed-secrets',
    mavenArtifactId: 'cdk-managed-secrets',
  },
  publishToNuget: {
    dotNetNamespace: 'CdkManagedSecrets',
    packageId: 'CdkManagedSecrets',
  },
  publishToGo: {
    moduleName: 'github.com/cdk-managed-secrets/cdk-managed-secrets-go',
  },
};

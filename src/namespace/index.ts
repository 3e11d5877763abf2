export { NameLevel } from './name-level';
export { SecretNamespace } from './secret-namespace';
export { ISecretNamespace, NamespaceTagKeys, SecretNamespaceAttributes, SecretNamespaceProps } from './secret-namespace-props';

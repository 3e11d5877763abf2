/** Under this type, the metadata of a construct names the accounts and organizations with which it shares secrets; the review reads it. */
export const SHARED_WITH_METADATA = 'cdk-managed-secrets:shared-with';

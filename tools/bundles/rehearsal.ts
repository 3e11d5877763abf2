import { Bundle, bundleOf } from './bundle';

/** `npx cdk-managed-secrets rehearse` in one file: the package depends on nothing but the CDK, which is not in it. */
export async function rehearsalBundle(root: string): Promise<Bundle> {
  return bundleOf(root, { name: 'rehearsal', entry: 'tools/rotate/rehearse.ts', external: ['aws-cdk-lib', 'constructs'] });
}

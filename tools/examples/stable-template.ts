import type { Template } from './synthesis';

/** What the CDK adds to every stack for its own bookkeeping; some of it depends on how synthesis was started. */
const BOOKKEEPING: Record<string, string[]> = {
  Parameters: ['BootstrapVersion'],
  Rules: ['CheckBootstrapVersion'],
  Resources: ['CDKMetadata'],
  Conditions: ['CDKMetadataAvailable'],
};

/**
 * A template without what changes while the stack stays the same, for snapshots:
 * the CDK's bookkeeping, the hashes of assets, and the Node version of the handlers that aws-cdk-lib brings with it.
 */
export function stableTemplate(template: Template): Template {
  const { Resources = {}, ...sections } = JSON.parse(withoutAssetHashes(template)) as Template;
  return withoutBookkeeping({ ...sections, Resources: Object.fromEntries(Object.entries(Resources).map(withoutOwnRuntime)) });
}

function withoutAssetHashes(template: Template): string {
  return JSON.stringify(template).replace(/\b[0-9a-f]{64}\b/g, '<asset hash>');
}

function withoutBookkeeping(template: Template): Template {
  const kept = Object.entries(template).map(([section, content]) => [
    section,
    section in BOOKKEEPING
      ? Object.fromEntries(Object.entries(content as object).filter(([id]) => !BOOKKEEPING[section].includes(id)))
      : content,
  ]);
  return Object.fromEntries(kept.filter(([, content]) => typeof content !== 'object' || Object.keys(content as object).length > 0));
}

/** The function with which aws-cdk-lib copies assets into a bucket; it has more memory in newer releases. */
const OWN_DEPLOYMENT = 'CustomCDKBucketDeployment';

type Entry = [string, NonNullable<Template['Resources']>[string]];

/** aws-cdk-lib names the entry point of its own custom resource handlers so; no function of ours is called that. */
function withoutOwnRuntime([id, resource]: Entry): Entry {
  const properties = resource.Properties as Record<string, unknown> | undefined;
  if (id.startsWith(OWN_DEPLOYMENT) && properties?.Handler !== undefined) {
    const { Architectures, MemorySize, ...kept } = properties;
    return [id, { ...resource, Properties: kept }];
  }
  return properties?.Handler === '__entrypoint__.handler'
    ? [id, { ...resource, Properties: { ...properties, Runtime: '<chosen by aws-cdk-lib>' } }]
    : [id, resource];
}

import * as path from 'path';
import { MetadataEntry, readTemplate, StackFiles } from './assembly-files';
import type { Resource, Template } from './resolved-stack';
import { ReviewError } from '../review-error';

/** The template of a nested stack, and which constructs are in it. */
export interface NestedStackFiles {
  readonly logicalId: string;
  /** The construct path of the nested stack. */
  readonly path: string;
  readonly templateFile: string;
  readonly template: Template;
}

/** The construct that the CDK puts a nested stack into: `<id>.NestedStack/<id>.NestedStackResource`. */
const RESOURCE_OF_NESTED_STACK = /^(.*)\.NestedStack\/[^/]*\.NestedStackResource$/;

/** The nested stacks of a template whose own template is in the assembly, and a sentence for each other one. */
export function nestedStacksOf(files: Pick<StackFiles, 'path' | 'folder' | 'assetFile' | 'metadata' | 'templateFile'>, template: Template) {
  const problems: string[] = [];
  const nested = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::CloudFormation::Stack').flatMap(([logicalId, resource]): NestedStackFiles[] => {
    const file = templateFileOf(resource, files);
    try {
      if (file === undefined) throw new ReviewError('its template is not in the assembly');
      return [{
        logicalId,
        path: pathOf(logicalId, files),
        templateFile: path.join(path.dirname(files.templateFile), file),
        template: readTemplate(path.join(files.folder, file)),
      }];
    } catch (error) {
      problems.push(`the nested stack ${logicalId} of ${files.path} is not reviewed: ${(error as Error).message}`);
      return [];
    }
  });
  return { nested, problems };
}

/** By the metadata that the CDK writes for the CLI, or by the hash in the URL, which the asset manifest has too. */
function templateFileOf({ Metadata = {}, Properties: { TemplateURL } = {} }: Resource, { assetFile }: Pick<StackFiles, 'assetFile'>): string | undefined {
  const [hash] = /[0-9a-f]{64}/.exec(JSON.stringify(TemplateURL ?? '')) ?? [];
  return Metadata['aws:asset:path'] as string | undefined ?? (hash === undefined ? undefined : assetFile(hash));
}

function pathOf(logicalId: string, { path: parent, metadata }: Pick<StackFiles, 'path' | 'metadata'>): string {
  const found = metadata.find(({ type, data, path: constructPath }) => type === 'aws:cdk:logicalId' && data === logicalId && RESOURCE_OF_NESTED_STACK.test(constructPath));
  return found?.path.replace(RESOURCE_OF_NESTED_STACK, '$1') ?? `${parent}/${logicalId}`;
}

/** The metadata of the constructs below a path. */
export function below(stackPath: string, metadata: MetadataEntry[]): MetadataEntry[] {
  return metadata.filter(({ path: constructPath }) => constructPath === stackPath || constructPath.startsWith(`${stackPath}/`));
}

import {
  Aspects, AspectPriority, AssetManifestBuilder, type IAspect, type IStackSynthesizer, PermissionsBoundary, RemoveTag, Stack, Tag,
} from 'aws-cdk-lib';
import { fail } from '../../private/errors';

const SUPPORT = Symbol.for('cdk-managed-secrets.SupportStack');

/**
 * The stack beside this one, in the same stage, that holds keys of a region. All namespaces of a stack share it. It is deployed as the
 * stack beside it is: by the same roles, and with its tags and its termination protection.
 *
 * Its id is `<stack>-keys-<region>`; both id and name stay the same when namespaces come and go.
 */
export function supportStack(stack: Stack, region: string): Stack {
  if (stack.nestedStackParent) return supportStack(stack.nestedStackParent, region);
  return requireSupportStack(stack, region) ?? createBeside(stack, idOf(stack, region), region);
}

/** Fails when another construct has the id of that stack; absent where the stack is still to be created. */
export function requireSupportStack(stack: Stack, region: string): Stack | undefined {
  if (stack.nestedStackParent) return requireSupportStack(stack.nestedStackParent, region);
  const known = stack.node.scope!.node.tryFindChild(idOf(stack, region));
  if (known && !(SUPPORT in known)) {
    fail(known.node.path, `this id must be left to the stack of the keys in ${region}, which ${stack.node.path} needs; rename this `
      + 'construct');
  }
  return known as unknown as Stack | undefined;
}

function idOf({ node: { id } }: Stack, region: string): string {
  return `${id}-keys-${region}`;
}

function createBeside(stack: Stack, id: string, region: string): Stack {
  const { account, node, stackName } = stack;
  const support = new Stack(node.scope!, id, {
    env: { account, region },
    stackName: `${stackName}-keys-${region}`,
    description: `Keys in ${region} of the secrets of ${stackName}`,
    synthesizer: synthesizerLikeThatOf(stack),
    permissionsBoundary: permissionsBoundaryOf(stack),
    crossRegionReferences: stack._crossRegionReferences,
    analyticsReporting: stack._versionReportingEnabled,
  });
  Object.defineProperty(support, SUPPORT, { value: true });
  Aspects.of(support).add(new LikeStackBeside(stack, support), { priority: AspectPriority.MUTATING });
  return support;
}

/**
 * The synthesizer of the stack, to be bound once more: with the same qualifier, roles and bucket, whatever its class. It is a copy that
 * inherits from the original, as the CDK makes one for each stack that shares a synthesizer, but with assets of its own.
 */
function synthesizerLikeThatOf({ synthesizer }: Stack): IStackSynthesizer {
  return Object.create(synthesizer, {
    _boundStack: { value: undefined, writable: true },
    ...('assetManifest' in synthesizer && { assetManifest: { value: new AssetManifestBuilder(), writable: true } }),
  });
}

/** The context that the prop of a stack or a stage sets. */
function permissionsBoundaryOf({ node }: Stack): PermissionsBoundary | undefined {
  const { arn, name } = node.tryGetContext('@aws-cdk/core:permissionsBoundary') ?? {};
  if (arn !== undefined) return PermissionsBoundary.fromArn(arn);
  return name === undefined ? undefined : PermissionsBoundary.fromName(name);
}

/** What may still be set on the stack beside, after the keys are there. */
class LikeStackBeside implements IAspect {
  constructor(private readonly stack: Stack, private readonly support: Stack) {}

  public visit(node: Parameters<IAspect['visit']>[0]): void {
    Aspects.of(this.stack).all.filter(each => each instanceof Tag || each instanceof RemoveTag).forEach(each => each.visit(node));
    if (node !== this.support) return;
    Object.entries(this.stack.tags.tagValues()).forEach(([key, value]) => this.support.tags.setTag(key, value));
    this.support.terminationProtection = this.stack.terminationProtection;
  }
}

import { AspectPriority, Aspects, cx_api, FeatureFlags, type IAspect, Tag } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Tags of a construct and of all below it, as `Tags.of(construct).add` gives them: with one aspect for all of them, because each costs a
 * visit.
 */
export function addTags(construct: IConstruct, tags: { [key: string]: string }): void {
  const isMutating = FeatureFlags.of(construct).isEnabled(cx_api.ASPECT_PRIORITIES_MUTATING);
  Aspects.of(construct).add(new AllTags(tags), { priority: isMutating ? AspectPriority.MUTATING : undefined });
}

class AllTags implements IAspect {
  private readonly tags: Tag[];

  constructor(tags: { [key: string]: string }) {
    this.tags = Object.entries(tags).map(([key, value]) => new Tag(key, value));
  }

  public visit(construct: IConstruct): void {
    this.tags.forEach(tag => tag.visit(construct));
  }
}

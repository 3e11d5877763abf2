import type { ReviewDocument } from '../document/review-document';

/** The review as data, as `schema/review-1.0.json` of the package describes it. */
export function json(document: ReviewDocument): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

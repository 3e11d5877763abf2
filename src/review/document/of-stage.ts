import type { ReviewDocument } from './review-document';
import { ReviewError } from '../review-error';

/** The part of a review that is about one stage of the app. Prices stay those of the whole. */
export function ofStage(document: ReviewDocument, stage: string): ReviewDocument {
  const known = [...new Set(document.stacks.map(each => each.stage))];
  if (!known.includes(stage)) {
    throw new ReviewError(`there is no stage ${JSON.stringify(stage)}; there are: ${known.map(each => each || '(outside of any stage)').join(', ')}`);
  }
  const stacks = document.stacks.filter(each => each.stage === stage);
  const here = new Set(stacks.map(({ id }) => id));
  const secrets = document.secrets.filter(({ place }) => here.has(place.stack));
  const ids = new Set(secrets.map(({ id }) => id));
  return {
    ...document,
    stacks,
    secrets,
    access: document.access.filter(({ secret }) => ids.has(secret)),
    findings: document.findings.filter(({ place }) => here.has(place.stack)),
    hints: document.hints.filter(({ place }) => here.has(place.stack)),
    acknowledged: document.acknowledged.filter(({ finding }) => here.has(finding.place.stack)),
  };
}

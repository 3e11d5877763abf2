import type { Surroundings } from './command';
import type { ReviewDocument } from '../document/review-document';
import { page } from '../page/page';
import { json } from '../reports/json';
import { styleFor } from '../reports/layout';
import { reviewInMarkdown } from '../reports/review-markdown';
import { sarif } from '../reports/sarif';
import { text } from '../reports/text';

/** Each `--format` of `review`. */
export const REVIEW_FORMATS: Readonly<Record<string, (document: ReviewDocument, surroundings: Surroundings) => string>> = {
  text: (document, { isTTY, noColor }) => text(document, styleFor({ isTTY }, { NO_COLOR: noColor ? '1' : undefined })),
  markdown: reviewInMarkdown,
  html: document => page(document),
  json,
  sarif: (document, { directory }) => sarif(document, directory),
};

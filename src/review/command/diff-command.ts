import { readFileSync, statSync } from 'fs';
import * as path from 'path';
import { Command, EXIT_CODES, Given, Surroundings } from './command';
import { deliver, optionsOf, REVIEWING } from './reviewing';
import { differenceOf } from '../difference/difference-of';
import { CHANGE_KINDS, ChangeKind, ReviewDifference } from '../difference/review-difference';
import type { ReviewDocument } from '../document/review-document';
import { reviewOf } from '../document/review-of';
import { page } from '../page/page';
import { DESTINATIONS, differenceInMarkdown } from '../reports/difference-markdown';
import { ReviewError } from '../review-error';

type Format = (difference: ReviewDifference, after: ReviewDocument) => string;

const FORMATS: Readonly<Record<string, Format>> = {
  ...Object.fromEntries(Object.entries(DESTINATIONS).map(([name, destination]): [string, Format] =>
    [name, difference => `${differenceInMarkdown(difference, destination)}\n`])),
  html: (difference, after) => page(after, difference),
  json: difference => `${JSON.stringify(difference, undefined, 2)}\n`,
};

/** What a terminal can show. */
const DEFAULT_FORMAT = 'markdown';

export const DIFF: Command = {
  summary: 'says who gains and loses what, and what becomes of values, between two assemblies',
  operands: '<before> <after>',
  options: {
    'format': { type: 'string', value: 'format', help: `${Object.keys(FORMATS).join(', ')}; the default is ${DEFAULT_FORMAT}` },
    'output': { type: 'string', value: 'file', help: 'write into this file, not to the terminal' },
    'fail-on': { type: 'string', value: 'kinds', help: `exit with ${EXIT_CODES.findings} for these changes, with commas between: ${CHANGE_KINDS.join(', ')}` },
    ...REVIEWING,
  },
  run: async (given, surroundings) => {
    const [format, failOn] = [formatOf(given), failOnOf(given)];
    const [before, after] = sidesOf(given).map(side => reviewed(side, given, surroundings));
    const difference = differenceOf(before, after);
    deliver(format(difference, after), given, surroundings);
    if (difference.problems.length > 0) return EXIT_CODES.notReviewed;
    return difference.kinds.some(kind => failOn.includes(kind)) ? EXIT_CODES.findings : EXIT_CODES.fine;
  },
};

function sidesOf({ operands }: Given): string[] {
  if (operands.length !== 2) throw new ReviewError(`diff takes two assemblies, the older one first, and got ${operands.length}`);
  return [...operands];
}

/** An assembly, or the JSON of an earlier review of one. */
function reviewed(side: string, given: Given, { directory }: Surroundings): ReviewDocument {
  const at = path.resolve(directory, side);
  const isFile = statSync(at, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile ? documentIn(at) : reviewOf([side], optionsOf(given));
}

const SCHEMA: ReviewDocument['schemaVersion'] = '1.0';

function documentIn(file: string): ReviewDocument {
  const document = parsed(file);
  if (document?.schemaVersion === SCHEMA) return document;
  throw new ReviewError(`${file} is no review of schema ${SCHEMA}; write it with \`cdk-managed-secrets review --format json\` of this version`);
}

function parsed(file: string): ReviewDocument | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function formatOf(given: Given): Format {
  const name = given.text('format') ?? DEFAULT_FORMAT;
  if (!Object.hasOwn(FORMATS, name)) throw new ReviewError(`--format must be one of ${Object.keys(FORMATS).join(', ')}, got ${JSON.stringify(name)}`);
  return FORMATS[name];
}

function failOnOf(given: Given): ChangeKind[] {
  return (given.text('fail-on') ?? '').split(',').filter(name => name !== '').map(name => {
    const kind = CHANGE_KINDS.find(each => each === name.trim());
    if (kind === undefined) throw new ReviewError(`--fail-on takes ${CHANGE_KINDS.join(', ')}, got ${JSON.stringify(name)}`);
    return kind;
  });
}

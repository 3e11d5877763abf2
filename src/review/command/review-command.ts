import { Command, EXIT_CODES, Given } from './command';
import { REVIEW_FORMATS } from './formats';
import { deliver, optionsOf, REVIEWING } from './reviewing';
import { ofStage } from '../document/of-stage';
import { ReviewDocument, SEVERITIES } from '../document/review-document';
import { reviewOf } from '../document/review-of';
import { ReviewError } from '../review-error';

const FAIL_ON = [...SEVERITIES, 'never'] as const;

export const REVIEW: Command = {
  summary: 'says who can do what with each secret, and what is wrong',
  operands: '[assembly…]',
  options: {
    'format': { type: 'string', value: 'format', help: `${Object.keys(REVIEW_FORMATS).join(', ')}; the default is text` },
    'output': { type: 'string', value: 'file', help: 'write into this file, not to the terminal' },
    'stage': { type: 'string', value: 'path', help: 'this stage of the app alone' },
    'fail-on': { type: 'string', value: 'severity', help: `exit with ${EXIT_CODES.findings} from this severity on: ${FAIL_ON.join(', ')}; the default is error` },
    ...REVIEWING,
  },
  run: async (given, surroundings) => {
    const [format, failOn] = [formatOf(given), failOnOf(given)];
    const whole = reviewOf(assembliesOf(given), optionsOf(given));
    const stage = given.text('stage');
    const document = stage === undefined ? whole : ofStage(whole, stage);
    deliver(format(document, surroundings), given, surroundings);
    return exitCode(document, failOn);
  },
};

/** What `cdk synth` writes to, unless the app says otherwise. */
const DEFAULT_ASSEMBLY = 'cdk.out';

function assembliesOf({ operands }: Given): string[] {
  return operands.length === 0 ? [DEFAULT_ASSEMBLY] : [...operands];
}

function formatOf(given: Given): typeof REVIEW_FORMATS[string] {
  const name = given.text('format') ?? 'text';
  if (!Object.hasOwn(REVIEW_FORMATS, name)) throw new ReviewError(`--format must be one of ${Object.keys(REVIEW_FORMATS).join(', ')}, got ${JSON.stringify(name)}`);
  return REVIEW_FORMATS[name];
}

function failOnOf(given: Given): typeof FAIL_ON[number] {
  const name = given.text('fail-on') ?? 'error';
  const found = FAIL_ON.find(each => each === name);
  if (found === undefined) throw new ReviewError(`--fail-on must be one of ${FAIL_ON.join(', ')}, got ${JSON.stringify(name)}`);
  return found;
}

/** What could not be reviewed counts more than what was found: nobody knows what is in it. */
function exitCode({ problems, findings }: ReviewDocument, failOn: typeof FAIL_ON[number]): number {
  if (problems.length > 0) return EXIT_CODES.notReviewed;
  const failing = SEVERITIES.slice(0, FAIL_ON.indexOf(failOn) + 1);
  return failOn !== 'never' && findings.some(({ severity }) => failing.includes(severity)) ? EXIT_CODES.findings : EXIT_CODES.fine;
}

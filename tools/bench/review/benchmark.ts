import { atMost, Column, inRounds, median, Report, tableOf, whole } from '../frame';
import { compile } from '../synthesis/compile';
import { CdkRelease, Contender, MANAGED_SECRET, measure, REVIEWED_SECRET } from '../synthesis/contenders';

const SECRETS = 100;
const MAX_TIME = 1.1;
/** Odd, for the median. */
const REPETITIONS = 7;

interface Row {
  readonly contender: Contender;
  readonly seconds: number;
  readonly peakBytes: number;
}

const COLUMNS: Column<Row>[] = [
  ['Construct', ({ contender }) => contender.title, 'text'],
  ['Synthesis', ({ seconds }) => `${seconds.toFixed(3)} s`],
  ['Peak memory', ({ peakBytes }) => `${whole(peakBytes / 2 ** 20)} MiB`],
];

/** What the validation plugin adds to a synthesis. */
export async function* measureReview({ cdk }: { readonly cdk: CdkRelease }): AsyncGenerator<Report> {
  const compiled = await compile(cdk);
  try {
    const contenders = [MANAGED_SECRET, REVIEWED_SECRET];
    const layout = { secrets: SECRETS, guardRail: false };
    const measurements = await inRounds(REPETITIONS, contenders, async contender => measure(contender, layout, compiled));
    const rows = contenders.map((contender, index): Row => ({
      contender,
      seconds: median(measurements[index].map(({ seconds }) => seconds)),
      peakBytes: median(measurements[index].map(({ peakBytes }) => peakBytes)),
    }));
    const [plain, reviewed] = rows;
    yield {
      tables: [tableOf(COLUMNS, rows)],
      notes: [`${SECRETS} secrets with a reader each; medians of ${REPETITIONS} processes each, of compiled JavaScript, processor time.`],
      requirements: [atMost(
        MAX_TIME, `with SecretsReview the synthesis of ${SECRETS} secrets takes at most {max}`, reviewed.seconds / plain.seconds, value => `${value.toFixed(2)} times`,
      )],
    };
  } finally {
    compiled.remove();
  }
}

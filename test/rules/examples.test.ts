import { exampleNames } from '../../tools/examples/examples';
import { ruleFindings } from '../../tools/rules';

test.each(exampleNames())('examples/%s breaks no rule that is not acknowledged with a reason', async example => {
  expect(await ruleFindings(example)).toEqual([]);
});

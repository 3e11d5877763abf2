import { resolveAssemblies } from '../../src/review/assembly/resolve-templates';
import type { ReviewDocument } from '../../src/review/document/review-document';
import { reviewOf } from '../../src/review/document/review-of';
import { AccessModel, accessModel, everySecret, readSecret, Role, Secret, writeSecret } from '../../tools/access';
import { exampleNames, loadExample } from '../../tools/examples/examples';
import { appWithAssets } from '../support/test-app';

/**
 * Every role and every secret of every example: the review must say of reading and writing what an IAM simulator says. Where the review
 * says *allowed if*, the simulator must allow it to a caller who fulfils that, and deny it to one who does not.
 */

/** The organization of the golden path. */
const ORGANIZATION = 'o-a1b2c3d4e5';
/** The version that one who fulfils the conditions asks for, when reading. */
const CURRENT = { context: { 'secretsmanager:VersionStage': 'AWSCURRENT' } };

/** Examples with a template that is no stack of the assembly: the review says that it does not look into it. */
const NOT_REVIEWED: { [example: string]: RegExp } = {
  'stack-sets': /^the stacks of the StackSet \w+ of secrets-stack-sets are not reviewed/,
  'hosted-sql-server': /^what the transform AWS::SecretsManager-2024-09-16 makes of ledger-secrets is not reviewed/,
  'service-catalog': /^the stacks of the product \w+ of secrets-catalog are not reviewed/,
};

interface Compared {
  readonly pairs: number;
  readonly differences: string[];
}

async function compare(model: AccessModel, document: ReviewDocument, member: boolean): Promise<Compared> {
  const differences: string[] = [];
  let pairs = 0;
  for (const secret of everySecret(model)) {
    for (const role of model.roles) {
      for (const [operation, simulate] of [['read', readSecret], ['write', writeSecret]] as const) {
        pairs++;
        const said = saidOf(document, secret, role)?.[operation];
        const bySimulator = (await simulate(model, role, secret.arn, member && operation === 'read' ? CURRENT : {})).decision === 'Allowed';
        const byReview = said?.decision === 'allowed' || (said?.decision === 'allowed-if' && member);
        if (bySimulator !== byReview) differences.push(`${role.path} ${operation} ${secret.name} in ${secret.region}: ${JSON.stringify(said)}, simulator: ${bySimulator}`);
      }
    }
  }
  return { pairs, differences };
}

function saidOf({ access }: ReviewDocument, { path: secretPath, region, stack }: Secret, role: Role) {
  const id = region === stack.region ? secretPath : `${secretPath}@${region}`;
  return access.find(({ secret, principal }) => secret === id && principal === role.path)?.operations;
}

/** The directory of the cloud assembly. */
function synthesized(name: string): string {
  const app = appWithAssets();
  loadExample(name)(app);
  return app.synth().directory;
}

let all = 0;

test.each(exampleNames())('%s', async name => {
  const directory = synthesized(name);
  const { stacks } = resolveAssemblies([directory]);
  const document = reviewOf([directory]);

  const member = await compare(accessModel(stacks, { organizationId: ORGANIZATION }), document, true);
  const stranger = await compare(accessModel(stacks), document, false);
  all += member.pairs + stranger.pairs;

  expect([...member.differences, ...stranger.differences]).toEqual([]);
  expect(document.problems).toEqual(name in NOT_REVIEWED ? [expect.stringMatching(NOT_REVIEWED[name])] : []);
  expect(document.missing).toEqual([]);
});

test('with an organization that is known, nothing in the golden path is conditional on it', () => {
  const { access } = reviewOf([synthesized('golden-path')], { organizationId: ORGANIZATION });

  expect(access.flatMap(({ operations }) => Object.values(operations)).map(({ decision }) => decision)).not.toContain('allowed-if');
});

test('that is a good many decisions, twice each', () => {
  expect(all).toBeGreaterThan(300);
});

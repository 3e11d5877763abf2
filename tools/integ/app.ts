import { App, RemovalPolicies, Stack, Validations } from 'aws-cdk-lib';
import { ACCESS } from './access-statements';
import { addCheck, type Statement } from './check';
import { MONITORING } from './monitoring-statements';
import { ROTATION } from './rotation-statements';
import { World } from './world';

/** Every statement about AWS that this project could not observe. */
export const STATEMENTS: readonly Statement[] = [...ACCESS, ...ROTATION, ...MONITORING];

/** The one stack: what is looked at, and a custom resource a statement, which looks. */
export const STACK = 'integ-cdk-managed-secrets';

/** What the review says of this stack with right, and what is meant here. */
const ACCEPTED = [
  { id: 'cdk-managed-secrets::deletion-without-recovery', reason: 'This stack is there for an hour, and nothing of it is to be left behind.' },
  { id: 'cdk-managed-secrets::replica-key', reason: 'The replica is deleted within the hour; a key in its region would wait for a month.' },
];

/** Those that the account can show with what it was given. */
export function statementsFor(given: (context: string) => boolean): Statement[] {
  return STATEMENTS.filter(({ needs }) => needs === undefined || given(needs));
}

export function build(app: App, env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION }): Stack {
  const stack = new Stack(app, STACK, { env, description: 'What cdk-managed-secrets says of AWS. Delete this stack after the test.' });
  const world = new World(stack);
  for (const statement of statementsFor(context => app.node.tryGetContext(context) !== undefined)) addCheck(stack, statement, world);
  RemovalPolicies.of(stack).destroy();
  Validations.of(stack).acknowledge(...ACCEPTED);
  return stack;
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}

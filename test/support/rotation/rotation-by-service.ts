import { FixtureOptions, RotationFixture } from './rotation-fixture';
import type { RotationStep } from '../../../lambda/rotation/engine/rotation-event';
import type { RotationResult } from '../../../tools/secrets-manager/rotation-service';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:rotation';

/** Calls RotateSecret for the secret of a fixture, and waits until the service has finished or given up. */
export async function rotateByService(fixture: RotationFixture, input = {}): Promise<RotationResult> {
  fixture.secretsManager.addFunction(FUNCTION, async (event) => {
    fixture.token = event.ClientRequestToken as string;
    await fixture.step(event.Step as RotationStep, { event });
  });
  fixture.secretsManager.perform('RotateSecret', { SecretId: fixture.secretArn, RotationLambdaARN: FUNCTION, ...input });
  return fixture.secretsManager.rotationOf(fixture.secretArn);
}

/** A fixture in the middle of a rotation, these steps done. */
export async function begun(options: FixtureOptions = {}, ...steps: RotationStep[]): Promise<RotationFixture> {
  const fixture = new RotationFixture(options).begin();
  await fixture.steps(...steps);
  return fixture;
}

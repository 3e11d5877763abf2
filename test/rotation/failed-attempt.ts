import { Aspects, assertions } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { World, world } from './rotated-databases';
import { ManagedSecretsError } from '../../src/private/errors';
import { IS_WHOLE } from '../support/whole-run';

/** What is wrong; how it is prepared, and tried; what the error says, with the remedy; and the construct that it names. */
export type BadInput = [string, (at: World) => () => unknown, RegExp, string?];

/** One test for each. */
export function refuses(cases: BadInput[]): void {
  test.each(cases.map(([name, ...rest]) => ({ name, rest })))('$name', ({ rest: [prepare, message, path] }) => {
    expectOneError(world(), prepare, message, path);
  });
}

/** Tries it, and expects one error of ours, with nothing left behind of what was tried. */
export function expectOneError(at: World, prepare: (at: World) => () => unknown, message: RegExp, path = 'Stack/Credentials'): void {
  const attempt = prepare(at);
  const left = () => at.stack.node.root.node.findAll().map(leftOn);
  const before = left();
  const error = errorOf(attempt);
  expect(error).toBeInstanceOf(ManagedSecretsError);
  expect(error).toMatchObject({ name: 'ManagedSecretsError', constructPath: path, message: expect.stringMatching(message) });
  expect((error as Error).message.split(` [at ${path}]`)).toEqual([expect.not.stringContaining('[at '), '']);
  expect(left()).toEqual(before);
  // To synthesize takes as long as all the rest, and says little more.
  if (IS_WHOLE) expect(assertions.Annotations.fromStack(at.stack).findError('*', assertions.Match.anyValue())).toEqual([]);
}

/** What somebody may leave on a construct that makes its synthesis another one, or fail. */
function leftOn(construct: IConstruct) {
  const { node } = construct;
  const errors = node.metadata.filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => data as unknown);
  return { path: node.path, aspects: Aspects.of(construct).all.length, errors, faults: node.validate() };
}

function errorOf(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  return 'no error';
}

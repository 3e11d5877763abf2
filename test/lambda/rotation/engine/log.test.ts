import { LogFields, RotationLog } from '../../../../lambda/rotation/engine/log';

function logged(fields: object, always: LogFields = {}): unknown {
  const lines: unknown[] = [];
  const sink = (...line: unknown[]) => void lines.push(line);
  new RotationLog({ info: sink, warn: sink, error: sink }, always).info('Done.', fields);
  return lines[0];
}

test('what is on the list is logged, with what is always', () => {
  expect(logged({ outcome: 'set', durationMs: 7 }, { step: 'setSecret' })).toEqual(['Done.', { step: 'setSecret', outcome: 'set', durationMs: 7 }]);
});

test.each([{ password: 'x' }, { error: new Error('x') }, { response: { SecretString: 'x' } }, { RotationToken: 'x' }, { secretString: 'x' }])(
  'what is not on the list is left out: %j', fields => expect(logged(fields)).toEqual(['Done.', {}]));

test.each([[{ password: 'x' }], [new Error('x')], [() => 'x'], [Symbol('x')], [null], [undefined]])('a field on the list holds no %p', (outcome) => {
  expect(logged({ outcome })).toEqual(['Done.', {}]);
});

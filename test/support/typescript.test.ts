import type { SyncTransformer, TransformOptions } from '@jest/transform';
import newest from '../newest/jest.json';

const { createTransformer } = jest.requireActual<{ createTransformer(options: object): Required<SyncTransformer> }>('./typescript.cjs');
const [[, [, OPTIONS]]] = Object.entries(newest.transform) as [string, [string, object]][];

function keyOf(text: string, file = '/a.ts', { config = {}, instrument = false, options = OPTIONS } = {}): string {
  return createTransformer(options).getCacheKey(text, file, { config, instrument } as unknown as TransformOptions);
}

test('what is compiled is kept for both suites, whichever modules they map', () => {
  const { jest: floor } = jest.requireActual<{ jest: typeof newest }>('../../package.json');

  expect([floor.id, floor.transform]).toEqual([newest.id, newest.transform]);
  expect(floor.moduleNameMapper).not.toEqual(newest.moduleNameMapper);
  expect(keyOf('1', '/a.ts', { config: newest })).toBe(keyOf('1', '/a.ts', { config: floor }));
});

test.each([
  ['a file with another text', keyOf('2')],
  ['another file', keyOf('1', '/b.ts')],
  ['a file with other options', keyOf('1', '/a.ts', { options: { ...OPTIONS, diagnostics: false } })],
  ['a file of which the coverage is measured', keyOf('1', '/a.ts', { instrument: true })],
])('%s is compiled anew', (_, key) => expect(key).not.toBe(keyOf('1')));

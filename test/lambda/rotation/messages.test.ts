import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { REMEDIES } from '../../../lambda/rotation/engine/remedies';

const ROOT = path.resolve(__dirname, '../../../lambda/rotation');

/** Every error that names its kind and its message, or the beginning of it, in the sources. */
const MESSAGES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).flatMap(file => {
  const source = readFileSync(path.join(ROOT, file), 'utf8');
  return [...source.matchAll(/(?:RotationError\(\s*|kind: )'(\w+)',\s*(?:message: )?(['`])((?:\\.|(?!\2)[^\\])*)\2(\s*\+)?/g)]
    .map(([, kind, , message, continues]) => ({ file, kind, message, isWhole: continues === undefined }));
});

/** What begins with a capital letter in the middle of a sentence too. */
const NAMES = /^(AWSCURRENT|AWSPENDING|MariaDB|MongoDB|PostgreSQL|Secrets Manager) /;

test('every message is a sentence of one style: no capital letter, no full stop, what to do behind a semicolon', () => {
  expect(MESSAGES.length).toBeGreaterThan(60);
  expect(MESSAGES.filter(({ message }) => /^[A-Z]/.test(message) && !NAMES.test(message))).toEqual([]);
  expect(MESSAGES.filter(({ message, isWhole }) => isWhole && message.endsWith('.'))).toEqual([]);
  expect(MESSAGES.filter(({ kind, message, isWhole }) => kind in REMEDIES && isWhole && !/; |\) \}|^\$\{activity\}/.test(message))).toEqual([]);
});

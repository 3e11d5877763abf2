import type { DeployedRotation } from './deployed-rotation';
import type { RehearsalServer } from './rehearsal-server';
import { newPassword } from '../../lambda/rotation/engine/password';

/** What CloudFormation has Secrets Manager make of a template, with the fields of the database that is rotated here. */
export interface SecretValue extends Record<string, unknown> {
  readonly username: string;
  readonly password: string;
}

/** The template with a generated field, and what the target attachment then writes: the same for a database that the template names itself. */
export function secretValueOf(deployed: DeployedRotation, { superuser: { host, port } }: RehearsalServer): SecretValue {
  const { generator, template, attachment, engine = 'postgres' } = deployed;
  const value = { ...template, [generator.GenerateStringKey]: generated(generator), ...attachment, engine, host, port };
  const { username, password } = value as Partial<SecretValue>;
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw new Error('the secret of the template has no `username`, or generates no `password`; correct its content');
  }
  return { ...value, username, password };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html */
function generated(generator: DeployedRotation['generator']): string {
  return newPassword({
    length: generator.PasswordLength ?? 32,
    excludeCharacters: generator.ExcludeCharacters ?? '',
    numbers: generator.ExcludeNumbers !== true,
    punctuation: generator.ExcludePunctuation !== true,
    uppercase: generator.ExcludeUppercase !== true,
    lowercase: generator.ExcludeLowercase !== true,
    requireEachIncludedType: generator.RequireEachIncludedType !== false,
  });
}

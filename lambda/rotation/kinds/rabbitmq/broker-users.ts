import { BrokerLogin, usersIn } from './broker';
import { ManagementApi, notUnderstood } from './management-api';
import { hashed, HashedPassword, NO_PASSWORD } from './password-hash';
import { copyRights } from './user-rights';
import { RABBITMQ_ADMINISTRATOR } from '../../../../src/rotation/contract/rabbitmq-users';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { markOf } from '../secret-mark';

/** A user, as the broker tells it. */
interface User {
  readonly tags: readonly string[];
  /** The module that made the hash of its password. */
  readonly hashing: unknown;
}

/** Fails unless the password of this user can be set. */
export async function checkUser(username: string, context: KindContext): Promise<void> {
  const { clone } = usersIn(context);
  await ManagementApi.use(context, async api => {
    await originalIn(api, context);
    if (username === clone) await cloneIn(api, context);
  });
}

/** Sets the password of the user, or of its clone; that one is made where it is missing, and may do what the user may before it has it. */
export async function setPassword({ username, password }: BrokerLogin, context: KindContext): Promise<void> {
  const isClone = username === usersIn(context).clone;
  await ManagementApi.use(context, async api => {
    const original = isClone ? await copyOriginal(api, context) : await originalIn(api, context);
    const tags = isClone ? [...original.tags, markIn(context)] : original.tags;
    await context.requireUnchanged();
    await put(api, username, { ...hashed(password, original.hashing), tags });
  });
}

/**
 * A clone that is made has no password, so that nobody logs in before all is in order; one that is there keeps the one that it has. So
 * whoever comes late does no harm, and the secret is looked at before the password alone.
 */
async function copyOriginal(api: ManagementApi, context: KindContext): Promise<User> {
  const { user, clone } = usersIn(context);
  await originalIn(api, context);
  if (await cloneIn(api, context) === undefined) await makeClone(api, context);
  if (!await copyRights(api, user, clone)) {
    throw new RotationError('transient', 'the rights of the user and of its clone do not become the same; Secrets Manager will try again');
  }
  return originalIn(api, context);
}

/** Without its tag the clone would be taken for somebody else's, when it is in use. */
async function makeClone(api: ManagementApi, context: KindContext): Promise<void> {
  const [{ clone }, mark] = [usersIn(context), markIn(context)];
  await put(api, clone, { ...NO_PASSWORD, tags: [mark] });
  const made = await userIn(api, clone);
  if (made?.tags.includes(mark)) return;
  throw new RotationError('configuration', 'the broker does not keep the tag by which the other of two users is known; rotate the user '
    + 'alone, by `singleUser`');
}

/** In one call: the broker takes tags away that it is not told. */
async function put(api: ManagementApi, username: string, { tags, ...password }: HashedPassword & Pick<User, 'tags'>): Promise<void> {
  await api.change('the user', { method: 'PUT', path: ['users', username], body: { ...password, tags: tags.join(',') } });
}

/** The user that the tags of the secret name. */
async function originalIn(api: ManagementApi, context: KindContext): Promise<User> {
  const original = await userIn(api, usersIn(context).user);
  if (original === undefined) throw new RotationError('configuration', 'the broker has no such user; create it, with its permissions');
  if (!original.tags.includes(RABBITMQ_ADMINISTRATOR)) return original;
  throw new RotationError('configuration', `the user has the tag \`${RABBITMQ_ADMINISTRATOR}\`, so that whoever reads the secret may `
    + 'change every user; take the tag away, or rotate another user');
}

/** A user of that name that was not made for this secret is somebody's. */
async function cloneIn(api: ManagementApi, context: KindContext): Promise<User | undefined> {
  const clone = await userIn(api, usersIn(context).clone);
  const mark = markIn(context);
  if (clone === undefined || clone.tags.includes(mark)) return clone;
  throw new RotationError('configuration', 'the broker has a user with the name of the other of two users, which was not made for this '
    + `secret; delete it, or give it the tag \`${mark}\`, and the rotation takes it over`);
}

/** RabbitMQ keeps no comment of a user; a tag that it does not know gives no right. */
function markIn({ secretArn }: KindContext): string {
  return `cdk-managed-secrets:${markOf(secretArn)}`;
}

async function userIn(api: ManagementApi, username: string): Promise<User | undefined> {
  const document = await api.read('the user', 'users', username);
  if (document === undefined) return undefined;
  const { name, tags, hashing_algorithm: hashing } = (document ?? {}) as Readonly<Record<string, unknown>>;
  // Older releases write them as one text.
  const list: unknown = typeof tags === 'string' ? tags.split(',').filter(tag => tag !== '') : tags;
  if (name !== username || !Array.isArray(list) || !list.every(tag => typeof tag === 'string')) throw notUnderstood('the user');
  return { tags: list as string[], hashing };
}

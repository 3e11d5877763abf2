import { Scram } from '../../../../../lambda/rotation/adapters/mongo/scram';
import { credentialFor, ScramConversation } from '../../../../../tools/servers/mongod/scram-server';
import { newPassword } from '../../../../../tools/servers/new-password';

/** The password of the examples in the documents that define both. */
const PUBLISHED = { username: 'user', password: 'pencil' };

/** @see https://www.rfc-editor.org/rfc/rfc7677#section-3 */
test('SCRAM-SHA-256 says what RFC 7677 has for an example', async () => {
  const scram = new Scram('SCRAM-SHA-256', PUBLISHED, 'rOprNGfwEbeRWgbNEkqO');
  expect(scram.first()).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  expect(await scram.proof(`r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`)).toBe(`c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`);
  expect(() => scram.verify('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).not.toThrow();
});

/** @see https://github.com/mongodb/specifications/blob/master/source/auth/auth.md#scram-sha-1 */
test('SCRAM-SHA-1 says what MongoDB has for an example', async () => {
  const scram = new Scram('SCRAM-SHA-1', PUBLISHED, 'fyko+d2lbbFgONRv9qkxdawL');
  const nonce = 'fyko+d2lbbFgONRv9qkxdawLHo+Vgk7qvUOKUwuWLIWg4l/9SraGMHEE';
  expect(await scram.proof(`r=${nonce},s=rQ9ZY3MntBeuP3E1TDVC4w==,i=10000`)).toBe(`c=biws,r=${nonce},p=MC2T8BvbmWRckDw8oWl5IVghwCY=`);
  expect(() => scram.verify('v=UMWeI25JD1yNYZRMpZ4VHvhZ9e0=')).not.toThrow();
});

test.each(['a,b,c', 'a=b=c', ',n=root,r=', '=2C', 'Ünïcode 密码'])('a user called %j is that user, and nothing else of the message', async (username) => {
  const user = { username, password: newPassword() };
  const scram = new Scram('SCRAM-SHA-256', user);
  const conversation = new ScramConversation('SCRAM-SHA-256', scram.first());
  expect(conversation.username).toBe(username);
  const credential = credentialFor('SCRAM-SHA-256', username, user.password);
  scram.verify(conversation.final(await scram.proof(conversation.first(credential)), credential)!);
});

test('a proof of another password, and a server that does not know it, are found out', async () => {
  const credential = credentialFor('SCRAM-SHA-1', 'app', newPassword());
  const scram = new Scram('SCRAM-SHA-1', { username: 'app', password: newPassword() });
  const conversation = new ScramConversation('SCRAM-SHA-1', scram.first());
  expect(conversation.final(await scram.proof(conversation.first(credential)), credential)).toBeUndefined();
  for (const final of ['', 'v=', `v=${'A'.repeat(27)}=`, 'e=other-error']) expect(() => scram.verify(final)).toThrow('does not show that it knows the password');
});

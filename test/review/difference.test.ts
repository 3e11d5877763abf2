import { access, documentWith, finding, placeOf, role, secret, statement } from './documents';
import { differenceOf } from '../../src/review/difference/difference-of';
import type { ReviewDocument } from '../../src/review/document/review-document';

const key = secret('Shop/ApiKey');
const other = secret('Shop/Other');
const worker = role('Shop/Worker');

/** What changes, in the words of a test: `gained read Shop/Worker prod/shop/apikey`. */
function accessOf(before: ReviewDocument, after: ReviewDocument): string[] {
  return differenceOf(before, after).access.map(each => [each.change, each.operation, each.actor ?? each.principal.id, each.secret].join(' '));
}

function secretsOf(before: ReviewDocument, after: ReviewDocument): string[] {
  return differenceOf(before, after).secrets.map(({ change, kind, secret: name }) => [change, name, ...kind ? [kind] : []].join(' '));
}

const NOBODY = documentWith({ secrets: [key], principals: [worker] });
const READER = documentWith({ secrets: [key], principals: [worker], access: [access(key, worker, { read: {} })] });

function readerIf(...because: string[]): ReviewDocument {
  return documentWith({ secrets: [key], principals: [worker], access: [access(key, worker, { read: { decision: 'allowed-if', because } })] });
}

describe('access', () => {
  test('the same reviews have no difference', () => {
    const difference = differenceOf(READER, READER);
    expect(difference).toMatchObject({ access: [], secrets: [], findings: [], mended: [], kinds: [], headline: 'Nothing changes for secrets.' });
  });

  test.each([
    ['an access is gained', NOBODY, READER, 'gained', ['access-gained']],
    ['an access is lost', READER, NOBODY, 'lost', ['access-lost']],
    ['a condition is added', READER, readerIf('through vpce-1'), 'narrower', ['access-lost']],
    ['a condition goes', readerIf('through vpce-1'), READER, 'wider', ['access-gained']],
    ['a further condition is added', readerIf('a'), readerIf('a', 'b'), 'narrower', ['access-lost']],
    ['one of two conditions goes', readerIf('a', 'b'), readerIf('a'), 'wider', ['access-gained']],
    ['a condition is exchanged', readerIf('a'), readerIf('b'), 'changed', ['access-gained', 'access-lost']],
  ])('%s', (_, before, after, change, kinds) => {
    expect(accessOf(before, after)).toEqual([`${change} read Shop/Worker prod/shop/apikey`]);
    expect(differenceOf(before, after).kinds).toEqual(kinds);
  });

  const undecided = documentWith({
    secrets: [key], principals: [worker], access: [access(key, worker, { read: { decision: 'not-decided', because: ['policy X'] } })],
  });
  const half = documentWith({ secrets: [key], principals: [worker], access: [access(key, worker, { read: { decision: 'half' } })] });

  test('what is no longer decided is told, and is no gain', () => {
    expect(accessOf(READER, undecided)).toEqual(['no-longer-decided read Shop/Worker prod/shop/apikey']);
    expect(differenceOf(READER, undecided).kinds).toEqual(['not-decided']);
    expect(differenceOf(undecided, undecided).access).toEqual([]);
  });

  test('what was not decided may have been denied, so an access is a gain then', () => {
    expect(differenceOf(undecided, READER).kinds).toEqual(['access-gained']);
    expect(differenceOf(undecided, NOBODY).kinds).toEqual([]);
  });

  test('half of an access is none', () => {
    expect(accessOf(NOBODY, half)).toEqual([]);
    expect(accessOf(half, READER)).toEqual(['gained read Shop/Worker prod/shop/apikey']);
  });

  test('an action more of several is a gain', () => {
    const managing = (...actions: string[]) =>
      documentWith({ secrets: [key], principals: [worker], access: [access(key, worker, { manage: { actions } })] });
    expect(accessOf(managing('DeleteSecret'), managing('DeleteSecret', 'PutResourcePolicy'))).toEqual(['wider manage Shop/Worker prod/shop/apikey']);
  });

  test('the same access through another statement is told, and is neither gain nor loss', () => {
    const through = (policy: string) => documentWith({
      secrets: [key], principals: [worker], statements: [statement(policy)], access: [access(key, worker, { read: { path: [0] } })],
    });
    const difference = differenceOf(through('One'), through('Two'));
    expect(difference.access.map(({ change, before, after }) => [change, before.through, after.through])).toEqual([
      ['moved', ['policy One, statement 1, allows'], ['policy Two, statement 1, allows']],
    ]);
    expect(difference.kinds).toEqual([]);
  });

  test('a statement that gets another number in its policy, or names further secrets, is the same', () => {
    const through = (number: string, resources: string[], policy = 'One') => documentWith({
      secrets: [key],
      principals: [worker],
      statements: [statement(policy, { statement: number, json: { Effect: 'Allow', Resource: resources } })],
      access: [access(key, worker, { read: { path: [0] } })],
    });
    expect(accessOf(through('7', ['a']), through('6', ['a']))).toEqual([]);
    expect(accessOf(through('7', ['a']), through('7', ['a', 'b']))).toEqual([]);
    expect(accessOf(through('7', ['a']), through('6', ['a', 'b']))).toEqual(['moved read Shop/Worker prod/shop/apikey']);
    expect(accessOf(through('7', ['a']), through('7', ['a'], 'Two'))).toEqual(['moved read Shop/Worker prod/shop/apikey']);
  });

  test('a function that runs as another role gains what that role can do', () => {
    const [poor, rich] = [role('Shop/Poor'), role('Shop/Rich')];
    const running = (as: string) => documentWith({
      secrets: [key], principals: [poor, rich].map(each => ({ ...each, actors: each.id === as ? ['function Shop/Fn'] : [] })), access: [access(key, rich, { read: {} })],
    });
    expect(accessOf(running('Shop/Poor'), running('Shop/Rich'))).toEqual(['gained read function Shop/Fn prod/shop/apikey']);
    expect(accessOf(running('Shop/Rich'), running('Shop/Poor'))).toEqual(['lost read function Shop/Fn prod/shop/apikey']);
  });

  test('what is new and runs as a role that stood before gains its access', () => {
    const pod = (...actors: string[]) =>
      documentWith({ secrets: [key], principals: [role('Shop/Worker', { actors })], access: [access(key, worker, { read: {} })] });
    expect(accessOf(pod(), pod('service account default/app'))).toEqual(['gained read service account default/app prod/shop/apikey']);
    expect(accessOf(NOBODY, pod('service account default/app'))).toEqual(['gained read Shop/Worker prod/shop/apikey']);
  });

  test('readers of a new secret are shown, and are no gain', () => {
    const after = documentWith({ secrets: [key, other], principals: [worker], access: [access(other, worker, { read: {} })] });
    const difference = differenceOf(NOBODY, after);
    expect(difference.access).toMatchObject([{ change: 'gained', ofNewSecret: true }]);
    expect(difference.kinds).toEqual([]);
  });

  test('a secret that moved is the same to its readers', () => {
    const moved = secret('Shop/Moved', { name: key.name });
    const after = documentWith({ secrets: [moved], principals: [worker], access: [access(moved, worker, { read: {} })] });
    expect(accessOf(READER, after)).toEqual([]);
    expect(secretsOf(READER, after)).toEqual(['moved prod/shop/apikey value-lost']);
  });
});

describe('secrets', () => {
  const onlyWith = (entry: Parameters<typeof secret>[1]) => documentWith({ secrets: [secret('Shop/ApiKey', entry)] });
  const rotation = {
    place: placeOf('Shop/ApiKey/Rotation'), schedule: 'rate(30 days)', onUpdate: false, rotator: { kind: 'function' as const, name: 'Shop/Rotator' }, windows: [],
  };

  test.each([
    ['kept when it leaves', onlyWith({}), documentWith(), ['removed prod/shop/apikey']],
    ['deleted', onlyWith({ deletionPolicy: 'Delete' }), documentWith(), ['removed prod/shop/apikey value-lost']],
    ['kept by the policy that lets a failed creation be repeated', onlyWith({ deletionPolicy: 'RetainExceptOnCreate' }), documentWith(), ['removed prod/shop/apikey']],
    ['new', documentWith(), onlyWith({}), ['added prod/shop/apikey']],
    ['renamed', onlyWith({ name: 'a' }), onlyWith({ name: 'b' }), ['replaced b value-lost']],
    ['generated again', onlyWith({}), onlyWith({ content: { kind: 'generated', recipe: 'length=40' } }), ['generated-again prod/shop/apikey value-lost']],
    ['set by the template', onlyWith({}), onlyWith({ content: { kind: 'parameter', recipe: 'Ref P' } }), ['value-set prod/shop/apikey value-lost']],
    ['under another key', onlyWith({ kmsKeyId: 'alias/a' }), onlyWith({ kmsKeyId: 'alias/b' }), ['key-exchanged prod/shop/apikey key-exchanged']],
    ['under the AWS managed key now', onlyWith({ kmsKeyId: 'alias/a' }), onlyWith({}), ['key-exchanged prod/shop/apikey key-exchanged']],
    ['rotated', onlyWith({}), onlyWith({ rotation }), ['rotation-added prod/shop/apikey']],
    ['no longer rotated', onlyWith({ rotation }), onlyWith({}), ['rotation-removed prod/shop/apikey rotation-lost']],
    ['rotated at another time', onlyWith({ rotation }), onlyWith({ rotation: { ...rotation, schedule: 'rate(1 day)' } }), ['rotation-changed prod/shop/apikey']],
    ['rotated by another function', onlyWith({ rotation }), onlyWith({ rotation: { ...rotation, rotator: { kind: 'function', name: 'Shop/New' } } }),
      ['rotation-changed prod/shop/apikey']],
    ['without a guard rail', onlyWith({ guardRails: [{ statement: 0, words: 'outside of o-1' }] }), onlyWith({}),
      ['guard-rail-removed prod/shop/apikey guard-rail-lost']],
    ['with a guard rail more', onlyWith({}), onlyWith({ guardRails: [{ statement: 0, words: 'outside of o-1' }] }), ['guard-rail-added prod/shop/apikey']],
    ['with the same guard rail elsewhere in its policy', onlyWith({ guardRails: [{ statement: 3, words: 'x' }] }), onlyWith({ guardRails: [{ statement: 0, words: 'x' }] }), []],
    ['public', onlyWith({}), onlyWith({ blockPublicPolicy: false }), ['public-policy-no-longer-blocked prod/shop/apikey guard-rail-lost']],
    ['no longer kept', onlyWith({}), onlyWith({ deletionPolicy: 'Delete' }), ['deletion-policy-changed prod/shop/apikey guard-rail-lost']],
    ['kept now', onlyWith({ deletionPolicy: 'Delete' }), onlyWith({}), ['deletion-policy-changed prod/shop/apikey']],
  ])('%s', (_, before, after, changes) => {
    expect(secretsOf(before, after)).toEqual(changes);
  });

  test('a replica that goes, and one that comes', () => {
    const replica = (region: string) => secret('Shop/ApiKey', { id: `Shop/ApiKey@${region}`, region, replicaOf: 'Shop/ApiKey' });
    const [before, after] = [[key, replica('eu-central-1')], [key, replica('us-east-1')]].map(secrets => documentWith({ secrets }));
    expect(secretsOf(before, after)).toEqual(['replica-added prod/shop/apikey in us-east-1', 'replica-removed prod/shop/apikey in eu-central-1 replica-lost']);
  });
});

test('findings that are new, and findings that are gone', () => {
  const [before, after] = ['old', 'new'].map(rule => documentWith({ findings: [finding(rule, 'Shop/ApiKey'), finding('stays', 'Shop/ApiKey')] }));
  const { findings, mended, kinds } = differenceOf(before, after);
  expect([findings, mended].map(each => each.map(({ rule }) => rule))).toEqual([['new'], ['old']]);
  expect(kinds).toEqual(['finding-new']);
});

test('what could not be reviewed on either side is said', () => {
  expect(differenceOf(documentWith({ problems: ['one'] }), documentWith({ problems: ['two'] })).problems).toEqual(['before: one', 'after: two']);
});

test('secrets of one name in two accounts are two', () => {
  const [one, two] = ['111122223333', '444455556666'].map(account => secret(`Shop/${account}`, { name: 'prod/shop/api-key', account }));
  const [before, after] = ['alias/a', 'alias/b'].map(kmsKeyId => documentWith({ secrets: [one, two].map(each => ({ ...each, kmsKeyId })) }));
  expect(differenceOf(before, after).headline).toBe('2 secrets change their key.');
});

test('the headline begins with what must be looked at', () => {
  const before = documentWith({ secrets: [key, other], principals: [worker] });
  const after = documentWith({
    secrets: [{ ...key, content: { kind: 'generated', recipe: 'x' } }, { ...other, kmsKeyId: 'alias/b' }],
    principals: [worker],
    access: [access(other, worker, { read: {} })],
  });
  expect(differenceOf(before, after).headline).toBe('1 secret loses the value in use, 1 principal gains access and 1 secret changes its key.');
});

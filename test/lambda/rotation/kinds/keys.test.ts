import { passesKindSuite } from './shared-suite';
import { randomToken } from '../../../../lambda/rotation/kinds/random-token';
import { newPassword } from '../../../../tools/servers/new-password';

passesKindSuite({
  title: 'random token',
  keepsPrevious: true,
  make: async () => ({ kind: randomToken, text: newPassword(), accepts: async text => text.length >= 8, valuesIn: text => [text] }),
});

import { passesKindSuite } from './shared-suite';
import { kindsOfIam } from '../../../support/kinds/iam-user';
import { whenAtHand } from '../../../support/servers/at-hand';
import { IAM } from '../../../support/servers/servers-at-hand';

whenAtHand(IAM, (server) => {
  for (const kind of kindsOfIam(server)) passesKindSuite(kind, { runs: 5, timeoutMs: 240_000 });
});

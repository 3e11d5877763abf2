import { passesKindSuite } from './shared-suite';
import { kindsOfRabbitMq } from '../../../support/kinds/rabbitmq-user';
import { whenAtHand } from '../../../support/servers/at-hand';
import { RABBITMQ } from '../../../support/servers/servers-at-hand';

whenAtHand(RABBITMQ, (server) => {
  for (const kind of kindsOfRabbitMq(server)) passesKindSuite(kind, { runs: 2, timeoutMs: 240_000 });
});

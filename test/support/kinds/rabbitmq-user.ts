import { RabbitMqUserKind } from '../../../lambda/rotation/kinds/rabbitmq/rabbitmq-user';
import type { LocalRabbitMq, RabbitMqLogin } from '../../../tools/servers/local-rabbitmq';
import type { KindUnderTest } from '../rotation/kind-world';

export function environmentFor({ environment }: LocalRabbitMq): Record<string, string> {
  return { ...environment, EXCLUDE_CHARACTERS: '' };
}

/** As the suite of all kinds wants it. The client is one of the management API, which is quicker than AMQP; rabbitmq.test.ts has that. */
export function kindsOfRabbitMq(rabbitMq: () => Promise<LocalRabbitMq>): KindUnderTest[] {
  return [{
    title: 'two users of RabbitMQ',
    provedOn: async () => (await rabbitMq()).product(),
    keepsPrevious: true,
    staleValue: /AWSPENDING holds the user of AWSCURRENT/,
    log: async () => (await rabbitMq()).log(),
    make: async () => {
      const server = await rabbitMq();
      const user = await server.user({ tags: 'management' });
      return {
        kind: new RabbitMqUserKind(true),
        text: JSON.stringify(user),
        tags: { 'cdk-managed-secrets:user': user.username },
        environment: environmentFor(server),
        others: { SUPERUSER_SECRET_ARN: JSON.stringify(server.administrator) },
        accepts: async text => (await server.ask(JSON.parse(text) as RabbitMqLogin, 'GET', ['whoami'])).status === 200,
        valuesIn: text => [(JSON.parse(text) as RabbitMqLogin).password],
      };
    },
  }];
}

import { kindHandler } from '../engine/kind';
import { RabbitMqUserKind } from '../kinds/rabbitmq/rabbitmq-user';

/** Users of RabbitMQ: of Amazon MQ and of brokers of one's own. */
export const handler = kindHandler([new RabbitMqUserKind(true), new RabbitMqUserKind(false)]);

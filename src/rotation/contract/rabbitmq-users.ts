/** The values of CREDENTIAL_KIND in the bundle `rabbitmq`. */
export const RABBITMQ_USER_KINDS = {
  /** Two users take turns. */
  ALTERNATING: 'rabbitMqUsers',
  /** One user gets a new password. */
  SINGLE: 'rabbitMqUser',
} as const;

/** Ports when nobody says otherwise. */
export const RABBITMQ_PORTS = { AMQPS: 5671, MANAGEMENT: 15_671, AMAZON_MQ_MANAGEMENT: 443 } as const;

/** Who has this tag may change every user. */
export const RABBITMQ_ADMINISTRATOR = 'administrator';

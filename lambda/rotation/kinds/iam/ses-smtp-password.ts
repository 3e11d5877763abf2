import { createHmac } from 'crypto';
import { AccessKeys, Iam, iamClient } from './access-keys';
import { PROPAGATION_MS } from './iam-access-key';
import { smtpLogsIn } from './smtp-login';
import {
  ACCESS_KEY_KINDS, MAX_ACCESS_KEYS, SES_SMTP_PORT, SES_SMTP_TLS_PORT, sesSmtpHost,
} from '../../../../src/rotation/contract/access-keys';
import { ROTATION_ENVIRONMENT } from '../../../../src/rotation/contract/environment';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import type { CredentialKind, KindContext, OccupiedSlot } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { textsIn } from '../json-value';
import type { TlsServer } from '../tls-connection';

/** The value of the secret: what a mail client is configured with. The secret access key is in no place. */
export interface SmtpValue {
  /** The id of the access key. */
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
}

/** Where to log in to SES of a region, with TLS from the first byte. */
export type SmtpServer = (region: string) => Pick<TlsServer, 'host' | 'port' | 'ca'>;

const VERSION = 4;

/**
 * The password for the SMTP interface of one region.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html#smtp-credentials-convert
 */
export function sesSmtpPassword(secretAccessKey: string, region: string): string {
  const signature = ['11111111', region, 'ses', 'aws4_request', 'SendRawEmail']
    .reduce<Buffer | string>((key, text) => createHmac('sha256', key).update(text).digest(), `AWS4${secretAccessKey}`);
  return Buffer.concat([Buffer.of(VERSION), Buffer.from(signature)]).toString('base64');
}

/** The SMTP password of an IAM user. The older one works until the next rotation needs its place. */
export class SesSmtpPasswordKind implements CredentialKind<SmtpValue> {
  public readonly name = ACCESS_KEY_KINDS.SES_SMTP_PASSWORD;
  public readonly slots = MAX_ACCESS_KEYS;
  public readonly createsOutside = true;
  public readonly propagationMs = PROPAGATION_MS;
  private readonly keys: AccessKeys;

  constructor(iam: () => Iam = iamClient, private readonly server: SmtpServer = region => (
    { host: sesSmtpHost(region), port: SES_SMTP_TLS_PORT, ca: [] })) {
    this.keys = new AccessKeys(iam);
  }

  public parse(text: string, which: string): SmtpValue {
    return { ...textsIn(text, which, ['username', 'password', 'host']), port: SES_SMTP_PORT };
  }

  public format({ username, password, host, port }: SmtpValue): string {
    return JSON.stringify({ username, password, host, port });
  }

  public slotOf({ username }: SmtpValue): string {
    return username;
  }

  public async generate(_: SmtpValue | undefined, context: KindContext): Promise<SmtpValue> {
    const region = regionOf(context);
    const { accessKeyId: username, secretAccessKey } = await this.keys.create(context);
    return { username, password: sesSmtpPassword(secretAccessKey, region), host: sesSmtpHost(region), port: SES_SMTP_PORT };
  }

  public async list(current: SmtpValue | undefined, context: KindContext): Promise<OccupiedSlot[]> {
    return this.keys.list(current?.username, context);
  }

  /** `generate` has done it. */
  public async apply(): Promise<void> {}

  /** Logs in as a mail client does, at the server of the region that the tags name: never at the host of the value. */
  public async verify({ username, password }: SmtpValue, context: KindContext): Promise<boolean> {
    const { settings: { ca }, budget } = context;
    const server = this.server(regionOf(context));
    return smtpLogsIn({ username, password }, {
      ...server, ca: [...ca, ...server.ca], timeoutMs: budget.attempt('logging in to the SMTP interface of Amazon SES'),
    });
  }

  public async retire(slot: string, _: SmtpValue | undefined, context: KindContext): Promise<void> {
    await this.keys.delete(slot, context);
  }

  public async isDedicated({ tags }: KindContext): Promise<boolean> {
    return tags[ROTATION_TAGS.DEDICATED] === 'true';
  }
}

/** Lambda says where the function runs. */
function regionOf({ environment }: KindContext): string {
  const region = environment[ROTATION_ENVIRONMENT.SES_REGION] ?? environment.AWS_REGION;
  if (region) return region;
  throw new RotationError('configuration', `\`${ROTATION_ENVIRONMENT.SES_REGION}\` must name a region; correct the environment of the `
    + 'function');
}

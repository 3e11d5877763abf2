import { isIP } from 'net';
import { type aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import { type BoundKind, placeholder } from './bound-kind';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import { fail } from '../../private/errors';
import { requireNamed } from '../../private/validation';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import { HTTP_CREDENTIAL_VARIABLE, HTTP_ID, HttpCredentialDescription } from '../contract/http-credential';

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const PRINTABLE = /^[\x20-\x7e]{0,1000}$/;
/** Headers by which a request is taken apart, or sent elsewhere. */
const RESERVED_HEADERS = ['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'te', 'trailer'];

/** This machine, and the addresses by which instances learn their credentials. */
const LOCAL_ADDRESS = /^(127\.|169\.254\.|0\.|\[?::1\]?$|\[?fe80:|\[?fd00:ec2:|\[?::\]?$)/i;

/** Lambda allows 4 KB for all variables. */
const MOST_CHARACTERS = 3_000;

/** Fails on a URL that could lead elsewhere, or that shows a secret. */
export function requireHttpUrl(path: string, prop: string, url: string, { mayHoldId = false } = {}): void {
  if (typeof url !== 'string' || Token.isUnresolved(url)) {
    fail(path, `\`${prop}\` must be a text that is known at synthesis; write the URL`);
  }
  const parsed = URL.canParse(url) && /^https:\/\/[^/{}?#\\\s@]+\/[\x21-\x7e]*$/.test(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.hash !== '') {
    fail(path, `\`${prop}\` must be https:// with a host and a path, without user, fragment and white space; correct the URL`);
  }
  if (/^(.+\.)?localhost\.?$/.test(parsed.hostname) || LOCAL_ADDRESS.test(parsed.hostname) || isIP(parsed.hostname) === 6) {
    fail(path, `\`${prop}\` must be of a host that the service has, got ${parsed.hostname}; give its name`);
  }
  if (/\{secret\}/.test(url)) fail(path, `\`${prop}\` must not hold {secret}, because URLs stand in logs; put it into a header or the body`);
  if (!mayHoldId && /\{id\}/.test(url)) fail(path, `\`${prop}\` must not hold {id}, which is known to \`revoke\` alone`);
}

export function requireHeader(path: string, name: string, value: string): void {
  if (typeof name !== 'string' || !HEADER_NAME.test(name) || RESERVED_HEADERS.includes(name.toLowerCase())) {
    fail(path, `\`headers\` must not hold ${JSON.stringify(name)}, which is no header or one that belongs to the `
      + 'connection; leave it out');
  }
  if (typeof value !== 'string' || !PRINTABLE.test(value)) {
    fail(path, `the header ${name} must be at most 1000 printable ASCII characters; correct it`);
  }
}

export function requireTexts(path: string, prop: string, texts: { [name: string]: string }): void {
  requireNamed(path, prop, texts);
  const bad = Object.entries(texts).find(([name, text]) => name === '' || typeof text !== 'string');
  if (bad !== undefined) fail(path, `\`${prop}\` must hold texts, each by its name; correct ${JSON.stringify(bad[0])}`);
}

/** One part of a path or of a host: nothing that begins another one. */
export function requirePart(path: string, prop: string, text: string): void {
  if (typeof text === 'string' && HTTP_ID.test(text)) return;
  fail(path, `\`${prop}\` must be letters, digits and ._~- that are known at synthesis, because URLs are made of it; correct it`);
}

export interface Administrator {
  readonly administratorSecret: secretsmanager.ISecret;
  readonly administratorEncryption?: SecretEncryption;
}

/** The kind of a description, whose first value the first rotation makes. */
export function boundTo(path: string, title: string, description: HttpCredentialDescription, administrator: Administrator): BoundKind {
  const { administratorSecret, administratorEncryption: encryption } = administrator;
  if (administratorSecret?.secretArn === undefined) {
    fail(path, '`administratorSecret` must be given: the secret that authorizes the calls to the service');
  }
  const text = JSON.stringify(description);
  if (text.length > MOST_CHARACTERS) {
    fail(path, `the calls must have at most ${MOST_CHARACTERS} characters in all, because Lambda allows 4 KB for all variables, `
      + `got ${text.length}; shorten them`);
  }
  return {
    name: 'httpCredential',
    title,
    rotatedBy: 'http',
    overlap: description.slots === 2 ? 'untilNextRotation' : 'none',
    ...placeholder(),
    environment: {
      [HTTP_CREDENTIAL_VARIABLE]: text,
      [ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]: administratorSecret.secretFullArn ?? administratorSecret.secretArn,
    },
    reads: [{ prop: 'administratorSecret', secret: administratorSecret, encryption }],
  };
}

import { X509Certificate } from 'crypto';

/** What a field that stands in the template must be, in words for the error, which never holds its text. */
export interface FieldRule {
  readonly words: string;
  accepts(text: string): boolean;
}

function matching(pattern: RegExp, words: string): FieldRule {
  return { words, accepts: text => pattern.test(text) };
}

/** One line that nobody takes for something else. */
export const LINE = matching(/^[^\p{C}]{1,1024}$/u, 'one line of at most 1024 characters');

export const ACCESS_KEY_ID = matching(/^A[A-Z0-9]{15,127}$/, 'the id of an access key, such as AKIAIOSFODNN7EXAMPLE');

export const HTTPS_URL: FieldRule = {
  words: 'a URL that begins with https:// and holds no user and no fragment',
  accepts: text => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '' && LINE.accepts(text);
  },
};

/** What follows the name of the algorithm begins with that name again. */
export const SSH_PUBLIC_KEY: FieldRule = {
  words: 'a public key in the format of OpenSSH, such as that of a file id_ed25519.pub',
  accepts: text => {
    const [, algorithm, encoded] = /^((?:ssh|ecdsa|sk)-[a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?: [^\p{C}]*)?\n?$/u.exec(text) ?? [];
    const bytes = Buffer.from(encoded ?? '', 'base64');
    if (bytes.length <= 32 || bytes.readUInt32BE(0) !== algorithm.length) return false;
    return bytes.toString('latin1', 4, 4 + algorithm.length) === algorithm;
  },
};

const PEM_CERTIFICATE = '-----BEGIN CERTIFICATE-----\\r?\\n[A-Za-z0-9+/=\\r\\n]+-----END CERTIFICATE-----\\s*';

export const CERTIFICATE: FieldRule = {
  words: 'one certificate in PEM, with no key beside it',
  accepts: text => new RegExp(`^${PEM_CERTIFICATE}$`).test(text) && certificateIn(text) !== undefined,
};

export const CERTIFICATE_CHAIN: FieldRule = {
  words: 'one or more certificates in PEM, with no key among them',
  accepts: text => new RegExp(`^(${PEM_CERTIFICATE})+$`).test(text)
    && text.split(/(?=-----BEGIN)/).every(each => certificateIn(each) !== undefined),
};

/** When the certificate expires. */
export function endOf(pem: string): Date | undefined {
  const end = certificateIn(pem)?.validTo;
  return end === undefined ? undefined : new Date(end);
}

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

import { generate } from 'selfsigned';

/** What a server shows to its clients, as PEM, and the authority by which a client trusts it. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
}

export interface CertificateRequest {
  /** DNS names and IPv4 addresses; the first is the common name too. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** @default server */
  readonly usage?: 'server' | 'client';
}

const DAY_MS = 24 * 60 * 60 * 1000;
const IP_ADDRESS = /^[\d.]+$/;

/** The names by which the tests reach a server of this machine. */
/** A server that is called so is trusted as one of RDS is. */
export const RDS_NAME = 'db.abc123.eu-west-1.rds.amazonaws.com';
const LOCAL_NAMES = ['localhost', '127.0.0.1', RDS_NAME];

/** A private certificate authority. */
export class CertificateAuthority {
  public static async create(name = 'Rotation test CA'): Promise<CertificateAuthority> {
    const root = await generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: daysFromNow(-400),
      notAfterDate: daysFromNow(2),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    return new CertificateAuthority(root.cert, root.private);
  }

  private constructor(public readonly certificate: string, private readonly key: string) {}

  /** A certificate for a server, valid from yesterday until tomorrow unless the request says otherwise. */
  public async issue(request: CertificateRequest = {}): Promise<ServerCertificate> {
    const names = request.names ?? LOCAL_NAMES;
    const leaf = await generate([{ name: 'commonName', value: names[0] }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: request.notBefore ?? daysFromNow(-1),
      notAfterDate: request.notAfter ?? daysFromNow(1),
      ca: { cert: this.certificate, key: this.key },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', ...request.usage === 'client' ? { clientAuth: true } : { serverAuth: true } },
        { name: 'subjectAltName', altNames: names.map((name) => IP_ADDRESS.test(name) ? { type: 7, ip: name } : { type: 2, value: name }) },
      ],
    });
    return { certificate: leaf.cert, key: leaf.private, ca: this.certificate };
  }

  public async issueExpired(): Promise<ServerCertificate> {
    return this.issue({ notBefore: daysFromNow(-300), notAfter: daysFromNow(-1) });
  }
}

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

import { generate } from 'selfsigned';
import { CertificateAuthority, daysFromNow, ServerCertificate } from '../../../tools/servers/certificates';

export interface FalseCertificate {
  readonly what: string;
  readonly shown: Omit<ServerCertificate, 'ca'>;
}

/** What a server may show that is not the one that is asked for; `trusted` is the authority that the client believes. */
export async function falseCertificates(trusted: CertificateAuthority): Promise<FalseCertificate[]> {
  const namesake = await CertificateAuthority.create();
  const other = await CertificateAuthority.create('Another authority');
  const shown = async (what: string, made: Promise<Omit<ServerCertificate, 'ca'>>): Promise<FalseCertificate> => ({ what, shown: await made });
  const underLeaf = await trusted.issue();
  return Promise.all([
    shown('that it signed itself', selfSigned()),
    shown('of an authority that nobody gave', other.issue()),
    shown('of an authority with the name of the given one', namesake.issue()),
    shown('for another name', trusted.issue({ names: ['db.example.com'] })),
    shown('for another address', trusted.issue({ names: ['127.0.0.2'] })),
    shown('for a name that ends alike', trusted.issue({ names: ['notlocalhost', 'localhost.example.com'] })),
    shown('for every name', trusted.issue({ names: ['*'] })),
    shown('that has expired', trusted.issueExpired()),
    shown('that is not valid yet', trusted.issue({ notBefore: daysFromNow(1), notAfter: daysFromNow(2) })),
    shown('for clients', trusted.issue({ usage: 'client' })),
    shown('signed by one that is no authority', issuedBy(underLeaf)),
  ]);
}

async function selfSigned(): Promise<Omit<ServerCertificate, 'ca'>> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: daysFromNow(-1),
    notAfterDate: daysFromNow(1),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }, { type: 7, ip: '127.0.0.1' }] }],
  });
  return { certificate: made.cert, key: made.private };
}

/** Whoever has a certificate of the trusted authority for a server of his own signs others with it. */
async function issuedBy(leaf: ServerCertificate): Promise<Omit<ServerCertificate, 'ca'>> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: daysFromNow(-1),
    notAfterDate: daysFromNow(1),
    ca: { cert: leaf.certificate, key: leaf.key },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }, { type: 7, ip: '127.0.0.1' }] }],
  });
  return { certificate: `${made.cert}\n${leaf.certificate}`, key: made.private };
}

